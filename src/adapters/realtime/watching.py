"""Who watches what: rooms are entered by permission, and left when it ends."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence, Set
from typing import Protocol

from adapters.realtime.refusals import TooManyRooms
from adapters.realtime.sockets import Socket, Sockets
from platform_core.shared.actor import Actor
from platform_core.shared.errors import NotFound

MayWatch = Callable[[Actor, Sequence[str]], Awaitable[Set[str]]]
"""Returns those of the ids whose things the actor may see in full or as a preview: one query."""


class Rooms(Protocol):
    """Where the library keeps who is in which room."""

    async def enter_room(self, sid: str, room: str) -> None:
        """Put a client into a room."""

    async def leave_room(self, sid: str, room: str) -> None:
        """Take a client out of a room."""


class Watching:
    """Lets sockets into the rooms ``kind:id``; one question per kind decides who may be there."""

    def __init__(self, rooms: Rooms, sockets: Sockets, questions: Mapping[str, MayWatch], most: int) -> None:
        self._rooms = rooms
        self._sockets = sockets
        self._questions = questions
        self._most = most

    async def enter(self, socket: Socket, kind: str, id_: str) -> None:
        """Have the socket watch a thing; twice is the same as once. Raises ``NotFound``, ``TooManyRooms``."""
        room = f"{kind}:{id_}"
        if room not in socket.rooms and len(socket.rooms) >= self._most:
            raise TooManyRooms
        # Noted before it is asked: a check that runs meanwhile, after a permission was taken away, sees it.
        entered = room in socket.rooms
        socket.rooms.add(room)
        allowed = False
        try:
            allowed = id_ in await self._questions[kind](socket.actor, (id_,))
        finally:
            if not allowed and not entered:
                socket.rooms.discard(room)
        if not allowed or room not in socket.rooms:
            await self._leave(socket, [room])
            raise NotFound
        if socket in self._sockets:
            await self._rooms.enter_room(socket.sid, room)

    async def leave(self, socket: Socket, kind: str, id_: str) -> None:
        """Have the socket watch a thing no longer."""
        await self._leave(socket, [f"{kind}:{id_}"])

    async def leave_forbidden(self, socket: Socket) -> None:
        """Take the socket out of every room that its actor may not watch any more."""
        for kind, ids in _by_kind(socket.rooms).items():
            allowed = await self._questions[kind](socket.actor, ids)
            await self._leave(socket, [f"{kind}:{id_}" for id_ in ids if id_ not in allowed])

    async def close(self, room: str) -> None:
        """Empty a room: there is nothing left to watch."""
        for socket in self._sockets.in_room(room):
            await self._leave(socket, [room])

    async def _leave(self, socket: Socket, rooms: Collection[str]) -> None:
        for room in rooms:
            socket.rooms.discard(room)
            await self._rooms.leave_room(socket.sid, room)


def _by_kind(rooms: Collection[str]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for room in rooms:
        kind, _, id_ = room.partition(":")
        kinds.setdefault(kind, []).append(id_)
    return kinds
