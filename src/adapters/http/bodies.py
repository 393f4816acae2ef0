"""Reads JSON bodies: counted, in time, of the one type that is accepted."""

import asyncio

from aiohttp import web

from adapters.http.settings import HttpSettings
from adapters.wire.problems import BadRequest, BodyTimeout, BodyTooLarge, UnsupportedMedia


class Bodies:
    """Reads the bodies of requests within the operator's bounds."""

    def __init__(self, settings: HttpSettings) -> None:
        self._limit = settings.body_limit
        self._seconds = settings.body_seconds

    async def read(self, request: web.Request) -> bytes:
        """Return the bytes of a JSON body, none if there is no body.

        Raises ``UnsupportedMedia``, ``BodyTooLarge``, ``BodyTimeout``. Compressed bodies are refused: what
        they become is not known before the work is done.
        """
        if not request.body_exists:
            return b""
        self._check_head(request)
        content = request.content
        if content.is_eof():
            data = content.read_nowait()
            self._check_size(data)
            return data
        try:
            async with asyncio.timeout(self._seconds):
                return await self._collect(request)
        except TimeoutError:
            raise BodyTimeout from None
        except (web.RequestPayloadError, ConnectionError):
            # Mostly the client has gone: there is nobody to tell, and it is no fault of ours.
            raise BadRequest("The body ended early or is badly framed.") from None

    def _check_head(self, request: web.Request) -> None:
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise UnsupportedMedia
        length = request.content_length
        if request.content_type != "application/json" and length != 0:
            raise UnsupportedMedia
        if length is not None and length > self._limit:
            raise BodyTooLarge

    async def _collect(self, request: web.Request) -> bytes:
        parts = bytearray()
        async for part in request.content.iter_any():
            parts += part
            self._check_size(parts)
        return bytes(parts)

    def _check_size(self, data: bytes | bytearray) -> None:
        if len(data) > self._limit:
            raise BodyTooLarge
