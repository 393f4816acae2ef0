"""One client's WebSocket: guarded on the way in, with a short way out for frames that are ready."""

from collections.abc import Callable
from functools import partial
from typing import Any

from aiohttp.web import WebSocketResponse
from engineio.async_drivers.aiohttp import WebSocket

from adapters.realtime.packets import Lane, PacketQueue, acceptable

CLOSE_SECONDS = 2.0
"""How long a client may take to answer the closing of its WebSocket."""


class _Response(WebSocketResponse):
    """aiohttp's WebSocket, which lets know when it is closed from either side."""

    lost: Callable[[], None]

    async def close(self, **options: Any) -> bool:
        """Say that it is over, then close."""
        self.lost()
        return await super().close(**options)


class GuardedWebSocket(WebSocket):
    """The library's WebSocket, without compression, closed on whatever is not a packet."""

    lane: Lane
    response: WebSocketResponse
    _queue: PacketQueue

    async def __call__(self, environ: dict[str, Any]) -> WebSocketResponse:
        """Serve the connection until it ends."""
        self.environ = environ
        # The handler is a method of the Engine.IO socket: the only way to learn whose connection this is.
        socket = self.handler.__self__
        self.response = self._sock = response = _Response(
            max_msg_size=self.server.max_http_buffer_size, compress=False, timeout=CLOSE_SECONDS
        )
        response.lost = partial(self.server.close_lane, socket.sid)
        await response.prepare(environ["aiohttp.request"])
        self._queue = socket.queue
        self._queue.lane = self.lane = Lane(self._transport.write)
        with self.server.carrying(socket.sid, self):
            await self.handler(self)
        return response

    async def send(self, message: str | bytes) -> None:
        """Send one packet; waits while the client does not read."""
        self.lane.free = False
        await super().send(message)
        # Had it to wait, more may be in the queue, or in the hands of the writer: that comes here at once.
        self.lane.free = not self._queue.pending

    async def wait(self) -> str | bytes:
        """Return the next packet. Raises ``OSError`` at the end, and for what is not a packet."""
        data = await super().wait()
        if not acceptable(data):
            raise OSError("not a packet")
        return data

    @property
    def unread(self) -> int:
        """Bytes that have been written but not taken by the client's side."""
        return self._transport.get_write_buffer_size()

    def abort(self) -> None:
        """Cut the connection."""
        if not self._transport.is_closing():
            self._transport.abort()

    @property
    def _transport(self) -> Any:
        writer: Any = self.response._writer
        return writer.transport
