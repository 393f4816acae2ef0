"""Takes rooms away from whoever watches a thing that fewer may see now."""

import asyncio
import logging
from collections.abc import Sequence

from adapters.realtime.access import RETRY_SECONDS, RoomKeeper, check_rooms
from adapters.realtime.sockets import Socket, Sockets

log = logging.getLogger("footlights.realtime")


class AudienceWatch:
    """One task that asks again for the watchers of things whose audience became smaller.

    A task of its own: however many watchers there are, whoever loses a session is out within a second.
    """

    def __init__(self, sockets: Sockets, rooms: RoomKeeper, kind: str) -> None:
        self._sockets = sockets
        self._rooms = rooms
        self._kind = kind
        self._narrowed: set[str] = set()
        self._everything = False
        self._awake = asyncio.Event()

    def wake(self, ids: frozenset[str]) -> None:
        """Ask for the watchers of these things; for those of all things if none is named."""
        self._everything |= not ids
        self._narrowed |= {f"{self._kind}:{id_}" for id_ in ids}
        self._awake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._awake.wait()
            self._awake.clear()
            try:
                await check_rooms(self._rooms, self._take())
            except Exception:
                # Nobody is taken out because a database is away; but the question stays open.
                log.exception("watchers could not be asked for; trying again")
                await asyncio.sleep(RETRY_SECONDS)
                self.wake(frozenset())

    def _take(self) -> Sequence[Socket]:
        narrowed, everything = self._narrowed, self._everything
        self._narrowed, self._everything = set(), False
        if everything:
            return [socket for socket in self._sockets if socket.rooms]
        return [socket for socket in self._sockets if not socket.rooms.isdisjoint(narrowed)]
