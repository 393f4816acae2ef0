"""What is not for everybody, word by word, with those who may read it."""

from collections.abc import Iterator, Sequence

from attrs import frozen

from tests.matrix.grids import AUTHORS, VIEWERS, Grid
from tests.matrix.sights import ACCOUNTS_SEEN, NUMBERS_SEEN, POSTS_SEEN
from tests.matrix.world import (
    BORN,
    DELETED,
    HANDLES,
    NOTE,
    PASSWORD,
    TOTP_SECRET,
    World,
    device_of,
    digest,
    life_of,
    payout_of,
    token_of,
    words_of,
)

ACTING = ("open", "locked", "limited")
"""The authors who may act."""
READERS = (
    *(viewer for viewer in VIEWERS if viewer != "owner"),
    *(f"author {author}" for author in ACTING),
    "another_member",
)
"""Everybody who looks around, by the names of their accounts."""


@frozen
class Canary:
    """A text that only some may come across."""

    text: str
    about: str
    readers: frozenset[str] = frozenset()
    in_addresses: bool = False
    """Whether it is a part of addresses, and so in the log."""


def canaries(world: World) -> Sequence[Canary]:
    """Return all of them, for a world in which every author has edited its posts and published again."""
    return (*_posts(world), *_accounts(world), *_credentials(world))


def _posts(world: World) -> Iterator[Canary]:
    for target in POSTS_SEEN.targets:
        author, _, audience = target.partition("/")
        readers = _readers(POSTS_SEEN, target)
        yield Canary(world.things[f"post {target}"], f"the id of the post {target}", readers, True)
        if audience == "deleted":
            yield Canary(DELETED, "a deleted post")
            continue
        for text in (words_of(author, audience), edited(author, audience), published(author, audience)):
            yield Canary(text, f"the post {target}", readers)


def _accounts(world: World) -> Iterator[Canary]:
    run_by = {"moderator", "administrator"}
    for author in AUTHORS:
        own = frozenset({f"author {author}"} if author in ACTING else ())
        email = f"{HANDLES[author]}@example.org"
        yield Canary(HANDLES[author], f"the {author} handle", _readers(ACCOUNTS_SEEN, author) | run_by, True)
        yield Canary(life_of(author), f"the {author} profile", _readers(NUMBERS_SEEN, author))
        yield Canary(email, f"the {author} address", own | {"administrator"})
        yield Canary(payout_of(author), f"the {author} payout address", own)
        yield Canary(BORN[author].isoformat(), f"the {author} birth date", own)
        yield Canary(device_of(f"author {author}"), f"the {author} sessions", own)
        yield Canary(world.things[f"session author {author}"], f"the id of a session, {author}", own, True)
    yield Canary(NOTE, "an invitation's note", frozenset({"administrator"}))
    yield Canary(world.things["notification open"], "a notification", frozenset({"author open"}), True)


def _credentials(world: World) -> Iterator[Canary]:
    """Yield what nobody is ever shown, the owner included."""
    yield Canary(PASSWORD, "a password")
    yield Canary(world.password_hash, "a password's hash")
    yield Canary(TOTP_SECRET, "an authenticator's secret")
    for token in (*map(token_of, world.accounts), "a_program", "code_of_an_invitation"):
        yield Canary(token, "a token")
        yield Canary(digest(token), "a token's digest")


def _readers(grid: Grid, target: str) -> frozenset[str]:
    """Return who may read what a grid lets them see; authors are strangers to each other."""
    letters = grid.cells[target]
    named = {viewer for viewer, letter in letters.items() if letter == "y"} - {"owner"}
    if letters["owner"] == "y":
        named.add(grid.owner_of(target))
    if letters["stranger"] == "y":
        named |= {reader for reader in READERS if reader not in VIEWERS}
    return frozenset(named)


def edited(author: str, audience: str) -> str:
    """Return what a post says after it was edited."""
    return f"better {audience} phrases by the {author} author"


def published(author: str, audience: str) -> str:
    """Return what a post says that is published later on."""
    return f"new {audience} lines by the {author} author"
