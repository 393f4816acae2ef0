"""Clears away what has been kept long enough: client events, deliveries, idempotency keys."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Table, bindparam, delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.engines import Database
from adapters.sql.schema.metadata import Id, Moment
from adapters.sql.schema.outbox import client_event_heads as heads
from adapters.sql.schema.outbox import client_events, deliveries, idempotency_keys
from platform_core.shared.clock import Clock
from platform_core.shared.idempotency import KEPT

CHUNK = 1_000
"""Rows that go in one transaction."""
DELIVERIES_KEPT = timedelta(days=1)
"""Longer than an event is retried."""
_BEFORE = bindparam("before", type_=Moment())
_EVENTS = (
    select(client_events.c.account_id, func.max(client_events.c.seq).label("upto"))
    .where(client_events.c.occurred_at < _BEFORE)
    .group_by(client_events.c.account_id)
    .order_by(client_events.c.account_id)
    .limit(CHUNK // 10)
)
_OWNER = bindparam("owner", type_=Id())
_UPTO = bindparam("last", type_=BigInteger())
_CLEARED = update(heads).where(heads.c.account_id == _OWNER, heads.c.cleared < _UPTO).values(cleared=_UPTO)
_CLEAR = delete(client_events).where(client_events.c.account_id == _OWNER, client_events.c.seq <= _UPTO)


def _oldest(table: Table, moment: Column[Any]) -> Any:
    keys = list(table.primary_key)
    chunk = select(*keys).where(moment < _BEFORE).limit(CHUNK)
    return delete(table).where(tuple_(*keys).in_(chunk))


_DELIVERIES = _oldest(deliveries, deliveries.c.handled_at)
_KEYS = _oldest(idempotency_keys, idempotency_keys.c.claimed_at)


class SqlSweeper:
    """Clears in chunks, each a short transaction; several at once do no harm."""

    def __init__(self, database: Database, clock: Clock, events_kept: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._events_kept = events_kept

    async def __call__(self) -> None:
        """Clear everything that is due."""
        now = self._clock.now()
        while await self._clear_events(now - self._events_kept):
            pass
        for statement, before in ((_DELIVERIES, now - DELIVERIES_KEPT), (_KEYS, now - KEPT)):
            while await self._delete(statement, before):
                pass

    async def _delete(self, statement: Any, before: datetime) -> bool:
        async with self._database.writing.begin() as connection:
            gone = (await connection.execute(statement, {"before": before})).rowcount
        return int(gone) == CHUNK

    async def _clear_events(self, before: datetime) -> bool:
        found = await self._database.read(lambda c: c.execute(_EVENTS, {"before": before}).all())
        if not found:
            return False
        async with self._database.writing.begin() as connection:
            # In ascending order, as they are locked by whoever appends.
            await _clear(connection, [(row.account_id, row.upto) for row in found])
        return True


async def _clear(connection: AsyncConnection, upto: Sequence[tuple[str, int]]) -> None:
    """Note how far the log is cleared before it is: a reader that finds nothing knows why."""
    for account_id, last in upto:
        await connection.execute(_CLEARED, {"owner": account_id, "last": last})
        await connection.execute(_CLEAR, {"owner": account_id, "last": last})
