"""The sockets that have been let in: whose they are, how far they have got, what they watch."""

from collections.abc import Iterator

from attrs import define, field

from platform_core.shared.actor import Actor


@define(eq=False)
class Socket:
    """One client of one account. Exists from its admission until its session ends."""

    sid: str
    session: str
    """The Engine.IO session that carries it."""
    actor: Actor
    token: str = field(repr=False)
    """What it came in with, to be asked about again; kept nowhere but here."""
    position: int
    """The ``seq`` of the last durable event that it was sent, or that it needs none up to."""
    resync: bool = False
    """Whether it has yet to be told that events are missing."""
    admitted_at: float = 0
    live: bool = False
    """Whether the client knows that it is connected, so that events may be sent."""
    behind: bool = True
    """Whether there may be more to catch up on than one read gives."""
    rooms: set[str] = field(factory=set)

    @property
    def account_id(self) -> str:
        """The account that is connected."""
        return self.actor.id


class Sockets:
    """All sockets of this process, by session and by account."""

    def __init__(self) -> None:
        self._by_session: dict[str, Socket] = {}
        self._by_account: dict[str, dict[str, Socket]] = {}

    def __len__(self) -> int:
        return len(self._by_session)

    def __iter__(self) -> Iterator[Socket]:
        return iter(tuple(self._by_session.values()))

    def __contains__(self, socket: Socket) -> bool:
        return self._by_session.get(socket.session) is socket

    def add(self, socket: Socket) -> None:
        """Let a socket in."""
        self._by_session[socket.session] = socket
        self._by_account.setdefault(socket.account_id, {})[socket.session] = socket

    def remove(self, session: str) -> Socket | None:
        """Forget the socket of a session; ``None`` if it had none."""
        socket = self._by_session.pop(session, None)
        if socket is not None:
            mine = self._by_account[socket.account_id]
            del mine[session]
            if not mine:
                del self._by_account[socket.account_id]
        return socket

    def of_session(self, session: str) -> Socket | None:
        """Return the socket that a session carries."""
        return self._by_session.get(session)

    def of_account(self, account_id: str) -> tuple[Socket, ...]:
        """Return the sockets of an account."""
        return tuple(self._by_account.get(account_id, {}).values())

    def accounts(self) -> tuple[str, ...]:
        """Return the accounts that are connected here."""
        return tuple(self._by_account)

    def in_room(self, room: str) -> tuple[Socket, ...]:
        """Return the sockets that watch a thing."""
        return tuple(socket for socket in self if room in socket.rooms)
