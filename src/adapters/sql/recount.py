"""Proves the counters that are shown: compares each with the rows that it counts, and sets it right.

Comparing reads only, one statement for each part of a table. Setting right first locks the rows and counts
in a second statement: whoever changes what is counted changes the counter in the same transaction, so that
nothing is half done then. Without the lock, a change on its way would be counted twice or not at all.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from attrs import frozen
from sqlalchemy import (
    Connection,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.engines import Database
from adapters.sql.schema.accounts import accounts, follows
from adapters.sql.schema.metadata import Id
from adapters.sql.schema.notifications import notification_actors, notification_inboxes, notifications
from adapters.sql.schema.posts import REACTIONS, posts, reactions

PART = 5_000
"""Rows that are compared in one statement."""
CHUNK = 200
"""Rows that are locked in one transaction."""
_SHOWN, _COUNTED = "_shown", "_counted"
_NOTHING: Mapping[str, Any] = defaultdict(lambda: literal_column("0", Integer))
_FIRST = "00000000-0000-0000-0000-000000000000"
_LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff"
_IDS = bindparam("ids", expanding=True, type_=Id())
_AFTER, _UPTO = bindparam("after", type_=Id()), bindparam("upto", type_=Id())


@frozen
class Counted:
    """Counters of a table that come from the rows of another one."""

    table: Table
    owner: Any
    """The column of the counted rows that names the row of ``table``."""
    counters: Mapping[str, Any]
    """What each counter counts: an aggregate over the counted rows."""
    where: Any = True
    seen: Any = literal(True)
    """Which rows of ``table`` have counters that anybody sees; the others are not compared."""
    locks: Any = None
    """The column of the rows to lock, by the notification's account; by default the counters' own."""

    @property
    def name(self) -> str:
        """What is compared, for whoever waits."""
        return f"{self.table.name} by {self.owner.table.name}"

    def drifted(self, among: Any, own: Any) -> Select[Any]:
        """Select the rows whose counters differ, with both numbers of each counter.

        ``among`` bounds the counted rows, ``own`` the rows of ``table``. Both sides are laid over each other
        and grouped: a join would be left to a planner that knows nothing of a table just filled.
        """
        unseen = case((self.seen, 0), else_=1).label("unseen")
        own_side = select(self.table.c.id, unseen, *self._labelled(self.table.c, _NOTHING)).where(own)
        counts = select(self.owner, literal_column("0"), *self._labelled(_NOTHING, self.counters))
        both = union_all(own_side, counts.where(among, self.where).group_by(self.owner)).subquery()
        sides = [(func.max(both.c[n + _SHOWN]), func.max(both.c[n + _COUNTED])) for n in self.counters]
        columns = (
            one.label(column.name) for column, one in zip(list(both.c)[2:], chain(*sides), strict=True)
        )
        differs = or_(*(shown != counted for shown, counted in sides))
        return select(both.c.id, *columns).group_by(both.c.id).having(differs, func.max(both.c.unseen) == 0)

    def _labelled(self, shown: Any, counted: Any) -> Iterator[Any]:
        for name in self.counters:
            yield shown[name].label(name + _SHOWN)
            yield counted[name].label(name + _COUNTED)


@frozen
class Drift:
    """A counter that does not say what the rows say."""

    table: str
    id: str
    counter: str
    shown: int
    counted: int


@frozen
class Progress:
    """How far the comparison got, and what it found in the last part."""

    name: str
    done: int
    total: int
    drifts: Sequence[Drift] = ()


def _of_kind(kind: str) -> Any:
    return func.count().filter(reactions.c.kind == kind)


_BY_KIND = {f"{kind}_count": _of_kind(kind) for kind in (*REACTIONS, "dislike")}
COUNTERS = (
    Counted(accounts, follows.c.followee_id, {"followers_count": func.count()}),
    Counted(accounts, follows.c.follower_id, {"following_count": func.count()}),
    Counted(
        accounts,
        posts.c.author_id,
        {"posts_count": func.count()},
        and_(posts.c.feed_id.is_not(None), posts.c.audience != "private"),
    ),
    # What hangs on a deleted post is cleared away in chunks, after its numbers have gone from every surface.
    Counted(posts, reactions.c.post_id, _BY_KIND, seen=posts.c.feed_id.is_not(None)),
    Counted(
        notifications,
        notification_actors.c.notification_id,
        {"actor_count": func.count()},
        locks=notification_inboxes.c.account_id,
    ),
)


async def recount(database: Database, *, fix: bool = False) -> AsyncIterator[Progress]:
    """Compare all counters, part by part; with ``fix`` set those that differ to what the rows say."""
    for counted in COUNTERS:
        async for progress in _recount(database, counted, fix=fix):
            yield progress


async def _recount(database: Database, counted: Counted, *, fix: bool) -> AsyncIterator[Progress]:
    rows = counted.table.c.id
    total = await database.read(lambda c: c.execute(select(func.count(rows))).scalar_one())
    beyond = select(rows).where(rows > _AFTER).order_by(rows).offset(PART - 1).limit(1)
    compare = counted.drifted(_within(counted.owner), _within(rows))
    after, done = _FIRST, 0
    while after < _LAST:
        upto = await database.read(_scalar(beyond, after)) or _LAST
        drifts = await database.read(_reading(compare, counted, {"after": after, "upto": upto}))
        if fix and drifts:
            await _fix(database, counted, sorted({drift.id for drift in drifts}))
        after, done = upto, min(total, done + PART)
        yield Progress(counted.name, done, total, drifts)


def _within(column: Any) -> Any:
    return and_(column > _AFTER, column <= _UPTO)


def _scalar(statement: Select[Any], after: str) -> Callable[[Connection], str | None]:
    return lambda connection: connection.execute(statement, {"after": after}).scalar()


def _reading(compare: Select[Any], counted: Counted, asked: Mapping[str, str]) -> Any:
    def read(connection: Connection) -> list[Drift]:
        return [drift for row in connection.execute(compare, asked) for drift in _drifts(row, counted)]

    return read


async def _fix(database: Database, counted: Counted, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), CHUNK):
        async with database.writing.begin() as connection:
            await _set_right(connection, counted, ids[start : start + CHUNK])


async def _set_right(connection: AsyncConnection, counted: Counted, ids: Sequence[str]) -> None:
    await connection.execute(_lock(counted), {"ids": ids})
    again = counted.drifted(counted.owner.in_(_IDS), counted.table.c.id.in_(_IDS))
    for row in (await connection.execute(again, {"ids": ids})).all():
        values = {drift.counter: drift.counted for drift in _drifts(row, counted)}
        await connection.execute(update(counted.table).where(counted.table.c.id == row.id).values(values))


def _lock(counted: Counted) -> Select[Any]:
    """Lock in ascending order, as everybody does."""
    rows = counted.table.c.id.in_(_IDS)
    if counted.locks is None:
        return select(counted.table.c.id).where(rows).order_by(counted.table.c.id).with_for_update()
    owners = select(counted.table.c.account_id).where(rows)
    return select(counted.locks).where(counted.locks.in_(owners)).order_by(counted.locks).with_for_update()


def _drifts(row: Any, counted: Counted) -> list[Drift]:
    found = row._mapping
    numbers = ((name, found[name + _SHOWN], found[name + _COUNTED]) for name in counted.counters)
    return [Drift(counted.table.name, row.id, *each) for each in numbers if each[1] != each[2]]
