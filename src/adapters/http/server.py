"""The server around the application: bounded heads, idle connections, access log.

aiohttp waits for the head of a request for as long as the connection lives: its keep-alive timer ends only
connections that are idle between requests, not those that dribble one header at a time.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger
from aiohttp.web_protocol import RequestHandler

from adapters.http.headers import PERSONAL, SERVER
from adapters.http.settings import HttpSettings
from adapters.wire.encode import encode
from adapters.wire.problems import PROBLEM_TYPE, BadRequest, problem

log = logging.getLogger("footlights.access")

_LINGER = 5.0
_GLANCE = 0.02


class AccessLog(AbstractAccessLogger):
    """One line for each request; without the query, which may hold what is not for logs."""

    @property
    def enabled(self) -> bool:
        """Whether anybody wants the lines."""
        return self.logger.isEnabledFor(logging.INFO)

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Write the line."""
        request_id = response.headers.get("X-Request-Id", "")
        line = (request.method, request.rel_url.raw_path, response.status, time * 1000)
        self.logger.info("%s %s %d %.1f ms", *line, extra={"request_id": request_id})


class BoundedHandler(RequestHandler):
    """A connection that has to deliver each head in time."""

    __slots__ = ("_head_handle", "_head_seconds")

    def __init__(self, manager: web.Server, *, head_seconds: float, **options: Any) -> None:
        super().__init__(manager, **options)
        self._head_seconds = head_seconds
        self._head_handle: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Take in bytes; a head that has begun and is not complete yet is waited for only so long."""
        known = self._request_count
        super().data_received(data)
        if self._request_count != known:
            self._head_came()
        elif self._head_handle is None and not (self._request_in_progress or self._messages):
            self._await_head()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Stop waiting."""
        self._head_came()
        super().connection_lost(exc)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer bytes that are not HTTP, without a traceback in the log for each of them."""
        if status != 400:
            return super().handle_error(request, status, exc, message)
        self.log_debug("Bad request from %s: %s", request.remote, message)
        headers = {"Server": SERVER, "Cache-Control": PERSONAL, "X-Content-Type-Options": "nosniff"}
        body = encode(problem(BadRequest(), ""))
        response = web.Response(status=400, body=body, headers=headers, content_type=PROBLEM_TYPE)
        response.force_close()
        return response

    @property
    def is_receiving(self) -> bool:
        """Whether the body of a request is still on its way."""
        request = self._current_request
        return request is not None and not request.content.is_eof()

    def _await_head(self) -> None:
        self._head_handle = self._loop.call_later(self._head_seconds, self.force_close)

    def _head_came(self) -> None:
        if self._head_handle is not None:
            self._head_handle.cancel()
            self._head_handle = None


class BoundedServer(web.Server):
    """Makes a bounded handler for each connection."""

    def __call__(self) -> RequestHandler:
        """Return the protocol of a new connection."""
        return BoundedHandler(self, loop=self._loop, **self._kwargs)


class BoundedRunner(web.AppRunner):
    """Runs an application behind bounded connections."""

    def __init__(self, app: web.Application, settings: HttpSettings, **options: Any) -> None:
        options.setdefault("access_log_class", AccessLog)
        options.setdefault("access_log", log)
        super().__init__(
            app,
            keepalive_timeout=settings.keepalive_seconds,
            lingering_time=_LINGER,
            # Compressed bodies are refused, so nothing may inflate them before that.
            auto_decompress=False,
            **options,
        )
        self._head_seconds = settings.head_seconds

    async def cleanup(self) -> None:
        """Let nobody in any more, take in the bodies that are on their way, then stop.

        aiohttp drops what arrives once it stops, and so requests that have begun.
        """
        for site in tuple(self.sites):
            await site.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._shutdown_timeout / 2):
                while self._is_receiving():  # noqa: ASYNC110 (nothing tells of the last byte)
                    await asyncio.sleep(_GLANCE)
        await super().cleanup()

    def _is_receiving(self) -> bool:
        connections = self.server.connections if self.server else ()
        return any(connection.is_receiving for connection in connections)  # type: ignore[attr-defined]

    async def _make_server(self) -> web.Server:
        plain = await super()._make_server()
        return BoundedServer(
            plain.request_handler,
            request_factory=plain.request_factory,
            handler_cancellation=plain.handler_cancellation,
            loop=plain._loop,
            head_seconds=self._head_seconds,
            **plain._kwargs,
        )
