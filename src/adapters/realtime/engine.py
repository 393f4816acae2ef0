"""The Engine.IO server: the library's, stricter about what comes in and able to hang up."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import engineio
from aiohttp import web
from engineio.async_drivers.aiohttp import translate_request
from engineio.packet import CLOSE, Packet
from engineio.payload import Payload

from adapters.realtime.packets import Lane, PacketQueue, acceptable_payload
from adapters.realtime.websocket import CLOSE_SECONDS, GuardedWebSocket

PACKETS_PER_POST = 64
"""The JavaScript client sends what has gathered in one POST; the library's own limit of 16 cuts it off."""
BODY_SECONDS = 10
BODY = web.RequestKey("body", bytes)
Payload.max_decode_packets = PACKETS_PER_POST

log = logging.getLogger("footlights.realtime")


class StrictEngine(engineio.AsyncServer):
    """Carries packets over WebSocket and long-polling."""

    _async: dict[str, Any]

    def __init__(self, backlog_limit: int, **options: Any) -> None:
        super().__init__(**options)
        self._async = {**self._async, "websocket": GuardedWebSocket, "translate_request": _translate}
        self._backlog_limit = backlog_limit
        self._websockets: dict[str, GuardedWebSocket] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.lanes: dict[str, Lane] = {}
        """The short ways that are open, by session."""

    def create_queue(self, *args: Any, **options: Any) -> PacketQueue:
        """Return a queue that knows its size."""
        return PacketQueue(*args, **options)

    async def handle_request(self, request: web.Request) -> web.StreamResponse:
        """Answer a request; what the library would stumble over is refused before it sees it."""
        if "j" in request.query or self._second_websocket(request):
            return web.Response(status=400, text='"Bad Request"')
        if request.method == "POST":
            body = await self._body(request)
            if body is None or not acceptable_payload(body, PACKETS_PER_POST):
                await self.drop(request.query.get("sid", ""))
                return web.Response(status=400, text='"Bad Request"')
            request[BODY] = body
        return await super().handle_request(request)

    async def send_packet(self, sid: str, pkt: Any) -> None:
        """Put a packet on its way, unless the client has gone or lags too far behind."""
        socket = self.sockets.get(sid)
        if socket is not None and not socket.closed:
            await socket.send(pkt)
            self.shed(sid)

    def enqueue(self, sid: str, packet: Any) -> None:
        """Put a packet behind those that wait for the client."""
        socket = self.sockets.get(sid)
        if socket is None or socket.closed or socket.closing:
            return
        socket.queue.put_nowait(packet)
        self.shed(sid)
        websocket = self._websockets.get(sid)
        if sid not in self.lanes and websocket and socket.upgraded and not socket.upgrading:
            self.lanes[sid] = websocket.lane

    def waiting(self, sid: str) -> int:
        """Return how many bytes wait for a client that has not read them yet."""
        socket, websocket = self.sockets.get(sid), self._websockets.get(sid)
        queued = socket.queue.size if socket is not None else 0
        return queued + (websocket.unread if websocket else 0)

    def shed(self, sid: str) -> None:
        """Cut off a client that lags by more than the limit, rather than let memory grow."""
        if self.waiting(sid) > self._backlog_limit and not self.sockets[sid].closing:
            log.info("a client was cut off because it lagged behind")
            self.cut(sid)

    def cut(self, sid: str) -> None:
        """End a session at once, without a word; the client may come back and catch up."""
        if websocket := self._websockets.get(sid):
            websocket.abort()
        task = asyncio.get_running_loop().create_task(self.drop(sid))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def hang_up(self, sid: str) -> None:
        """End a session after what waits for the client, transport included, within a few seconds."""
        self.bury(sid)
        socket = self.sockets.get(sid)
        if socket is None or socket.closing:
            return
        if socket.upgraded:
            await self.drop(sid)
            return
        # Whoever polls has to come once more to be told.
        socket.queue.put_nowait(Packet(CLOSE))
        asyncio.get_running_loop().call_later(CLOSE_SECONDS, self.cut, sid)

    async def drop(self, sid: str) -> None:
        """End a session now; nothing more is queued for it.

        Without a CLOSE packet, which clients take for good: they may come back of their own.
        """
        socket = self.sockets.get(sid)
        if socket is not None and not socket.closing:
            await socket.close(wait=False, abort=True, reason=self.reason.SERVER_DISCONNECT)
            socket.queue.put_nowait(None)  # ends the writer, which closes the WebSocket
            self.sockets.pop(sid, None)

    def bury(self, sid: str) -> None:
        """Cut what is left of a session that has ended, whichever way, if the client does not let go of it.

        The library leaves the connection open for another minute, and one whose client never reads for good.
        """
        if websocket := self._websockets.get(sid):
            asyncio.get_running_loop().call_later(CLOSE_SECONDS, websocket.abort)

    @contextmanager
    def carrying(self, sid: str, websocket: GuardedWebSocket) -> Iterator[None]:
        """Know the WebSocket of a session while it is open."""
        self._websockets[sid] = websocket
        try:
            yield
        finally:
            del self._websockets[sid]
            self.close_lane(sid)

    def close_lane(self, sid: str) -> None:
        """Send nothing the short way any more: the WebSocket is being closed."""
        self.lanes.pop(sid, None)

    def _log_error_once(self, message: str, message_key: str) -> None:
        """What clients do wrong is no error of ours."""
        self.logger.info(message)

    def _second_websocket(self, request: web.Request) -> bool:
        """A session has one; the library would serve two and mix them up."""
        return request.query.get("transport") == "websocket" and request.query.get("sid") in self._websockets

    async def _body(self, request: web.Request) -> bytes | None:
        """Return the body of a POST, or ``None`` if it is too large or too slow."""
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for chunk in request.content.iter_any():
                    body += chunk
                    if len(body) > self.max_http_buffer_size:
                        return None
        except TimeoutError:
            return None
        return bytes(body)


class _Body:
    """A body that has been read, as the library wants to read it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def read(self, length: int) -> bytes:
        return self._body[:length]


def _translate(request: web.Request) -> dict[str, Any]:
    environ = translate_request(request)
    body = request.get(BODY, b"")
    return {**environ, "wsgi.input": _Body(body), "CONTENT_LENGTH": str(len(body))}
