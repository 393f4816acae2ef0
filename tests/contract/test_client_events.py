"""Durable client events on every back end: numbered without gaps in the order of the commits, kept a day."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest

from adapters.sql.sweeping import SqlSweeper
from platform_core.shared.events import ClientEvent
from platform_core.shared.signals import Topic
from tests.backends import Backend


async def append(backend: Backend, accounts: list[str], name: str = "tests:rang", **payload: Any) -> None:
    """Append one event in a transaction of its own."""
    async with backend.uow() as uow:
        await uow.client_events.append(accounts, name, payload)
        await uow.commit()


async def test_an_event_is_kept_with_all_that_was_said(backend: Backend) -> None:
    ada = await backend.account("ada")
    await append(backend, [ada], "message:created", message_id="1", nested={"ü": [1, None, "x"]})
    assert await backend.client_events.since({ada: 0}, 10) == [
        ClientEvent(
            ada,
            1,
            "message:created",
            {"message_id": "1", "nested": {"ü": [1, None, "x"]}},
            backend.clock.now(),
        )
    ]


async def test_each_account_has_numbers_of_its_own(backend: Backend) -> None:
    ada, ben, cleo = await backend.accounts("ada", "ben", "cleo")
    await append(backend, [ada, ben])
    await append(backend, [ben])
    await append(backend, [])
    assert [await backend.client_events.position(account) for account in (ada, ben, cleo)] == [1, 2, 0]
    assert [await backend.client_events.oldest_kept(account) for account in (ada, cleo)] == [1, 1]
    assert backend.signals.woken(Topic.CLIENT_EVENTS) == {ada, ben}


async def test_an_account_that_is_named_twice_is_told_once(backend: Backend) -> None:
    ada, ben = await backend.accounts("ada", "ben")
    await append(backend, [ben, ada, ben, ada])
    assert len(await backend.client_events.since({ada: 0, ben: 0}, 10)) == 2


async def test_several_events_of_one_transaction_keep_their_order(backend: Backend) -> None:
    ada, ben = await backend.accounts("ada", "ben")
    async with backend.uow() as uow:
        await uow.client_events.append([ada], "tests:first", {})
        await uow.client_events.append([ben, ada], "tests:second", {})
        await uow.commit()
    events = await backend.client_events.since({ada: 0}, 10)
    assert [(event.seq, event.name) for event in events] == [(1, "tests:first"), (2, "tests:second")]


async def test_many_accounts_are_read_at_once_each_from_its_position(backend: Backend) -> None:
    ada, ben, cleo = await backend.accounts("ada", "ben", "cleo")
    for number in range(5):
        await append(backend, [ada, ben, cleo], number=number)
    events = await backend.client_events.since({ada: 3, ben: 0, cleo: 5}, 2)
    assert [(event.account_id, event.seq, event.payload["number"]) for event in events] == [
        (ada, 4, 3),
        (ada, 5, 4),
        (ben, 1, 0),
        (ben, 2, 1),
    ]
    assert await backend.client_events.since({}, 10) == []
    assert await backend.client_events.since({backend.ids.new(): 0}, 10) == []


async def test_numbers_have_no_gaps_and_follow_the_commits(backend: Backend) -> None:
    accounts = await backend.accounts("ada", "ben", "cleo", "dan")
    chance = random.Random(7)
    committed: list[tuple[list[str], int]] = []

    async def tell(number: int) -> None:
        told = chance.sample(accounts, chance.randint(1, 4))
        async with backend.uow() as uow:
            await uow.client_events.append(told, "tests:rang", {"number": number})
            await asyncio.sleep(chance.random() / 200)
            if chance.random() < 0.8:
                await uow.commit()
                committed.append((told, number))

    await asyncio.gather(*(tell(number) for number in range(30)))
    for account in accounts:
        mine = [number for told, number in committed if account in told]
        events = await backend.client_events.since({account: 0}, 100)
        assert [event.seq for event in events] == list(range(1, len(mine) + 1))
        assert sorted(event.payload["number"] for event in events) == sorted(mine)
        assert await backend.client_events.position(account) == len(mine)


async def test_a_reader_never_passes_over_an_event_that_commits_later(backend: Backend) -> None:
    ada, ben = await backend.accounts("ada", "ben")
    seen: list[int] = []
    done = asyncio.Event()

    async def read() -> None:
        position = 0
        while not (done.is_set() and position == 20):
            for event in await backend.client_events.since({ada: position}, 5):
                seen.append(event.seq)
                position = event.seq
            await asyncio.sleep(0.002)

    async def write(number: int) -> None:
        async with backend.uow() as uow:
            await uow.client_events.append([ada] if number % 2 else [ben, ada], "tests:rang", {})
            await asyncio.sleep(0.002 * (number % 3))
            await uow.commit()

    reading = asyncio.create_task(read())
    await asyncio.gather(*(write(number) for number in range(20)))
    done.set()
    async with asyncio.timeout(10):
        await reading
    assert seen == list(range(1, 21))


async def test_what_was_cleared_away_is_known_to_be_missing(sql: Backend) -> None:
    ada, ben = await sql.accounts("ada", "ben")
    await append(sql, [ada, ben], number=1)
    await append(sql, [ada], number=2)
    sql.clock.advance(hours=25)
    await append(sql, [ada], number=3)
    assert sql.database is not None
    for _ in range(2):
        await SqlSweeper(sql.database, sql.clock, timedelta(hours=24))()
    assert [event.payload["number"] for event in await sql.client_events.since({ada: 2}, 10)] == [3]
    assert [await sql.client_events.oldest_kept(account) for account in (ada, ben)] == [3, 2]
    assert [await sql.client_events.position(account) for account in (ada, ben)] == [3, 1]


@pytest.mark.parametrize("count", [1, 3])
async def test_a_limit_is_one_of_each_account(backend: Backend, count: int) -> None:
    ada, ben = await backend.accounts("ada", "ben")
    for _ in range(4):
        await append(backend, [ada, ben])
    events = await backend.client_events.since({ada: 0, ben: 1}, count)
    assert [event.seq for event in events if event.account_id == ada] == list(range(1, count + 1))
    assert [event.seq for event in events if event.account_id == ben] == list(range(2, count + 2))
