"""A web process: HTTP and Socket.IO on one port, and by default the background work as well."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from adapters.http.application import make_application
from adapters.http.server import BoundedRunner
from entrypoints.containers.application import ApplicationContainer
from entrypoints.lifetimes import background, membership, resources
from entrypoints.settings import Settings
from entrypoints.stopping import stop_event

log = logging.getLogger("footlights.web")

BACKLOG = 1_024
_FINISHING = 0.6
"""The part of the time to stop that requests have; the rest is for sockets, events and connections."""


def make_app(container: ApplicationContainer) -> web.Application:
    """Return the whole application; what runs beside it starts and ends with it."""
    app = make_application(container.interface.routes(), container.interface.kernel())

    async def keep_resources(_app: web.Application) -> AsyncIterator[None]:
        async with resources(container), membership(container):
            yield

    async def work(_app: web.Application) -> AsyncIterator[None]:
        async with background(container):
            yield

    app.cleanup_ctx.append(keep_resources)
    if container.core.settings().worker.here:
        app.cleanup_ctx.append(work)
    realtime = container.interface.realtime()
    container.core.rooms().on_event(realtime.rooms.deliver)
    realtime.attach(app)
    return app


async def serve(
    container: ApplicationContainer,
    listener: socket.socket,
    announce: Callable[[], None],
    lifeline: int | None = None,
) -> None:
    """Serve on ``listener`` until told to stop; then finish what runs, within the time that is set."""
    settings = container.core.settings()
    with stop_event(lifeline) as stop:
        runner = BoundedRunner(
            make_app(container),
            container.interface.http_settings(),
            shutdown_timeout=settings.server.shutdown_seconds * _FINISHING,
        )
        await runner.setup()
        await web.SockSite(runner, listener, backlog=BACKLOG).start()
        announce()
        await stop.wait()
        log.info("stopping")
        container.interface.readiness().draining = True
        await asyncio.sleep(settings.server.drain_seconds)
        try:
            async with asyncio.timeout(settings.server.shutdown_seconds):
                await runner.cleanup()
        except TimeoutError:
            log.warning("not everything was finished in %s seconds", settings.server.shutdown_seconds)
    log.info("stopped")


def listening_socket(settings: Settings, *, shared: bool = False) -> socket.socket:
    """Bind the port; ``shared`` lets other processes bind it too, each with connections of its own.

    Raises ``OSError``.
    """
    family = socket.AF_INET6 if ":" in settings.server.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind((settings.server.host, settings.server.port))
    return bound
