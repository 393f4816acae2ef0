"""Writes a ready-made community in bulk, with the timelines that it would have, in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, insert, literal, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.dialect import one_of
from adapters.sql.engines import Database
from adapters.sql.schema import catalogue
from adapters.sql.schema.accounts import accounts, follows
from adapters.sql.schema.posts import posts, timeline_entries, timelines

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
        await _write_timelines(connection, timeline_cap)
        # Otherwise the planner knows nothing of the tables until PostgreSQL looks by itself, a minute later.
        await connection.execute(_ANALYSE)
    return True


async def _write_timelines(connection: AsyncConnection, cap: int) -> None:
    """Do for everybody what ``BuildTimeline`` does for one: the newest of the followed, and the floor."""
    newest = _newest().subquery()
    kept = select(newest.c.account_id, newest.c.feed_id, newest.c.post_id, literal("follow"))
    keys = ["account_id", "feed_id", "post_id", "source"]
    entries = insert(timeline_entries).from_select(keys, kept.where(newest.c.place <= bindparam("cap")))
    await connection.execute(entries, {"cap": cap})
    floor = (
        select(timeline_entries.c.feed_id)
        .where(timeline_entries.c.account_id == accounts.c.id)
        .order_by(timeline_entries.c.feed_id.desc())
        .offset(bindparam("cap") - literal_column("1"))
        .limit(1)
        .scalar_subquery()
    )
    built = select(accounts.c.id, literal("built"), floor)
    await connection.execute(
        insert(timelines).from_select(["account_id", "state", "floor"], built), {"cap": cap}
    )


def _newest() -> Select[Any]:
    place = func.row_number().over(partition_by=follows.c.follower_id, order_by=posts.c.feed_id.desc())
    followed = and_(posts.c.author_id == follows.c.followee_id, posts.c.feed_id.is_not(None))
    return select(
        follows.c.follower_id.label("account_id"),
        posts.c.feed_id,
        posts.c.id.label("post_id"),
        place.label("place"),
    ).join_from(follows, posts, and_(followed, one_of(posts.c.audience, "public", "followers")))
