"""What Signals and Rooms promise, in process and over Valkey."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, Protocol

import pytest
from attrs import frozen

from adapters.memory.signals import InProcessRooms, InProcessSignals
from adapters.valkey.bus import ValkeyBus
from adapters.valkey.signals import ValkeyRooms, ValkeySignals
from platform_core.shared.signals import Rooms, Signals, Topic
from tests.not_run import ran_on


class ToldRooms(Rooms, Protocol):
    """Rooms as the realtime interface is connected to them."""

    def on_event(self, listener: Any) -> None:
        """Tell ``listener`` of every event."""


@frozen
class Process:
    """The signals and rooms of one process."""

    signals: Signals
    rooms: ToldRooms


@pytest.fixture(params=["in process", "Valkey"])
async def processes(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Process, Process]]:
    """Two processes that are connected; within one process they are the same."""
    if request.param == "in process":
        ran_on(request, "memory")
        only = Process(InProcessSignals(), InProcessRooms())
        yield only, only
        return
    url = request.getfixturevalue("valkey_url")
    async with AsyncExitStack() as stack:
        buses = [ValkeyBus(url, origin) for origin in ("a", "b")]
        processes = [Process(ValkeySignals(bus), ValkeyRooms(bus)) for bus in buses]
        for bus in buses:
            await stack.enter_async_context(bus.running())
        async with asyncio.timeout(5):
            while not all(bus.connected for bus in buses):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        yield processes[0], processes[1]


async def _soon(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_a_wake_up_reaches_the_listeners_of_its_topic_everywhere(
    processes: tuple[Process, Process],
) -> None:
    here, there = processes
    heard: list[tuple[str, frozenset[str]]] = []
    here.signals.subscribe(Topic.ACCESS, lambda ids: heard.append(("here", ids)))
    there.signals.subscribe(Topic.ACCESS, lambda ids: heard.append(("there", ids)))
    there.signals.subscribe(Topic.OUTBOX, lambda ids: heard.append(("wrong", ids)))
    await here.signals.publish(Topic.ACCESS, ["ada", "bob", "ada"])
    await _soon(lambda: len(heard) >= 2)
    await asyncio.sleep(0.05)
    both = frozenset({"ada", "bob"})
    assert sorted(heard) == [("here", both), ("there", both)]


async def test_a_wake_up_may_name_nobody(processes: tuple[Process, Process]) -> None:
    here, there = processes
    heard: list[frozenset[str]] = []
    there.signals.subscribe(Topic.OUTBOX, heard.append)
    await here.signals.publish(Topic.OUTBOX)
    await _soon(lambda: heard)
    assert heard == [frozenset()]


async def test_many_accounts_are_all_named(processes: tuple[Process, Process]) -> None:
    here, there = processes
    heard: set[str] = set()
    there.signals.subscribe(Topic.CLIENT_EVENTS, heard.update)
    accounts = {f"account {number}" for number in range(5500)}
    await here.signals.publish(Topic.CLIENT_EVENTS, (id_ for id_ in accounts))
    await _soon(lambda: heard == accounts)


async def test_a_listener_that_fails_harms_nobody(processes: tuple[Process, Process]) -> None:
    here, there = processes
    heard: list[frozenset[str]] = []

    def fail(ids: frozenset[str]) -> None:
        raise RuntimeError("listener")

    for process in (here, there):
        process.signals.subscribe(Topic.ACCESS, fail)
    there.signals.subscribe(Topic.ACCESS, heard.append)
    await here.signals.publish(Topic.ACCESS, ["ada"])
    await here.signals.publish(Topic.ACCESS, ["bob"])
    await _soon(lambda: len(heard) == 2)


async def test_room_events_arrive_everywhere_in_order(processes: tuple[Process, Process]) -> None:
    here, there = processes
    heard: list[tuple[str, str, Any]] = []

    async def listen(room: str, name: str, payload: Any) -> None:
        heard.append((room, name, payload))

    there.rooms.on_event(listen)
    for number in range(300):
        await here.rooms.emit("post:1", "post:counted", {"likes": number, "text": "ä\u2028"})
    await _soon(lambda: len(heard) >= 300)
    expected = [("post:1", "post:counted", {"likes": n, "text": "ä\u2028"}) for n in range(300)]
    assert heard == expected


async def test_a_room_listener_that_fails_harms_nobody(processes: tuple[Process, Process]) -> None:
    here, there = processes
    heard: list[str] = []

    async def fail(room: str, name: str, payload: Any) -> None:
        raise RuntimeError("listener")

    async def listen(room: str, name: str, payload: Any) -> None:
        heard.append(name)

    there.rooms.on_event(fail)
    there.rooms.on_event(listen)
    await here.rooms.emit("post:1", "post:edited", {})
    await here.rooms.emit("post:1", "post:deleted", {})
    await _soon(lambda: heard == ["post:edited", "post:deleted"])
