"""What runs beside the requests, from its start to its end."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from adapters.sql.claims import claimed
from adapters.sql.listener import listen
from entrypoints.containers.application import ApplicationContainer
from entrypoints.settings import SettingsError
from platform_core.shared.relay import Relay
from platform_core.shared.signals import Topic

log = logging.getLogger("footlights.worker")

FLUSH_SECONDS = 5.0
"""How long the relay may take to finish what it has begun; what it does not finish is done again."""


@asynccontextmanager
async def closing(container: ApplicationContainer) -> AsyncIterator[None]:
    """Close the database's connections and the threads of passwords at the end."""
    try:
        yield
    finally:
        await container.core.database().close()
        container.credentials.hasher().close()


@asynccontextmanager
async def resources(container: ApplicationContainer) -> AsyncIterator[None]:
    """Keep database and bus open meanwhile."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(closing(container))
        bus = container.core.bus()
        if bus is not None:
            await stack.enter_async_context(bus.running())
        yield


@asynccontextmanager
async def membership(container: ApplicationContainer) -> AsyncIterator[None]:
    """Be one of the processes that work on a PostgreSQL database, or the only one where there is no Valkey.

    Raises ``SettingsError`` if others are at work that could not be heard. (A SQLite file has a lock.)
    """
    settings = container.core.settings()
    if settings.embedded:
        yield
        return
    async with claimed(container.core.database(), alone=not settings.several) as joined:
        if not joined:
            raise SettingsError(
                "another footlights works on this database, and one of the two is without Valkey: "
                "several processes need FOOTLIGHTS_VALKEY_URL"
            )
        yield


@asynccontextmanager
async def background(container: ApplicationContainer) -> AsyncIterator[None]:
    """Hand events to their subscribers and clear away what has expired, meanwhile."""
    settings = container.core.settings()
    relay: Relay = container.background.relay()
    signals = container.core.signals()
    signals.subscribe(Topic.OUTBOX, relay.wake)
    signals.on_gap(relay.wake)
    if settings.embedded:
        # Nobody else can be at work on what a process that died had begun.
        await container.background.queue().release(container.core.clock().now())
    tasks = [asyncio.create_task(_sweep(container.background.sweeps(), settings.worker.sweep_seconds))]
    if not settings.embedded:
        tasks.append(asyncio.create_task(listen(settings.database_url, relay.wake)))
    work = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        relay.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_SECONDS):
                await work
        for task in (*tasks, work):
            task.cancel()
        await asyncio.gather(*tasks, work, return_exceptions=True)


async def _sweep(sweeps: Sequence[Callable[[], Awaitable[None]]], seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        for sweep in sweeps:
            try:
                await sweep()
            except Exception:
                log.exception("what has expired could not be cleared away")
