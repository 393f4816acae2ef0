"""The outbox as the relay sees it: claimed with SKIP LOCKED on PostgreSQL, in the one writer on SQLite."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, exists, func, insert, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.engines import Database
from adapters.sql.schema.metadata import Moment
from adapters.sql.schema.outbox import outbox, parked_events, timers
from platform_core.shared.events import StoredEvent
from platform_core.shared.ids import Ids

_EARLIER = outbox.alias()
_NOW = bindparam("now", type_=Moment())
_THE_ID = outbox.c.id == bindparam("the_id")
# Only the oldest unfinished row of a stream can be claimed, so a retry holds back what comes after it. A row
# that another relay has locked is skipped, and with it its stream, because the row still stands.
_CLAIMABLE = (
    select(outbox)
    .where(
        outbox.c.available_at <= _NOW,
        ~exists().where(
            _EARLIER.c.stream_key == outbox.c.stream_key, _EARLIER.c.position < outbox.c.position
        ),
    )
    .order_by(outbox.c.position)
    .limit(bindparam("count"))
    .with_for_update(skip_locked=True, of=outbox)
)
_LEASE = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(available_at=bindparam("until", type_=Moment()), attempts=outbox.c.attempts + 1)
)
_RENEW = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(available_at=bindparam("until", type_=Moment()))
)
_FINISH = delete(outbox).where(_THE_ID)
_RETRY = (
    update(outbox).where(_THE_ID).values(available_at=bindparam("at", type_=Moment()), error=bindparam("why"))
)
_RELEASE = update(outbox).where(outbox.c.attempts > 0).values(available_at=_NOW)
_PARK = insert(parked_events)
_DUE = (
    select(timers)
    .where(timers.c.at <= _NOW)
    .order_by(timers.c.at)
    .limit(100)
    .with_for_update(skip_locked=True)
)
_FIRED = delete(timers).where(timers.c.key.in_(bindparam("keys", expanding=True)))
_ARRIVE = insert(outbox)
_FIRST_TIMER = select(func.min(timers.c.at).label("at"))
_FIRST_EVENT = select(func.min(outbox.c.available_at).label("at"))
_NEXT_DUE = union_all(_FIRST_TIMER, _FIRST_EVENT)


class SqlEventQueue:
    """Claims and settles outbox rows, each step in a short transaction of its own."""

    def __init__(self, database: Database, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    async def claim(self, now: datetime, limit: int, lease: timedelta) -> Sequence[StoredEvent]:
        """Look without a lock first: an idle relay must not queue for SQLite's only writer."""
        due = await self.next_due()
        if due is None or due > now:
            return []
        async with self._database.writing.begin() as connection:
            await self._fire_timers(connection, now)
            rows = (await connection.execute(_CLAIMABLE, {"now": now, "count": limit})).all()
            if rows:
                leased = {"ids": [row.id for row in rows], "until": now + lease}
                await connection.execute(_LEASE, leased)
            return [_event(row) for row in rows]

    async def _fire_timers(self, connection: AsyncConnection, now: datetime) -> None:
        due = (await connection.execute(_DUE, {"now": now})).all()
        if not due:
            return
        await connection.execute(_FIRED, {"keys": [row.key for row in due]})
        await connection.execute(_ARRIVE, [self._arrival(row, now) for row in due])

    def _arrival(self, row: Row[Any], now: datetime) -> dict[str, Any]:
        event = {"name": row.name, "version": row.version, "payload": row.payload}
        return {
            "id": self._ids.new(),
            "stream_key": row.key,
            "occurred_at": row.at,
            "available_at": now,
            **event,
        }

    async def renew(self, event_ids: Sequence[str], until: datetime) -> None:
        """Push the leases out; rows that are finished are not there any more."""
        async with self._database.writing.begin() as connection:
            await connection.execute(_RENEW, {"ids": list(event_ids), "until": until})

    async def finish(self, event: StoredEvent) -> None:
        """Delete the row."""
        async with self._database.writing.begin() as connection:
            await connection.execute(_FINISH, {"the_id": event.id})

    async def retry(self, event: StoredEvent, at: datetime, error: str) -> None:
        """Move the row's moment."""
        async with self._database.writing.begin() as connection:
            await connection.execute(_RETRY, {"the_id": event.id, "at": at, "why": error})

    async def park(self, event: StoredEvent, now: datetime, error: str) -> None:
        """Move the row to the table of parked events."""
        row = {
            "id": event.id,
            "stream_key": event.stream_key,
            "name": event.name,
            "version": event.version,
            "payload": dict(event.payload),
            "occurred_at": event.occurred_at,
            "parked_at": now,
            "attempts": event.attempts,
            "error": error,
        }
        async with self._database.writing.begin() as connection:
            await connection.execute(_PARK, row)
            await connection.execute(_FINISH, {"the_id": event.id})

    async def next_due(self) -> datetime | None:
        """Read both minimums in one statement."""
        moments = await self._database.read(lambda c: c.execute(_NEXT_DUE).scalars().all())
        return min((moment for moment in moments if moment is not None), default=None)

    async def release(self, now: datetime) -> None:
        """Make everything that was claimed available."""
        async with self._database.writing.begin() as connection:
            await connection.execute(_RELEASE, {"now": now})


def _event(row: Row[Any]) -> StoredEvent:
    return StoredEvent(
        row.id, row.name, row.version, row.payload, row.stream_key, row.occurred_at, row.attempts + 1
    )
