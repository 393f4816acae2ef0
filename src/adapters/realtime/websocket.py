"""One client's WebSocket: guarded on the way in, with a short way out for frames that are ready."""

from typing import Any

from aiohttp.web import WebSocketResponse
from engineio.async_drivers.aiohttp import WebSocket

from adapters.realtime.packets import PacketQueue, acceptable

CLOSE_SECONDS = 2.0
"""How long a client may take to answer the closing of its WebSocket."""


class Lane:
    """The short way to one client: straight to the transport, while nothing else is on its way to it.

    Everything is looked up once, because each delivery passes here.
    """

    __slots__ = ("_closing", "_protocol", "_queue", "_writer", "sending", "write")

    def __init__(self, queue: PacketQueue, response: WebSocketResponse) -> None:
        writer: Any = response._writer
        self._queue = queue
        self._writer = writer
        self._protocol = writer.protocol
        self._closing = writer.transport.is_closing
        self.write = writer.transport.write
        self.sending = False

    def free(self) -> bool:
        """Whether a frame may be written now: it would overtake nothing, and the client keeps up.

        ``sending`` covers a writer that has been woken after a pause but has not run yet, with further
        packets in its hands.
        """
        return not (
            self._queue.pending
            or self.sending
            or self._protocol._paused
            or self._writer._closing
            or self._closing()
        )


class GuardedWebSocket(WebSocket):
    """The library's WebSocket, without compression, closed on whatever is not a packet."""

    lane: Lane
    response: WebSocketResponse

    async def __call__(self, environ: dict[str, Any]) -> WebSocketResponse:
        """Serve the connection until it ends."""
        self.environ = environ
        self.response = self._sock = WebSocketResponse(
            max_msg_size=self.server.max_http_buffer_size, compress=False, timeout=CLOSE_SECONDS
        )
        await self.response.prepare(environ["aiohttp.request"])
        # The handler is a method of the Engine.IO socket: the only way to learn whose connection this is.
        socket = self.handler.__self__
        with self.server.carrying(socket, self):
            await self.handler(self)
        return self.response

    async def send(self, message: str | bytes) -> None:
        """Send one packet; waits while the client does not read."""
        self.lane.sending = True
        try:
            await super().send(message)
        finally:
            self.lane.sending = False

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
