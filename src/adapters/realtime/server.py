"""Puts the Socket.IO interface together and runs it inside a web application."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from attrs import field, frozen

from adapters.realtime.access import AccessWatch, OneByOne, Recheck
from adapters.realtime.audience import AudienceWatch
from adapters.realtime.client_events import ClientEventSpec, ClientEventTable
from adapters.realtime.dispatcher import Dispatcher
from adapters.realtime.entry import Entry
from adapters.realtime.fast_emit import FastManager
from adapters.realtime.feed import EventFeed
from adapters.realtime.internals import surprises
from adapters.realtime.posts import KIND, PostEvents
from adapters.realtime.protocol import StrictServer
from adapters.realtime.reception import Reception
from adapters.realtime.rendering import Renderer
from adapters.realtime.rooms import RoomEvents
from adapters.realtime.settings import RealtimeSettings
from adapters.realtime.sockets import Socket, Sockets
from adapters.realtime.watching import MayWatch, Watching
from platform_core.shared.actor import Authenticator
from platform_core.shared.events import ClientEventLog
from platform_core.shared.ids import Ids
from platform_core.shared.signals import Signals, Topic

PATH = "socket.io"

log = logging.getLogger("footlights.realtime")


@frozen
class RealtimePorts:
    """What the interface needs from the rest."""

    authenticate: Authenticator
    log: ClientEventLog
    signals: Signals
    ids: Ids
    may_watch_posts: MayWatch
    renderers: Mapping[str, Renderer] = field(factory=dict)
    recheck: Recheck | None = None
    """Authenticates many tokens past every cache; by default each one through ``authenticate``."""
    bus_is_up: Callable[[], bool] = lambda: True
    """Whether wake-ups of other processes can arrive at the moment."""


class Realtime:
    """The Socket.IO interface of one process."""

    def __init__(self, ports: RealtimePorts, settings: RealtimeSettings) -> None:
        self.feed = EventFeed(ports.log, ports.renderers)
        """What ``GET /events`` reads from, too."""
        self.sockets = Sockets()
        self._settings = settings
        self._reception = Reception(self.sockets, settings.entry_seconds)
        self.server = _server(self._reception, settings)
        watching = Watching(
            self.server, self.sockets, {KIND: ports.may_watch_posts}, settings.rooms_per_socket
        )
        self.table = ClientEventTable(PostEvents(watching).specs(), ports.ids, settings.event_seconds)
        self.rooms = RoomEvents(self._emit, watching.close)
        """Where room events of all processes are delivered: ``rooms.on_event(realtime.rooms.deliver)``."""
        outlet = self.server.manager
        self._dispatcher = Dispatcher(self.sockets, self.feed, outlet, settings, ports.bus_is_up)
        recheck = ports.recheck or OneByOne(ports.authenticate)
        self._access = AccessWatch(self.sockets, recheck, watching, self._expel, settings)
        self._audience = AudienceWatch(self.sockets, watching, KIND)
        self._reception.server = self.server
        self._reception.entry = Entry(self.sockets, ports.authenticate, self.feed, settings)
        self._reception.table = self.table
        self._reception.dispatcher = self._dispatcher
        self._reception.access = self._access
        self.server.on("connect", self._reception.connect)
        self._listen(ports.signals)

    def attach(self, app: web.Application) -> None:
        """Serve ``/socket.io/`` in a web application, from its start to its end."""
        app.router.add_route("*", f"/{PATH}/", self.server.eio.handle_request)
        app.cleanup_ctx.append(self._lifetime)
        # Before aiohttp waits for its handlers, each of which is an open socket.
        app.on_shutdown.append(self._say_farewell)

    def client_events(self) -> Sequence[ClientEventSpec]:
        """Return the table of all events that clients may send."""
        return self.table.specs()

    def _listen(self, signals: Signals) -> None:
        signals.subscribe(Topic.CLIENT_EVENTS, self._dispatcher.wake)
        signals.subscribe(Topic.ACCESS, self._access.wake)
        signals.subscribe(Topic.AUDIENCE, self._audience.wake)
        signals.on_gap(self._dispatcher.wake_all)
        signals.on_gap(self._access.wake_all)

    async def _emit(self, room: str, name: str, payload: Mapping[str, Any]) -> None:
        await self.server.emit(name, payload, room=room)

    async def _expel(self, socket: Socket) -> None:
        await self.server.expel(socket.sid, socket.session)

    async def _lifetime(self, app: web.Application) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(part.run()) for part in (self._dispatcher, self._access, self._audience)]
        yield
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self.server.shutdown()

    async def _say_farewell(self, app: web.Application) -> None:
        """Close the sockets one after the other.

        Without a DISCONNECT packet, which clients take for good: they come back by themselves, after a
        random delay and spread over the farewell, and catch up.
        """
        sessions = [socket.session for socket in self.sockets]
        pause = self._settings.farewell_seconds / max(1, len(sessions))
        for session in sessions:
            await self.server.eio.hang_up(session)
            await asyncio.sleep(pause)
        for session in tuple(self.server.eio.sockets):
            await self.server.eio.hang_up(session)


def _server(reception: Reception, settings: RealtimeSettings) -> StrictServer:
    odd = surprises()
    if odd:
        log.warning("room events go the slow way, for this is not so any more: %s", "; ".join(odd))
    library = logging.getLogger("footlights.socketio")
    library.setLevel(logging.WARNING)  # below, it logs every packet: tokens and messages
    return StrictServer(
        reception,
        settings.events_per_second,
        client_manager=FastManager(fast=not odd),
        logger=library,
        engineio_logger=library,
        transports=["polling", "websocket"] if settings.polling else ["websocket"],
        ping_interval=settings.ping_seconds,
        ping_timeout=settings.pong_seconds,
        max_http_buffer_size=settings.packet_limit,
        backlog_limit=settings.backlog_limit,
        http_compression=False,
        cors_allowed_origins=_origin_check(settings.cors_origins),
        cors_credentials=False,
    )


def _origin_check(allowed: frozenset[str]) -> Callable[[str, dict[str, Any]], bool]:
    """Return the check of a page's origin: an allowed one, or the host that was asked, behind any proxy.

    (For the library, an empty list of origins means everybody.)
    """

    def check(origin: str, environ: dict[str, Any]) -> bool:
        return origin in allowed or urlsplit(origin).netloc == environ.get("HTTP_HOST")

    return check


def make_realtime(ports: RealtimePorts, settings: RealtimeSettings | None = None) -> Realtime:
    """Return the Socket.IO interface of one process; ``attach`` it to the web application."""
    return Realtime(ports, settings or RealtimeSettings())
