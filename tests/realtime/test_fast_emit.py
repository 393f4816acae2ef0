"""The short way of room events: the same frames as the library's, in the same order, for everybody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession, WSMsgType

from adapters.realtime import server as server_module
from adapters.realtime.internals import surprises
from adapters.realtime.settings import RealtimeSettings
from tests.realtime.serving import QUICK, Client, RawClient, Site, connected, raw, serving, until

ADA = "ada's token"
KINDS: list[Any] = [
    None,
    {},
    {"a": [1, 2.5, None, True], "ä": "…\u2028\0"},
    [1, 2],
    "text",
    5,
    (),
    ("one", {"two": 2}, [3]),
    {"x": "y" * 100},
    {"x": "y" * 70_000},
    {"x": "😀" * 100},
    b"bytes",
    {"a": b"\0\1", "b": [b"\2"]},
    ("x", b"y"),
]


@asynccontextmanager
async def _site(fast: bool, settings: RealtimeSettings = QUICK) -> AsyncIterator[Site]:
    with pytest.MonkeyPatch.context() as patch:
        if not fast:
            patch.setattr(server_module, "surprises", lambda: ["as a trial"])
        async with serving(settings) as site:
            site.world.authenticate.let_in(ADA, "ada")
            yield site


def test_the_libraries_are_built_as_expected() -> None:
    assert surprises() == []


async def _frames(client: RawClient, last: str) -> list[tuple[WSMsgType, Any]]:
    frames: list[tuple[WSMsgType, Any]] = []
    while not (frames and isinstance(frames[-1][1], str) and last in frames[-1][1]):
        message = await asyncio.wait_for(client.ws.receive(), 5)
        assert message.type in (WSMsgType.TEXT, WSMsgType.BINARY), frames
        frames.append((message.type, message.data))
    return frames


async def _what_is_heard(fast: bool) -> list[list[tuple[WSMsgType, Any]]]:
    async with _site(fast) as site, raw(site) as first, raw(site) as second:
        await first.enter(ADA)
        await second.enter(ADA)
        io = site.realtime.server
        sids = [socket.sid for socket in site.realtime.sockets]
        for sid in sids:
            await io.enter_room(sid, "room")
        for kind in KINDS:
            await io.emit("kind", kind, room="room")
            await io.emit("one", kind, to=sids[0])
        await io.emit("all", {"to": "everybody"})
        await io.emit("skip", {}, room="room", skip_sid=sids[1])
        await io.emit("skip", {}, room="room", skip_sid=[sids[0]])
        await io.emit("rooms", {}, room=["room", sids[0]])
        await io.emit("asked", {}, to=sids[0], callback=lambda *_: None)
        await io.emit("nobody", {}, room="nowhere")
        await io.emit("last", {})
        return [await _frames(first, '"last"'), await _frames(second, '"last"')]


async def test_the_short_way_sends_the_same_frames_in_the_same_order() -> None:
    short, library = await _what_is_heard(fast=True), await _what_is_heard(fast=False)
    assert short == library
    assert len(short[0]) > 2 * len(KINDS)


async def test_if_a_library_has_changed_everything_goes_the_library_s_way() -> None:
    async with _site(fast=False) as site, connected(site, ADA) as client:
        await site.world.tell("ada", 1)
        await site.realtime.server.emit("room", {"number": 2})
        await until(lambda: sorted(client.numbers()) == [1, 2])
        assert not site.realtime.server.manager._fast


async def test_nothing_overtakes_what_waits_in_the_queue(site: Site) -> None:
    """Acknowledgements and callbacks take the queue, room events the short way, durable ones either."""
    async with raw(site) as client:
        await client.enter(ADA)
        [socket] = site.realtime.sockets
        io = site.realtime.server
        for number in range(0, 300, 3):
            await io.emit("n", {"n": number}, to=socket.sid, callback=lambda *_: None)
            await io.emit("n", {"n": number + 1}, to=socket.sid)
            io.manager.send(socket.session, io.manager.frame("n", {"n": number + 2}))
            if number % 30 == 0:
                await asyncio.sleep(0.001)
        heard = [await client.hear() for _ in range(300)]
        numbers = [int(text.partition('{"n":')[2].rstrip("}]")) for text in heard]
        assert numbers == list(range(300))


async def test_most_frames_do_go_the_short_way(site: Site) -> None:
    async with raw(site) as client:
        await client.enter(ADA)
        io = site.realtime.server
        await io.emit("first", {})
        await client.hear()
        await until(lambda: io.eio.lanes)
        [socket] = io.eio.sockets.values()
        before = socket.queue.pending
        for number in range(10):
            await io.emit("n", {"n": number})
            assert socket.queue.pending == before == 0
        assert len([await client.hear() for _ in range(10)]) == 10


async def test_a_client_that_does_not_read_is_cut_off_and_the_others_are_served() -> None:
    async with _site(fast=True) as site, connected(site, ADA) as reader, raw(site) as lazy:
        await lazy.enter(ADA)
        lazy.ws._response.connection.transport.pause_reading()  # type: ignore[union-attr]
        most = 0
        for number in range(400):
            await site.realtime.server.emit("n", {"number": number, "x": "y" * 30_000})
            most = max(most, *(site.realtime.server.eio.waiting(sid) for sid in site.sockets))
            await asyncio.sleep(0.001)
        await until(lambda: len(reader.received) == 400)
        await until(lambda: len(site.realtime.sockets) == 1)
        assert most < 256 * 1024 + 2 * 31_000 + 64 * 1024
        lazy.ws._response.connection.transport.resume_reading()  # type: ignore[union-attr]


async def test_a_polling_client_that_does_not_come_back_is_dropped_as_well() -> None:
    async with _site(fast=True) as site, ClientSession() as session:
        address = f"{site.url}/socket.io/?EIO=4&transport=polling"
        async with session.get(address) as answer:
            sid = (await answer.text()).split('"')[3]
        async with session.post(f"{address}&sid={sid}", data=f'40{{"token":"{ADA}"}}') as answer:
            assert answer.status == 200
        for number in range(40):
            await site.realtime.server.emit("n", {"number": number, "x": "y" * 10_000})
        await until(lambda: not len(site.realtime.sockets))


async def test_a_slow_client_gets_a_large_backlog_in_its_own_time(site: Site) -> None:
    """The log keeps what does not fit: nobody is cut off for having been away."""
    for number in range(1, 301):
        site.world.log.append("ada", "notification:created", {"number": number, "x": "y" * 20_000})
    async with raw(site) as lazy, connected(site, "bob's token") as bob:
        await lazy.say(f'40{{"token":"{ADA}","last_event_id":"0"}}')
        lazy.ws._response.connection.transport.pause_reading()  # type: ignore[union-attr]
        await asyncio.sleep(0.3)
        await site.world.tell("bob", 1)
        await until(lambda: bob.received, 1)
        assert all(site.realtime.server.eio.waiting(sid) < 200_000 for sid in site.sockets)
        lazy.ws._response.connection.transport.resume_reading()  # type: ignore[union-attr]
        await lazy.hear()
        for number in range(1, 301):
            assert f'"number":{number},' in await lazy.hear()


async def test_large_rooms_hear_everything_in_the_same_order() -> None:
    async with _site(fast=True) as site, AsyncExitStack() as stack:
        clients = [Client(site.url) for _ in range(12)]
        for number, client in enumerate(clients):
            await client.connect(site.world.authenticate.let_in(f"t{number}", f"a{number}"))
            stack.push_async_callback(client.close)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("adapters.realtime.fast_emit.AT_ONCE", 5)
            emits = (site.realtime.server.emit("n", {"number": number}) for number in range(50))
            await asyncio.gather(*emits)
        await until(lambda: all(len(client.received) == 50 for client in clients))
        assert {tuple(client.numbers()) for client in clients} == {tuple(range(50))}
