"""The home feed's query beside the smallest query there is, both through the reading engine."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from time import perf_counter
from typing import Any

import asyncpg
from sqlalchemy import Select, literal_column, select

from adapters.sql.engines import Database, open_database
from adapters.sql.plans import READING
from adapters.sql.posts.reader import SqlPostReader
from adapters.system.clock import SystemClock
from benchmarks.dataset import READERS
from benchmarks.places import Place
from benchmarks.raw_feed import FEED
from benchmarks.turns import Costs, Work, take_turns
from platform_core.shared.pagination import PageRequest

_ONE: Select[Any] = select(literal_column("1"))
CALLS = 40
"""In one turn; the cost of a turn is the median of its calls."""


async def measure_feeds(place: Place, rounds: int) -> Costs:
    """Return microseconds: ``select 1``, the feed of each reader; on PostgreSQL also with the bare driver."""
    async with AsyncExitStack() as stack:
        database = open_database(place.url)
        stack.push_async_callback(database.close)
        works = {"select 1": _select_one(database)}
        for follows in READERS:
            works[f"feed, {follows:,} followed"] = _feed(database, place, follows)
        if place.name == "PostgreSQL":
            bare = await asyncpg.connect(place.url, server_settings={**READING, "jit": "off"})
            stack.push_async_callback(bare.close)
            works |= await _bare(bare, place)
        return await take_turns(works, rounds)


async def measure_growth(places: Sequence[Place], rounds: int) -> Costs:
    """Return microseconds of the same reader's feed in databases of different sizes, by number of posts."""
    async with AsyncExitStack() as stack:
        works = {}
        for place in places:
            database = open_database(place.url)
            stack.push_async_callback(database.close)
            works[f"{place.data.posts}"] = _feed(database, place, 200)
        return await take_turns(works, rounds)


def _select_one(database: Database) -> Work:
    return _median(lambda: database.read(lambda connection: connection.execute(_ONE).scalar()))


def _feed(database: Database, place: Place, follows: int) -> Work:
    reader, viewer = SqlPostReader(database, SystemClock()), place.data.id(READERS[follows])

    async def read() -> None:
        assert len((await reader.home(viewer, PageRequest())).items) == PageRequest().limit

    return _median(read)


async def _bare(connection: asyncpg.Connection, place: Place) -> dict[str, Work]:
    one, feed = await connection.prepare("SELECT 1"), await connection.prepare(FEED)
    viewer = place.data.id(READERS[200])
    return {
        "select 1, bare driver": _median(lambda: one.fetchval()),
        "feed, 200 followed, bare driver": _median(lambda: feed.fetch(viewer)),
    }


def _median(call: Any) -> Work:
    async def work() -> float:
        times = []
        for _ in range(CALLS):
            began = perf_counter()
            await call()
            times.append(perf_counter() - began)
        return sorted(times)[CALLS // 2] * 1e6

    return work
