"""A served realtime interface, and clients that write down what they get."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import socketio
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web
from attrs import evolve

from adapters.memory.signals import InProcessRooms, InProcessSignals
from adapters.realtime.rendering import Renderer
from adapters.realtime.server import Realtime, RealtimePorts, make_realtime
from adapters.realtime.settings import RealtimeSettings
from tests.realtime.fakes import World

PATIENCE = 5.0
QUICK = RealtimeSettings(farewell_seconds=0.05)


class Site:
    """One process's interface on a port of its own, and the world behind it."""

    def __init__(self, realtime: Realtime, world: World, rooms: InProcessRooms) -> None:
        self.realtime = realtime
        self.world = world
        self.rooms = rooms
        self.url = ""

    @property
    def sockets(self) -> list[str]:
        """The sessions that are open, let in or not."""
        return list(self.realtime.server.eio.sockets)


@asynccontextmanager
async def serving(
    settings: RealtimeSettings = QUICK,
    renderers: dict[str, Renderer] | None = None,
    world: World | None = None,
    **ports: Any,
) -> AsyncIterator[Site]:
    """Serve the interface meanwhile."""
    world = world or World(InProcessSignals())
    rooms = ports.pop("rooms", None) or InProcessRooms()
    bundle = RealtimePorts(
        world.authenticate, world.log, world.signals, world.ids, world.may_watch, renderers or {}
    )
    realtime = make_realtime(evolve(bundle, **ports), settings)
    rooms.on_event(realtime.rooms.deliver)
    site = Site(realtime, world, rooms)
    app = web.Application()
    realtime.attach(app)
    runner = web.AppRunner(app, shutdown_timeout=5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield site
    finally:
        await runner.cleanup()


class Client:
    """The Python client of Socket.IO; keeps all events in the order of their arrival."""

    def __init__(self, url: str, **options: Any) -> None:
        self.url = url
        self.received: list[tuple[str, Any]] = []
        self.refusal: Any = None
        self.io = socketio.AsyncClient(reconnection=options.pop("reconnection", False), **options)
        self.io.on("*", self._event)
        self.io.on("connect_error", self._refused)

    async def connect(self, token: Any, transports: tuple[str, ...] = ("websocket",), **auth: Any) -> None:
        """Connect with a token."""
        await self.io.connect(
            self.url, auth={"token": token, **auth}, transports=list(transports), wait_timeout=PATIENCE
        )

    async def call(self, name: str, *arguments: Any) -> Any:
        """Send an event and return its acknowledgement."""
        data = arguments[0] if len(arguments) == 1 else tuple(arguments) if arguments else None
        return await self.io.call(name, data, timeout=PATIENCE)

    async def close(self) -> None:
        """Disconnect and let go of everything."""
        await self.io.disconnect()
        await self.io.shutdown()
        if self.io.eio.http is not None and not self.io.eio.http.closed:
            await self.io.eio.http.close()

    def numbers(self) -> list[int]:
        """Return the numbers of the events that carry one, in order."""
        return [data["number"] for _, data in self.received if "number" in data]

    async def _event(self, name: str, *arguments: Any) -> None:
        self.received.append((name, arguments[0] if arguments else None))

    async def _refused(self, data: Any) -> None:
        self.refusal = data


@asynccontextmanager
async def connected(site: Site | str, token: str, **options: Any) -> AsyncIterator[Client]:
    """Give a client that is connected."""
    client = Client(site if isinstance(site, str) else site.url)
    await client.connect(token, **options)
    try:
        yield client
    finally:
        await client.close()


class RawClient:
    """A WebSocket that says what it is told to, protocol or not."""

    def __init__(self, ws: ClientWebSocketResponse) -> None:
        self.ws = ws

    async def say(self, text: str) -> None:
        """Send one text frame."""
        await self.ws.send_str(text)

    async def hear(self, seconds: float = PATIENCE) -> str:
        """Return the next text frame; answers pings on the way."""
        while True:
            message = await asyncio.wait_for(self.ws.receive(), seconds)
            if message.type is not WSMsgType.TEXT:
                raise ConnectionError(message.type)
            if message.data == "2":
                await self.ws.send_str("3")
                continue
            return str(message.data)

    async def hear_out(self, seconds: float = PATIENCE) -> list[str]:
        """Return all text frames until the server closes the connection."""
        heard = []
        async with asyncio.timeout(seconds):
            async for message in self.ws:
                heard.append(message.data)
        return heard

    async def enter(self, token: str) -> None:
        """Connect to the namespace."""
        await self.say("40" + json.dumps({"token": token}))
        assert (await self.hear()).startswith('40{"sid"')


@asynccontextmanager
async def raw(site: Site) -> AsyncIterator[RawClient]:
    """Give an open WebSocket that has heard the greeting of Engine.IO."""
    address = f"{site.url}/socket.io/?EIO=4&transport=websocket"
    async with ClientSession() as session, session.ws_connect(address, max_msg_size=0) as ws:
        client = RawClient(ws)
        assert (await client.hear()).startswith("0")
        yield client


async def until(condition: Any, seconds: float = PATIENCE) -> None:
    """Wait for a condition to come true."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 (what is waited for has no event)
            await asyncio.sleep(0.005)
