"""Room events that are encoded once and written straight to each client.

The library's emit makes a task for every recipient and lets each go through a queue and a writer, five to
ten times the work. Here one frame is made, and written to every transport that is free; a client that is
busy, long-polling or in the middle of an upgrade gets the packet through its queue, as usual, so that
nothing overtakes anything. Acknowledgements and binary data take the library's way altogether.
"""

import asyncio
import struct
from collections.abc import Sequence
from typing import Any

from engineio.packet import MESSAGE
from engineio.packet import Packet as EnginePacket
from socketio import AsyncManager
from socketio.packet import EVENT

AT_ONCE = 500
"""Recipients that are served before others get a turn: some 5 ms."""
UNCHECKED = 32 * 1024
"""Bytes that are written to a client before it is looked at whether it reads them: that costs, too."""
_TEXT = 0x81
"""First byte of an unfragmented WebSocket text frame (RFC 6455, section 5.2)."""


class Frame:
    """One event, ready for any transport."""

    __slots__ = ("bytes", "packet")

    def __init__(self, encoded: str) -> None:
        self.packet = EnginePacket(MESSAGE, encoded)
        self.bytes = _frame(self.packet.encode().encode())


class FastManager(AsyncManager):
    """Knows who is in which room; emits to them the short way where it can."""

    def __init__(self, fast: bool = True) -> None:
        """``fast=False`` leaves everything to the library."""
        super().__init__()
        self._fast = fast
        self._large = asyncio.Lock()

    async def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: Any = None,
        **options: Any,
    ) -> None:
        """Send an event to a client, to a room (or several), or to everybody."""
        frame = None if callback or not self._fast else self.frame(event, data, namespace)
        if frame is None:
            await super().emit(event, data, namespace, to or room, skip_sid, callback, **options)
            return
        await self.spread(frame, namespace, to or room, skip_sid)

    def frame(self, event: str, data: Any, namespace: str = "/") -> Frame | None:
        """Return an event in its final form; ``None`` if it holds binary data."""
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        packet = self.server.packet_class(EVENT, namespace=namespace, data=[event, *arguments])
        encoded = packet.encode()
        return Frame(encoded) if isinstance(encoded, str) else None

    async def spread(self, frame: Frame, namespace: str, room: Any, skip_sid: Any = None) -> None:
        """Send a frame to everybody in a room, the same order for each of them.

        A large room takes several turns; meanwhile other room events wait, so that none overtakes it halfway.
        """
        sessions = self._sessions(namespace, room, skip_sid)
        if len(sessions) <= AT_ONCE and not self._large.locked():
            self._send_all(frame, sessions)
            return
        async with self._large:
            sessions = self._sessions(namespace, room, skip_sid)
            for start in range(0, len(sessions), AT_ONCE):
                self._send_all(frame, sessions[start : start + AT_ONCE])
                await asyncio.sleep(0)

    def send(self, eio_sid: str, frame: Frame) -> None:
        """Send a frame to one session."""
        if self._fast:
            self._send_all(frame, (eio_sid,))
        else:
            self.server.eio.enqueue(eio_sid, frame.packet)

    def waiting(self, eio_sid: str) -> int:
        """Return how many bytes wait for a session's client."""
        return self.server.eio.waiting(eio_sid)

    def _sessions(self, namespace: str, room: Any, skip_sid: Any) -> list[str]:
        """Return the sessions in a room, or in any of several, but for those that are skipped."""
        if isinstance(room, str) and skip_sid is None:
            members = self.rooms.get(namespace, {}).get(room)
            return [] if members is None else list(members._fwdm.values())
        skipped = skip_sid if isinstance(skip_sid, list) else [skip_sid]
        return [eio_sid for sid, eio_sid in self.get_participants(namespace, room) if sid not in skipped]

    def _send_all(self, frame: Frame, sessions: Sequence[str]) -> None:
        engine = self.server.eio
        lanes, data, size = engine.lanes, frame.bytes, len(frame.bytes)
        for eio_sid in sessions:
            lane = lanes.get(eio_sid)
            if lane is None or not lane.free:
                engine.enqueue(eio_sid, frame.packet)
                continue
            try:
                lane.write(data)
            except RuntimeError:  # uvloop: the connection has just been lost
                engine.close_lane(eio_sid)
                continue
            lane.unchecked += size
            if lane.unchecked > UNCHECKED:
                lane.unchecked = 0
                engine.shed(eio_sid)


def _frame(payload: bytes) -> bytes:
    """Return the unmasked WebSocket text frame of a payload, as every server sends it."""
    length = len(payload)
    if length < 126:
        return bytes((_TEXT, length)) + payload
    if length < 65536:
        return struct.pack("!BBH", _TEXT, 126, length) + payload
    return struct.pack("!BBQ", _TEXT, 127, length) + payload
