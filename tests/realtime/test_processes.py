"""Several processes with Valkey between them; Valkey goes away and comes back."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from attrs import frozen

from adapters.realtime.settings import RealtimeSettings
from adapters.valkey.bus import ValkeyBus
from adapters.valkey.signals import ValkeyRooms, ValkeySignals
from platform_core.shared.signals import Topic
from tests.realtime.fakes import World
from tests.realtime.serving import Site, connected, raw, serving, until
from tests.servers import ValkeyServer

ADA = "ada's token"
POST = "01900000-0000-7000-8000-00000000aaaa"
# What the sweep would find anyway must not hide what wake-ups and gaps do.
NO_SWEEP = RealtimeSettings(sweep_seconds=60, recheck_seconds=60, farewell_seconds=0.05)


@pytest.fixture(scope="module")
def valkey() -> Iterator[ValkeyServer]:
    """A Valkey of one's own, to be taken away."""
    with ValkeyServer() as server:
        yield server


@frozen
class Process:
    """One process: what it serves, and its way to the others."""

    site: Site
    bus: ValkeyBus
    signals: ValkeySignals


@asynccontextmanager
async def _process(world: World, url: str, origin: str) -> AsyncIterator[Process]:
    bus = ValkeyBus(url, origin)
    signals, rooms = ValkeySignals(bus), ValkeyRooms(bus)
    ports: dict[str, Any] = {"signals": signals, "rooms": rooms, "bus_is_up": lambda: signals.connected}
    async with serving(NO_SWEEP, world=world, **ports) as site, bus.running():
        yield Process(site, bus, signals)


@pytest.fixture
async def pair(valkey: ValkeyServer) -> AsyncIterator[tuple[Process, Process]]:
    """Two processes over one database."""
    valkey.start()
    world = World(None)  # type: ignore[arg-type]
    world.authenticate.let_in(ADA, "ada")
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(_process(world, valkey.url, "one"))
        two = await stack.enter_async_context(_process(world, valkey.url, "two"))
        await until(lambda: one.bus.connected and two.bus.connected)
        yield one, two


async def _tell(process: Process, number: int) -> None:
    """Commit an event in one process, and wake all."""
    process.site.world.log.append("ada", "notification:created", {"number": number})
    await process.signals.publish(Topic.CLIENT_EVENTS, ["ada"])


async def test_an_event_of_one_process_reaches_the_sockets_of_the_other(
    pair: tuple[Process, Process],
) -> None:
    one, two = pair
    async with connected(one.site, ADA) as here, connected(two.site, ADA) as there:
        await _tell(one, 1)
        await until(lambda: here.numbers() == there.numbers() == [1], 1)


async def test_a_revocation_reaches_the_sockets_of_the_other(pair: tuple[Process, Process]) -> None:
    one, two = pair
    async with raw(two.site) as client:
        await client.enter(ADA)
        one.site.world.authenticate.actors.clear()
        await one.signals.publish(Topic.ACCESS, ["ada"])
        await client.hear_out(1)


async def test_watchers_everywhere_are_told(pair: tuple[Process, Process]) -> None:
    one, two = pair
    async with connected(one.site, ADA) as here, connected(two.site, ADA) as there:
        for client in (here, there):
            await client.call("post:watch", {"post_id": POST})
        await one.site.rooms.emit(f"post:{POST}", "post:edited", {"number": 1})
        await until(lambda: here.numbers() == there.numbers() == [1], 1)


async def test_a_narrowed_audience_reaches_the_watchers_of_the_other(pair: tuple[Process, Process]) -> None:
    one, two = pair
    async with connected(two.site, ADA) as there:
        assert (await there.call("post:watch", {"post_id": POST}))["ok"]
        two.site.world.hidden.add(POST)
        await one.signals.publish(Topic.AUDIENCE, [POST])
        await until(lambda: not any(socket.rooms for socket in two.site.realtime.sockets), 1)


async def test_an_outage_of_valkey_loses_nothing(pair: tuple[Process, Process], valkey: ValkeyServer) -> None:
    """Events before, during and after arrive once each and in order, in both processes, within seconds."""
    one, two = pair
    async with connected(one.site, ADA) as here, connected(two.site, ADA) as there:
        await _tell(one, 1)
        await until(lambda: there.numbers() == [1])
        await asyncio.to_thread(valkey.kill)
        for number in range(2, 31):
            await _tell(one, number)
            await asyncio.sleep(0.01)
        await until(lambda: here.numbers() == list(range(1, 31)), 1)
        await until(lambda: there.numbers() == list(range(1, 31)), 4)  # found without any wake-up
        await _tell(one, 31)
        await asyncio.to_thread(valkey.start)
        await until(lambda: one.bus.connected and two.bus.connected, 10)
        await _tell(two, 32)
        await until(lambda: here.numbers() == there.numbers() == list(range(1, 33)), 3)


async def test_a_revocation_during_the_outage_takes_effect_when_it_ends(
    pair: tuple[Process, Process], valkey: ValkeyServer
) -> None:
    one, two = pair
    async with raw(two.site) as client:
        await client.enter(ADA)
        await asyncio.to_thread(valkey.kill)
        await until(lambda: not two.bus.connected)
        one.site.world.authenticate.actors.clear()
        await one.signals.publish(Topic.ACCESS, ["ada"])
        await asyncio.to_thread(valkey.start)
        await client.hear_out(6)


async def test_whoever_could_not_publish_tells_the_others_of_the_gap(
    pair: tuple[Process, Process], valkey: ValkeyServer
) -> None:
    """Only the sender's connection breaks: the other process cannot notice by itself."""
    one, two = pair
    gaps: list[int] = []
    two.signals.on_gap(lambda: gaps.append(1))
    async with connected(two.site, ADA) as there:
        await _tell(one, 1)
        await until(lambda: there.numbers() == [1])
        with pytest.MonkeyPatch.context() as broken:
            for connection in one.bus._client.connection_pool._available_connections:
                broken.setattr(connection, "port", 1)
                await connection.disconnect()
            await _tell(one, 2)
            await until(lambda: not one.bus.connected)
            await asyncio.sleep(0.1)
            assert two.bus.connected
            assert (gaps, there.numbers()) == ([], [1])
        await until(lambda: gaps and there.numbers() == [1, 2])


async def test_rubbish_on_the_bus_is_ignored(pair: tuple[Process, Process]) -> None:
    one, two = pair
    for rubbish in (
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"origin":"x"}',
        b'{"origin":"x","topic":"new","ids":[]}',
    ):
        for channel in ("wake", "rooms"):
            await one.bus._client.publish(f"footlights:{channel}", rubbish)
    async with connected(two.site, ADA) as there:
        await _tell(one, 1)
        await until(lambda: there.numbers() == [1], 1)


async def test_messages_that_wait_are_sent_at_the_end(valkey: ValkeyServer) -> None:
    valkey.start()
    sender, receiver = ValkeyBus(valkey.url, "sender"), ValkeyBus(valkey.url, "receiver")
    heard: list[frozenset[str]] = []
    ValkeySignals(receiver).subscribe(Topic.OUTBOX, heard.append)
    signals = ValkeySignals(sender)
    async with receiver.running():
        await until(lambda: receiver.connected)
        async with sender.running():
            await signals.publish(Topic.OUTBOX, ["last words"])
        await until(lambda: heard)
