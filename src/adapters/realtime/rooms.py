"""Tells the rooms of this process what happens; counts that change fast are merged on the way."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from adapters.realtime.names import CLOSING, MERGED, MERGED_PER_SECOND, ROOM

Emit = Callable[[str, str, Mapping[str, Any]], Awaitable[None]]
"""Sends an event to everybody in a room: room, name, payload."""
Close = Callable[[str], Awaitable[None]]

log = logging.getLogger("footlights.realtime")


class RoomEvents:
    """Where the events of all processes come out for the sockets of this one."""

    def __init__(self, emit: Emit, close: Close) -> None:
        self._emit = emit
        self._close = close
        self._latest: dict[tuple[str, str], Mapping[str, Any] | None] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def deliver(self, room: str, name: str, payload: Mapping[str, Any]) -> None:
        """Send an event to a room; of merged ones the first, then the last value four times a second."""
        if name not in ROOM:
            log.warning("a room event whose name is not in the table was dropped: %s", name)
        elif name in MERGED:
            await self._merge(room, name, payload)
        else:
            await self._emit(room, name, payload)
        if name in CLOSING:
            self._forget(room)
            await self._close(room)

    async def _merge(self, room: str, name: str, payload: Mapping[str, Any]) -> None:
        key = room, name
        if key in self._latest:
            self._latest[key] = payload
            return
        self._latest[key] = None
        self._rest(key)
        await self._emit(room, name, payload)

    def _rest(self, key: tuple[str, str]) -> None:
        """Let a quarter of a second pass before the next one."""
        asyncio.get_running_loop().call_later(1 / MERGED_PER_SECOND, self._rested, key)

    def _rested(self, key: tuple[str, str]) -> None:
        payload = self._latest.get(key)
        if payload is None:
            self._latest.pop(key, None)
            return
        self._latest[key] = None
        self._rest(key)
        task = asyncio.get_running_loop().create_task(_await(self._emit(*key, payload)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _forget(self, room: str) -> None:
        for key in [key for key in self._latest if key[0] == room]:
            self._latest[key] = None


async def _await(emission: Awaitable[None]) -> None:
    await emission
