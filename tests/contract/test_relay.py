"""The relay over the outbox of every back end: at least once, in order, parked when hopeless, on time."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from attrs import frozen

from adapters.memory.event_queue import MemoryEventQueue
from adapters.sql.event_queue import SqlEventQueue
from platform_core.shared.events import Delivery, Event, StoredEvent
from platform_core.shared.relay import MAX_ATTEMPTS, EventQueue, Relay, Subscription, by_event, pause_after
from platform_core.shared.signals import Topic
from tests.backends import Backend


@frozen
class Rang(Event):
    """A bell rang, so many times."""

    name: ClassVar[str] = "tests.rang"
    times: int


class Ear:
    """A subscriber that remembers what it heard, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.failures: dict[int, int] = {}
        self.pricked = asyncio.Event()

    async def hear(self, delivery: Delivery, event: StoredEvent) -> None:
        times = Rang.restore(event.payload).times
        if self.failures.get(times, 0) > 0:
            self.failures[times] -= 1
            raise ValueError("not listening")
        self.heard.append(times)
        self.pricked.set()


def queue_of(backend: Backend) -> EventQueue:
    return backend.adapter(MemoryEventQueue, SqlEventQueue, backend.ids)


def relay_of(backend: Backend, *ears: Ear) -> Relay:
    heard = [Subscription(Rang.name, f"tests.ear_{number}", ear.hear) for number, ear in enumerate(ears)]
    return Relay(queue_of(backend), backend.clock, by_event(heard))


async def ring(backend: Backend, *times: int, stream_key: str = "bell") -> None:
    async with backend.uow() as uow:
        for number in times:
            await uow.outbox.record(Rang(number), stream_key)
        await uow.commit()


async def drain(relay: Relay) -> None:
    while await relay.drain_once():
        pass


async def test_every_subscriber_hears_every_event_once_and_in_order(backend: Backend) -> None:
    left, right = Ear(), Ear()
    await ring(backend, *range(30))
    await drain(relay_of(backend, left, right))
    assert left.heard == right.heard == list(range(30))


async def test_what_was_rolled_back_is_never_heard(backend: Backend) -> None:
    ear = Ear()
    async with backend.uow() as uow:
        await uow.outbox.record(Rang(1), "bell")
    await drain(relay_of(backend, ear))
    assert ear.heard == []


async def test_a_failure_holds_back_its_own_stream_only(backend: Backend) -> None:
    ear = Ear()
    ear.failures = {1: 1}
    await ring(backend, 1, 2, stream_key="bell")
    await ring(backend, 10, 11, stream_key="gong")
    relay = relay_of(backend, ear)
    await drain(relay)
    assert ear.heard == [10, 11]
    backend.clock.advance(seconds=pause_after(1).total_seconds())
    await drain(relay)
    assert ear.heard == [10, 11, 1, 2]


async def test_what_keeps_failing_is_parked_and_its_stream_goes_on(backend: Backend) -> None:
    ear = Ear()
    ear.failures = {1: 1_000}
    await ring(backend, 1, 2)
    relay = relay_of(backend, ear)
    for _ in range(MAX_ATTEMPTS):
        await drain(relay)
        backend.clock.advance(hours=2)
    await drain(relay)
    assert ear.heard == [2]
    assert ear.failures[1] == 1_000 - MAX_ATTEMPTS


async def test_an_event_whose_relay_died_comes_back_when_its_lease_has_run_out(backend: Backend) -> None:
    ear = Ear()
    await ring(backend, 1, 2)
    queue = queue_of(backend)
    claimed = await queue.claim(backend.clock.now(), 10, timedelta(seconds=15))
    assert [event.payload["times"] for event in claimed] == [1]
    await drain(relay_of(backend, ear))
    assert ear.heard == []
    backend.clock.advance(seconds=15)
    await drain(relay_of(backend, ear))
    assert ear.heard == [1, 2]


async def test_a_program_that_is_alone_takes_up_at_once_what_it_left(backend: Backend) -> None:
    ear = Ear()
    await ring(backend, 1)
    queue = queue_of(backend)
    await queue.claim(backend.clock.now(), 10, timedelta(seconds=15))
    await queue.release(backend.clock.now())
    await drain(relay_of(backend, ear))
    assert ear.heard == [1]


async def test_relays_side_by_side_share_the_work_and_keep_the_order(backend: Backend) -> None:
    ear = Ear()
    streams = [f"bell-{number}" for number in range(8)]
    for number in range(40):
        await ring(backend, number, stream_key=streams[number % len(streams)])
    await asyncio.gather(*(drain(relay_of(backend, ear)) for _ in range(4)))
    # A relay that found nothing to claim may have stopped while another still held a stream.
    await drain(relay_of(backend, ear))
    assert sorted(ear.heard) == list(range(40))
    for stream in range(len(streams)):
        mine = [number for number in ear.heard if number % len(streams) == stream]
        assert mine == sorted(mine)


async def test_a_timer_rings_at_its_time_and_only_the_latest_of_its_key(backend: Backend) -> None:
    ear = Ear()
    noon = backend.clock.now() + timedelta(hours=1)
    await _set_timers(
        backend, [("alarm", 1, noon), ("alarm", 2, noon), ("other", 3, noon), ("gone", 4, noon)]
    )
    async with backend.uow() as uow:
        await uow.timers.cancel("gone")
        await uow.commit()
    relay = relay_of(backend, ear)
    await drain(relay)
    assert ear.heard == []
    assert await queue_of(backend).next_due() == noon
    backend.clock.advance(hours=1)
    await drain(relay)
    assert sorted(ear.heard) == [2, 3]


async def _set_timers(backend: Backend, timers: Sequence[tuple[str, int, object]]) -> None:
    for key, times, at in timers:
        async with backend.uow() as uow:
            await uow.timers.set(key, at, Rang(times))
            await uow.commit()


async def test_a_running_relay_is_woken_by_a_commit_and_stops_when_told(backend: Backend) -> None:
    ear = Ear()
    relay = relay_of(backend, ear)
    backend.signals.subscribe(Topic.OUTBOX, relay.wake)
    running = asyncio.create_task(relay.run())
    await asyncio.sleep(0.05)
    await ring(backend, 1)
    async with asyncio.timeout(0.9):
        await ear.pricked.wait()
    relay.stop()
    async with asyncio.timeout(2):
        await running


async def test_a_delivery_in_parts_goes_on_where_it_was_interrupted(backend: Backend) -> None:
    delivery = Delivery("tests.parts", backend.ids.new())
    async with backend.uow() as uow:
        assert await uow.deliveries.reached(delivery) == ""
        await uow.deliveries.advance(delivery, "", "500:a")
        await uow.commit()
    async with backend.uow() as uow:
        await uow.deliveries.advance(delivery, "500:a", "1000:b")
    async with backend.uow() as uow:
        assert await uow.deliveries.reached(delivery) == "500:a"
