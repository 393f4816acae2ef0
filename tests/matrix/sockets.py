"""Sockets of the people of the matrix: what they are acknowledged, and what they hear."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import socketio

from tests.matrix.product import PATIENCE, Product

T = TypeVar("T")


class Ear:
    """A client of Socket.IO that writes down all that it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.refusal: Any = None
        self._io = socketio.AsyncClient(reconnection=False)
        self._io.on("*", self._event)
        self._io.on("connect_error", self._refused)

    async def connect(self, url: str, auth: Any) -> bool:
        """Connect; False if that was refused, and then ``refusal`` says why."""
        try:
            await self._io.connect(url, auth=auth, transports=["websocket"], wait_timeout=10)
        except socketio.exceptions.ConnectionError:
            await self.close()
            return False
        return True

    async def call(self, name: str, payload: Any) -> Any:
        """Send an event; return its acknowledgement."""
        return await self._io.call(name, payload, timeout=PATIENCE)

    async def close(self) -> None:
        """Let go of everything."""
        await self._io.disconnect()
        await self._io.shutdown()
        if self._io.eio.http is not None and not self._io.eio.http.closed:
            await self._io.eio.http.close()

    async def _event(self, name: str, *arguments: Any) -> None:
        self.heard.append((name, arguments))

    async def _refused(self, told: Any) -> None:
        self.refusal = told


def listening(product: Product, token: str | None, then: Callable[[Ear], Awaitable[T]]) -> T | None:
    """Connect with a token, do something, disconnect; ``None`` if the connection was refused."""

    async def listen() -> T | None:
        ear = Ear()
        if not await ear.connect(product.url, None if token is None else {"token": token}):
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                return await then(ear)
        finally:
            await ear.close()

    return product.run(listen())
