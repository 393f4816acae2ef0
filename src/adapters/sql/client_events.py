"""Durable client events in SQL: one log per account, numbered in commit order."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, bindparam, cast, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.dialect import upsert
from adapters.sql.engines import Database
from adapters.sql.schema.metadata import Id, JsonObject
from adapters.sql.schema.outbox import client_event_heads as heads
from adapters.sql.schema.outbox import client_events
from platform_core.shared.clock import Clock
from platform_core.shared.events import ClientEvent
from platform_core.shared.signals import Topic

# Locked in ascending order: two transactions that append for the same accounts never wait for each other.
_LOCK = (
    select(heads.c.account_id)
    .where(heads.c.account_id.in_(bindparam("ids", expanding=True)))
    .order_by(heads.c.account_id)
    .with_for_update()
)
_TAKE = (
    update(heads)
    .where(heads.c.account_id.in_(bindparam("ids", expanding=True)))
    .values(seq=heads.c.seq + 1)
    .returning(heads.c.account_id, heads.c.seq)
)
_APPEND = insert(client_events)
_HEAD = select(heads.c.seq, heads.c.cleared).where(heads.c.account_id == bindparam("account_id"))


def _since(asked: Any) -> Select[Any]:
    """Numbers have no gaps, so a limit per account is a range of numbers: one index range for each.

    Not put in order here: to have it so, PostgreSQL would walk along the events of all accounts.
    """
    position = cast(asked.c.value, BigInteger)
    return (
        select(client_events)
        .join_from(asked, client_events, client_events.c.account_id == cast(asked.c.key, Id))
        .where(client_events.c.seq > position, client_events.c.seq <= position + bindparam("count"))
    )


_ASKED = bindparam("positions", type_=JsonObject)
_SINCE = {
    "postgresql": _since(func.jsonb_each_text(_ASKED).table_valued("key", "value")),
    "sqlite": _since(func.json_each(_ASKED).table_valued("key", "value")),
}


class SqlClientEvents:
    """Appends events; the sequence number is taken under the lock of the account's head."""

    def __init__(
        self, connection: AsyncConnection, clock: Clock, wake: Callable[[Topic, Sequence[str]], None]
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._wake = wake

    async def append(self, account_ids: Sequence[str], name: str, payload: Mapping[str, Any]) -> None:
        """Number and insert one row per account, then wake the accounts' sockets at the commit."""
        ids = sorted(set(account_ids))
        if not ids:
            return
        start = upsert(self._connection, heads).on_conflict_do_nothing()
        await self._connection.execute(start, [{"account_id": id_, "seq": 0} for id_ in ids])
        await self._connection.execute(_LOCK, {"ids": ids})
        taken = (await self._connection.execute(_TAKE, {"ids": ids})).all()
        event = {"name": name, "payload": dict(payload), "occurred_at": self._clock.now()}
        rows = [{"account_id": row.account_id, "seq": row.seq, **event} for row in taken]
        await self._connection.execute(_APPEND, rows)
        self._wake(Topic.CLIENT_EVENTS, ids)


class SqlClientEventLog:
    """Reads the logs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def position(self, account_id: str) -> int:
        """Read the account's head."""

        def read(connection: Connection) -> int:
            row = connection.execute(_HEAD, {"account_id": account_id}).first()
            return row.seq if row else 0

        return await self._database.read(read)

    async def oldest_kept(self, account_id: str) -> int:
        """Read how far the log was cleared."""

        def read(connection: Connection) -> int:
            row = connection.execute(_HEAD, {"account_id": account_id}).first()
            return row.cleared + 1 if row else 1

        return await self._database.read(read)

    async def since(self, positions: Mapping[str, int], limit: int) -> Sequence[ClientEvent]:
        """Read what follows each position, all accounts in one statement."""
        asked = {"positions": dict(positions), "count": limit}

        def read(connection: Connection) -> list[ClientEvent]:
            rows = connection.execute(_SINCE[connection.dialect.name], asked)
            return sorted(
                (ClientEvent(*row) for row in rows), key=lambda event: (event.account_id, event.seq)
            )

        return await self._database.read(read)
