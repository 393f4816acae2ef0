"""Writes a ready-made community in bulk, with the timelines that it would have, in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.engines import Database
from adapters.sql.posts.timelines import SqlTimelines
from adapters.sql.schema import catalogue
from adapters.sql.schema.accounts import accounts

CHUNK = 5_000
"""Rows handed to the driver at once, so that whoever waits sees something happen."""
_LOCK = text("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE")
_ANALYSE = text("ANALYZE")
_ANYBODY = select(accounts.c.id).limit(1)

Tell = Callable[[str, int], None]
"""Is told what was written, and how many rows more."""


async def is_empty(database: Database) -> bool:
    """Whether there is not a single account."""
    return await database.read(lambda connection: connection.execute(_ANYBODY).first()) is None


async def has_address(database: Database, email: str) -> bool:
    """Whether some account has this e-mail address."""
    found = select(accounts.c.id).where(accounts.c.email == email)
    return await database.read(lambda connection: connection.execute(found).first()) is not None


async def write_community(
    database: Database, rows: Mapping[str, Sequence[Mapping[str, Any]]], timeline_cap: int, tell: Tell
) -> bool:
    """Write rows by table, in that order, and every timeline; False, and nothing, if anybody is there."""
    tables = catalogue().tables
    async with database.writing.begin() as connection:
        if database.is_postgres:
            # SQLite has one writer; here two that start at once must not both find it empty.
            await connection.execute(_LOCK)
        if (await connection.execute(_ANYBODY)).first() is not None:
            return False
        for name, given in rows.items():
            for start in range(0, len(given), CHUNK):
                chunk = given[start : start + CHUNK]
                await connection.execute(insert(tables[name]), chunk)
                tell(name, len(chunk))
        if database.is_postgres:
            # Otherwise it knows nothing of the tables until it looks by itself, a minute later. SQLite shall
            # know nothing: without statistics it plans the same whatever is in the tables.
            await connection.execute(_ANALYSE)
        await _write_timelines(connection, timeline_cap)
    return True


async def _write_timelines(connection: AsyncConnection, cap: int) -> None:
    """Do for everybody what ``BuildTimeline`` does for one."""
    building = SqlTimelines(connection)
    everybody = (await connection.execute(select(accounts.c.id).order_by(accounts.c.id))).scalars().all()
    for account_id in everybody:
        await building.start(account_id)
        await building.build(account_id, cap)
