"""What leaves a transaction: events, timers, deliveries and wake-ups, at the commit or not at all."""

import asyncio
from datetime import timedelta
from typing import ClassVar

import pytest
from attrs import frozen

from adapters.memory.event_queue import MemoryEventQueue
from adapters.sql.event_queue import SqlEventQueue
from platform_core.shared.errors import Contention
from platform_core.shared.events import Delivery, Event, StoredEvent
from platform_core.shared.signals import Topic
from tests.backends import Backend

LEASE = timedelta(seconds=15)


@frozen
class Planted(Event):
    """A tree was planted."""

    name: ClassVar[str] = "tests.planted"
    version: ClassVar[int] = 3
    kind: str
    rings: int = 0
    nested: dict[str, list[int | None]] | None = None


async def waiting(backend: Backend) -> list[StoredEvent]:
    """Claim everything that waits; only the oldest of each stream can be claimed."""
    queue = backend.adapter(MemoryEventQueue, SqlEventQueue, backend.ids)
    return list(await queue.claim(backend.clock.now(), 100, LEASE))


async def test_an_event_is_stored_with_all_that_was_recorded(backend: Backend) -> None:
    event = Planted('oak "ü"', 7, {"years": [1, None]})
    async with backend.uow() as uow:
        await uow.outbox.record(event, "tree:1")
        await uow.commit()
    (stored,) = await waiting(backend)
    assert (stored.name, stored.version, stored.stream_key) == ("tests.planted", 3, "tree:1")
    assert (stored.occurred_at, stored.attempts) == (backend.clock.now(), 1)
    assert Planted.restore({**stored.payload, "written_by_newer_code": True}) == event


async def test_streams_wait_for_their_oldest_event_only(backend: Backend) -> None:
    async with backend.uow() as uow:
        for number, key in enumerate(("tree:1", "tree:2", "tree:1")):
            await uow.outbox.record(Planted(key, number), key)
        await uow.commit()
    assert [stored.payload["rings"] for stored in await waiting(backend)] == [0, 1]
    assert await waiting(backend) == []


async def test_ids_of_events_ascend_and_are_unique(backend: Backend) -> None:
    async with backend.uow() as uow:
        for number in range(5):
            await uow.outbox.record(Planted("oak"), f"tree:{number}")
        await uow.commit()
    ids = [stored.id for stored in await waiting(backend)]
    assert ids == sorted(set(ids))
    assert len(ids) == 5


async def test_the_relay_is_woken_at_the_commit_if_there_is_something(backend: Backend) -> None:
    async with backend.uow() as uow:
        await uow.commit()
    assert backend.signals.published == []
    async with backend.uow() as uow:
        await uow.outbox.record(Planted("oak"), "tree:1")
        assert backend.signals.published == []
        await uow.commit()
        assert backend.signals.published == [(Topic.OUTBOX, frozenset())]


async def test_nothing_leaves_a_transaction_that_is_not_committed(backend: Backend) -> None:
    ada = await backend.account("ada")
    delivery = Delivery("tests", backend.ids.new())
    async with backend.uow() as uow:
        await uow.outbox.record(Planted("oak"), "tree:1")
        await uow.timers.set("tree", backend.clock.now(), Planted("elm"))
        await uow.deliveries.first(delivery)
        await uow.client_events.append([ada], "tests:planted", {})
        uow.wake(Topic.ACCESS, [ada])
    assert await waiting(backend) == []
    assert backend.signals.published == []
    assert await backend.client_events.position(ada) == 0
    async with backend.uow() as uow:
        assert await uow.deliveries.first(delivery)


async def test_a_failure_rolls_back_and_surfaces(backend: Backend) -> None:
    async def fail() -> None:
        async with backend.uow() as uow:
            await uow.outbox.record(Planted("oak"), "tree:1")
            raise LookupError("in the middle")

    with pytest.raises(LookupError):
        await fail()
    assert await waiting(backend) == []


async def test_wake_ups_name_each_account_once(backend: Backend) -> None:
    ada, ben = await backend.accounts("ada", "ben")
    async with backend.uow() as uow:
        uow.wake(Topic.ACCESS, [ada])
        uow.wake(Topic.ACCESS, [ben, ada])
        await uow.client_events.append([ben], "tests:planted", {})
        await uow.commit()
    assert sorted(backend.signals.published) == [
        (Topic.ACCESS, frozenset({ada, ben})),
        (Topic.CLIENT_EVENTS, frozenset({ben})),
    ]


async def test_a_timer_becomes_an_event_when_it_is_due(backend: Backend) -> None:
    later = backend.clock.now() + timedelta(hours=1)
    async with backend.uow() as uow:
        await uow.timers.set("tree:1", later, Planted("oak", 7))
        await uow.commit()
    assert backend.signals.published == [(Topic.OUTBOX, frozenset())]
    assert await waiting(backend) == []
    backend.clock.advance(hours=1, seconds=5)
    (stored,) = await waiting(backend)
    assert (stored.name, stored.version, stored.occurred_at) == ("tests.planted", 3, later)
    assert Planted.restore(stored.payload) == Planted("oak", 7)
    assert await waiting(backend) == []


async def test_a_timer_is_replaced_moved_and_cancelled_by_its_key(backend: Backend) -> None:
    now = backend.clock.now()
    async with backend.uow() as uow:
        await uow.timers.set("moved", now, Planted("early"))
        await uow.timers.set("moved", now + timedelta(hours=1), Planted("late"))
        await uow.timers.set("cancelled", now, Planted("never"))
        await uow.timers.cancel("cancelled")
        await uow.timers.cancel("unknown")
        await uow.commit()
    assert await waiting(backend) == []
    backend.clock.advance(hours=1)
    assert [stored.payload["kind"] for stored in await waiting(backend)] == ["late"]


async def test_a_delivery_is_first_once_for_each_subscriber(backend: Backend) -> None:
    event_id = backend.ids.new()
    for expected in (True, False):
        async with backend.uow() as uow:
            assert await uow.deliveries.first(Delivery("mail", event_id)) is expected
            await uow.commit()
    async with backend.uow() as uow:
        assert await uow.deliveries.first(Delivery("push", event_id))
        assert await uow.deliveries.first(Delivery("mail", backend.ids.new()))


async def test_of_simultaneous_deliveries_one_is_first(backend: Backend) -> None:
    delivery = Delivery("mail", backend.ids.new())

    async def deliver() -> bool:
        async with backend.uow() as uow:
            first: bool = await uow.deliveries.first(delivery)
            await asyncio.sleep(0)
            await uow.commit()
            return first

    assert sorted(await asyncio.gather(*(deliver() for _ in range(8)))) == [False] * 7 + [True]


async def test_a_delivery_in_steps_goes_on_from_where_it_was(backend: Backend) -> None:
    delivery = Delivery("fan_out", backend.ids.new())
    for reached, to in (("", "a"), ("a", "b")):
        async with backend.uow() as uow:
            assert await uow.deliveries.reached(delivery) == reached
            await uow.deliveries.advance(delivery, reached, to)
            assert await uow.deliveries.reached(delivery) == to
            await uow.commit()
    async with backend.uow() as uow:
        assert await uow.deliveries.reached(delivery) == "b"
        assert await uow.deliveries.reached(Delivery("other", delivery.event_id)) == ""


@pytest.mark.parametrize("stale", ["", "a"])
async def test_whoever_is_behind_another_process_has_to_start_over(backend: Backend, stale: str) -> None:
    delivery = Delivery("fan_out", backend.ids.new())
    async with backend.uow() as uow:
        await uow.deliveries.advance(delivery, "", "a")
        await uow.deliveries.advance(delivery, "a", "b")
        await uow.commit()
    async with backend.uow() as uow:
        with pytest.raises(Contention):
            await uow.deliveries.advance(delivery, stale, "c")
    async with backend.uow() as uow:
        assert await uow.deliveries.reached(delivery) == "b"


async def test_of_simultaneous_steps_one_is_taken(backend: Backend) -> None:
    delivery = Delivery("fan_out", backend.ids.new())

    async def step(to: str) -> str:
        async with backend.uow() as uow:
            reached = await uow.deliveries.reached(delivery)
            await asyncio.sleep(0.01)
            try:
                await uow.deliveries.advance(delivery, reached, f"{reached}{to}")
            except Contention:
                return ""
            await uow.commit()
            return to

    taken = [to for to in await asyncio.gather(*(step(to) for to in "abcd")) if to]
    async with backend.uow() as uow:
        reached = await uow.deliveries.reached(delivery)
    assert sorted(reached) == sorted(taken)
    assert taken
