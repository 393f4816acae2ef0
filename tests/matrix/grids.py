"""The words in which the matrix is written: who looks, at what, with which credentials, and what comes of it.

A grid has a line for each target and a letter for each viewer, in the order of ``VIEWERS``:

    y   yes: the route's good answer; a list has items
    e   yes, but the list is empty
    .   no: exactly what is answered for an id that never was, and nothing changes
    x   401, because the viewer itself may not act any more
    s   422: not with oneself
    c   409: contradicts the present state
    f   403: refused in words, for the viewer knows of the thing
    -   the gate lets nobody like this viewer in
"""

from collections.abc import Mapping, Sequence

from attrs import frozen

VIEWERS = (
    *("anonymous", "stranger", "requester", "follower", "blocked", "blocker", "muter"),
    *("limited", "locked", "moderator", "administrator", "owner"),
)
"""Who looks at what is an author's: somebody who asks to follow, follows, is blocked, …; or the author."""
AUTHORS = ("open", "locked", "limited", "suspended", "pending")
STATUSES: Mapping[str, int] = {"x": 401, "s": 422, "c": 409, "f": 403}
LETTERS = {*STATUSES, *"ye.-"}


@frozen
class Grid:
    """What comes of it when somebody (a column) reaches for something (a row)."""

    kind: str
    """What the targets are: ``account``, ``post``, …; empty where nothing in particular is reached for."""
    cells: Mapping[str, Mapping[str, str]]

    @property
    def targets(self) -> Sequence[str]:
        """The names of the rows."""
        return tuple(self.cells)

    def owner_of(self, target: str) -> str:
        """Return the account behind the viewer called owner."""
        author = target.partition("/")[0]
        return f"author {author}" if author in AUTHORS else "author open"


def grid(kind: str, text: str) -> Grid:
    """Read a grid. Raises ``ValueError`` for a line that leaves a viewer out."""
    cells = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        target, *letters = line.split()
        if len(letters) != len(VIEWERS) or not set(letters) <= LETTERS:
            raise ValueError(f"{kind} {target}: a letter for each of {VIEWERS}, not {letters}")
        cells[target] = dict(zip(VIEWERS, letters, strict=True))
    return Grid(kind, cells)


GATES = ("open", "public", "session", "person", "moderator", "administrator")

_ADMISSION = """
                                 open  public  session  person  moderator  administrator
anonymous                        in    in      401      401     401        401
rubbish_token                    in    401     401      401     401        401
other_scheme                     in    401     401      401     401        401
suspended                        in    401     401      401     401        401
pending                          in    401     401      401     401        401
ended_session                    in    401     401      401     401        401
idle_session                     in    401     401      401     401        401
expired_token                    in    401     401      401     401        401
token_and_cookie                 in    400     400      400     400        400
cookie_from_here                 in    in      in       in      403        403
cookie_from_nowhere_reading      in    in      in       in      403        403
cookie_from_nowhere_changing     in    403     403      403     403        403
cookie_from_elsewhere_reading    in    in      in       in      403        403
cookie_from_elsewhere_changing   in    403     403      403     403        403
token_with_the_scope             in    in      in       403     in         in
token_with_another_scope         in    403     403      403     403        403
token_without_the_scope          in    403     403      403     403        403
member_token_with_all_scopes     in    in      in       403     403        403
member                           in    in      in       in      403        403
moderator                        in    in      in       in      in         403
administrator                    in    in      in       in      in         in
"""


def _read_admission(text: str) -> Mapping[str, Mapping[str, str]]:
    head, *lines = (line.split() for line in text.splitlines() if line.strip())
    if tuple(head) != GATES:
        raise ValueError(f"columns are {GATES}")
    return {line[0]: dict(zip(GATES, line[1:], strict=True)) for line in lines}


ADMISSION = _read_admission(_ADMISSION)
"""What each gate says to each kind of credentials: ``in``, or a status."""

ROLES = {"moderator": "moderator", "administrator": "administrator", "anonymous": "anonymous"}


def admitted(viewer: str, gate: str) -> str:
    """Return what the gate says to a viewer who comes with a session."""
    return ADMISSION[ROLES.get(viewer, "member")][gate]
