"""Many at once leave exact counters on both databases."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from random import Random

from platform_core.shared.errors import Conflict, NotFound
from tests.accounts import Accounts, events, stored
from tests.backends import Backend

WORKERS = 32
Work = Callable[[], Awaitable[None]]
Act = Callable[..., Awaitable[None]]


async def run(work: Sequence[Work], *refused: type[Exception]) -> None:
    """Do all of it with many workers; nothing but these refusals may come of it."""
    waiting = list(work)

    async def worker() -> None:
        while waiting:
            with suppress(*refused):
                await waiting.pop()()

    async with asyncio.TaskGroup() as group:
        for _ in range(WORKERS):
            group.create_task(worker())


async def test_double_follows_count_once(sql: Backend) -> None:
    accounts = Accounts(sql)
    star, *fans = await sql.accounts("star", *(f"fan{number}" for number in range(10)))
    await run([partial(accounts.follow, fan, star) for fan in fans * 20])
    assert await accounts.counts(star) == (10, 0)
    assert await stored(sql, "follows") == 10
    assert [name for name, _ in await events(sql)] == ["accounts.followed"] * 10


async def test_follows_both_ways_do_not_wait_for_each_other(sql: Backend) -> None:
    accounts = Accounts(sql)
    people = await sql.accounts("ann", "ben", "cleo", "dora")
    pairs = [(who, whom) for who in people for whom in people if who != whom] * 10
    acts: list[Act] = [accounts.follow, accounts.unfollow]
    chance = Random(7)
    chance.shuffle(pairs)
    await run([partial(chance.choice(acts), *pair) for pair in pairs])
    await exact(sql, accounts, people)


async def test_blocks_against_follows_leave_either_or(sql: Backend) -> None:
    accounts = Accounts(sql)
    people = await sql.accounts("ann", "ben", "cleo", "dora")
    locked = await sql.account("locked", locked=True)
    people.append(locked)
    chance = Random(11)
    acts: list[Act] = [accounts.follow, accounts.block, accounts.unblock, accounts.approve]
    acts += [accounts.remove_follower, accounts.reject]
    work = [partial(chance.choice(acts), *chance.sample(people, 2)) for _ in range(240)]
    await run(work, NotFound, Conflict)
    await exact(sql, accounts, people)
    for who in people:
        for whom in people:
            (how,) = await accounts.graph.relationships(who, [whom]) or [None]
            assert how is None or not (how.blocking and (how.following or how.requested or how.followed_by))


async def exact(sql: Backend, accounts: Accounts, people: Sequence[str]) -> None:
    """Counters equal counts."""
    total = 0
    for who in people:
        standing = await accounts.graph.relationships(who, people)
        followers, following = await accounts.counts(who)
        assert following == sum(one.following for one in standing)
        assert followers == sum(one.followed_by for one in standing)
        total += following
    assert await stored(sql, "follows") == total
