"""The whole product, wired as an operator gets it, served from a thread of this process.

Cheap are only the passwords; rates never run out, and time stands still until a test moves it. Tests talk to
it over HTTP, and can look into its database and its log.
"""

import asyncio
import http.client
import json
import threading
from collections.abc import Coroutine, Mapping
from concurrent.futures import Future
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar

from aiohttp import web
from attrs import evolve, frozen
from dependency_injector import providers

from adapters.http.application import all_routes
from adapters.http.routing import BASE, Route
from adapters.http.server import BoundedRunner
from adapters.passwords.argon2 import Argon2Hasher
from entrypoints.containers.application import assemble
from entrypoints.settings import Settings
from entrypoints.settings.tree import DatabaseSettings, WorkerSettings
from entrypoints.web import make_app
from platform_core.shared.limits import Quota, Rate
from tests.backends import Backend
from tests.factories import FakeClock

T = TypeVar("T")

PATIENCE = 60.0
SECRET = "a secret for tests that is long enough"


class Unlimited:
    """A rate limiter that counts nothing: what the limits do is tested elsewhere."""

    async def hit(self, rate: Rate, key: str) -> Quota:
        return Quota(True, rate.amount, rate.seconds)

    async def peek(self, rate: Rate, key: str) -> Quota:
        return Quota(True, rate.amount, rate.seconds)


@frozen
class Answer:
    """What a request was answered with."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The decoded body."""
        return json.loads(self.body)

    @property
    def told(self) -> tuple[int, dict[str, str], bytes]:
        """All that a client gets to know, but for the time of the day."""
        kept = {name: value for name, value in self.headers.items() if name not in ("Date", "X-Request-Id")}
        return self.status, kept, self.body


class Product:
    """A running server. The tables have to be there; a context manager that starts and stops it."""

    def __init__(
        self,
        database_url: str,
        data: Path,
        *,
        worker: bool = False,
        clock: FakeClock | None = None,
        http_settings: Mapping[str, Any] | None = None,
        **settings: Any,
    ) -> None:
        """Wire it with an operator's ``settings``; ``http_settings`` are those of the adapter alone."""
        self.clock = clock or FakeClock()
        self.settings = Settings(
            secret=SECRET,
            data=data,
            database=DatabaseSettings(url=database_url),
            worker=WorkerSettings(here=worker),
            **settings,
        )
        self.container = assemble(self.settings)
        self.container.core.clock.override(providers.Object(self.clock))
        self.container.core.limiter.override(providers.Object(Unlimited()))
        hasher = Argon2Hasher(memory_kib=8, threads=1)
        self.container.credentials.hasher.override(providers.Object(hasher))
        if http_settings:
            given = evolve(self.container.interface.http_settings(), **http_settings)
            self.container.interface.http_settings.override(providers.Object(given))
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="product", daemon=True)
        self._link: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self.run(self._start())
        return self

    def __exit__(self, *exc: object) -> None:
        if self._link:
            self._link.close()
        self.run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    async def _start(self) -> None:
        self.app = make_app(self.container)
        self.backend = Backend("", database=self.container.core.database(), clock=self.clock)
        self._runner = BoundedRunner(
            self.app, self.container.interface.http_settings(), handle_signals=False, shutdown_timeout=1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        await self._runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    @property
    def url(self) -> str:
        """Where it is found."""
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def routes(self) -> dict[str, Route]:
        """Its routes by method and path; below the base path, the base is left out."""
        return {route.name.replace(f" {BASE}/", " /", 1): route for route in all_routes(self.app)}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the server's own loop; return what it returns."""
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(PATIENCE)

    def forget(self) -> None:
        """Have it ask the database again whose tokens they are."""
        self._loop.call_soon_threadsafe(self.container.credentials.cached_authenticate().forget_all)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request as it is given."""
        if self._link is None:
            self._link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            self._link.request(method, path, body, dict(headers or {}))
            response = self._link.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        except (OSError, http.client.HTTPException):
            self._link.close()
            self._link = None
            raise
