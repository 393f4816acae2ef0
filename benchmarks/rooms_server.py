"""The servers of the room benchmark in Python: the limit, ours, and the library as it is.

Run as a process of its own: ``python -m benchmarks.rooms_server limit|ours|stock``. Prints ``{"port": n}``;
then, for each order that it reads, sends so many messages to the room and prints ``{"cpu": seconds}``.
"""

import asyncio
import itertools
import json
import resource
import struct
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import socketio
import uvloop
from aiohttp import web

from adapters.memory.signals import InProcessRooms, InProcessSignals
from adapters.realtime.server import RealtimePorts, make_realtime
from adapters.realtime.settings import RealtimeSettings
from benchmarks.rooms_process import pin, stdin_lines, tell
from platform_core.shared.actor import Actor, Scope
from platform_core.shared.events import ClientEvent

Send = Callable[[str, str, Mapping[str, Any]], Awaitable[None]]
"""Sends an event to a room: room, name, payload."""


class NoEvents:
    """A log in which nothing happens."""

    async def position(self, account_id: str) -> int:
        """Return 0."""
        return 0

    async def since(self, positions: Mapping[str, int], limit: int) -> Sequence[ClientEvent]:
        """Return nothing."""
        return ()

    async def oldest_kept(self, account_id: str) -> int:
        """Return 1."""
        return 1


class Numbers:
    """Ids that ascend."""

    def __init__(self) -> None:
        self._numbers = itertools.count()

    def new(self) -> str:
        """Return the next one."""
        return str(next(self._numbers))


async def _authenticate(token: str) -> Actor:
    return Actor(f"account {token}", scopes=frozenset(Scope))


async def _all(actor: Actor, ids: Sequence[str]) -> set[str]:
    return set(ids)


def ours(app: web.Application) -> Send:
    """Attach the product's interface."""
    ports = RealtimePorts(_authenticate, NoEvents(), InProcessSignals(), Numbers(), _all)
    realtime = make_realtime(ports, RealtimeSettings(polling=False))
    realtime.attach(app)
    rooms = InProcessRooms()
    rooms.on_event(realtime.rooms.deliver)
    return rooms.emit


def stock(app: web.Application) -> Send:
    """Attach the library as it is."""
    server = socketio.AsyncServer(async_mode="aiohttp", transports=["websocket"])
    server.attach(app)

    async def watch(sid: str, given: dict[str, str]) -> dict[str, Any]:
        await server.enter_room(sid, f"post:{given['post_id']}")
        return {"ok": True, "data": None}

    server.on("post:watch", watch)

    async def send(room: str, name: str, payload: Mapping[str, Any]) -> None:
        await server.emit(name, payload, room=room)

    return send


def limit(app: web.Application) -> Send:
    """Attach nothing but WebSockets: one frame is made in advance and written to each transport."""
    transports: list[asyncio.Transport] = []
    frames: dict[str, bytes] = {}

    async def serve(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(compress=False)
        await ws.prepare(request)
        await ws.send_str("0{}")
        async for message in ws:
            if message.data.startswith("40"):
                await ws.send_str("40{}")
            elif message.data.startswith("420"):
                assert request.transport
                transports.append(request.transport)
                await ws.send_str("430[]")
        return ws

    async def send(room: str, name: str, payload: Mapping[str, Any]) -> None:
        if name not in frames:
            data = f"42{json.dumps([name, payload], separators=(',', ':'))}".encode()
            frames[name] = struct.pack("!BBH", 0x81, 126, len(data)) + data
        frame = frames[name]
        for transport in transports:
            transport.write(frame)

    app.router.add_get("/socket.io/", serve)
    return send


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def main(kind: str) -> None:
    """Serve, and send what is ordered."""
    pin(0)
    app = web.Application()
    send = {"ours": ours, "stock": stock, "limit": limit}[kind](app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    tell({"port": runner.addresses[0][1]})
    async for order in stdin_lines():
        before = _cpu()
        for _ in range(order["messages"]):
            await send(order["room"], order["name"], order["payload"])
            await asyncio.sleep(order["pause"])
        await asyncio.sleep(order["settle"])
        tell({"cpu": _cpu() - before})


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
