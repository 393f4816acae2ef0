"""Outbox, timers and deliveries in SQL."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.dialect import upsert
from adapters.sql.schema.outbox import deliveries, outbox, timers
from platform_core.shared.clock import Clock
from platform_core.shared.errors import Contention
from platform_core.shared.events import Delivery, Event
from platform_core.shared.ids import Ids
from platform_core.shared.signals import Topic

CHANNEL = "footlights_outbox"
"""What PostgreSQL notifies when an outbox row was committed."""

_RECORD = insert(outbox)
_NOTIFY = text("SELECT pg_notify(:channel, '')")
_CANCEL = delete(timers).where(timers.c.key == bindparam("the_key"))
_THIS = (deliveries.c.event_id == bindparam("the_event")) & (
    deliveries.c.subscriber == bindparam("the_subscriber")
)
_REACHED = select(deliveries.c.reached).where(_THIS)
_ADVANCE = (
    update(deliveries).where(_THIS, deliveries.c.reached == bindparam("old")).values(reached=bindparam("new"))
)


class SqlOutbox:
    """Records events; knows whether there were any, so that a commit wakes the relay only then."""

    def __init__(self, connection: AsyncConnection, clock: Clock, ids: Ids) -> None:
        self._connection = connection
        self._clock = clock
        self._ids = ids
        self.recorded = False

    async def record(self, event: Event, stream_key: str) -> None:
        """Insert the event as a row that is available at once."""
        now = self._clock.now()
        row = {
            "id": self._ids.new(),
            "stream_key": stream_key,
            "name": event.name,
            "version": event.version,
            "payload": event.payload(),
            "occurred_at": now,
            "available_at": now,
        }
        await self._connection.execute(_RECORD, row)
        self.recorded = True

    async def notify(self, is_postgres: bool) -> None:
        """Wake relays of other processes when this commits; on SQLite there are none."""
        if is_postgres:
            await self._connection.execute(_NOTIFY, {"channel": CHANNEL})


class SqlTimers:
    """Timers as rows; the relay turns due ones into outbox rows."""

    def __init__(self, connection: AsyncConnection, wake: Callable[[Topic], None]) -> None:
        self._connection = connection
        self._wake = wake

    async def set(self, key: str, at: datetime, event: Event) -> None:
        """Insert or replace; the relay is woken to look at its earliest timer again."""
        statement = upsert(self._connection, timers)
        row = {"key": key, "at": at, "name": event.name, "version": event.version, "payload": event.payload()}
        changed = {name: statement.excluded[name] for name in ("at", "name", "version", "payload")}
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["key"], set_=changed), row
        )
        self._wake(Topic.OUTBOX)

    async def cancel(self, key: str) -> None:
        """Delete the row."""
        await self._connection.execute(_CANCEL, {"the_key": key})


class SqlDeliveries:
    """Deliveries as rows with a primary key that decides who was first."""

    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    async def first(self, delivery: Delivery) -> bool:
        """Insert, unless it is there."""
        row = {
            "event_id": delivery.event_id,
            "subscriber": delivery.subscriber,
            "handled_at": self._clock.now(),
        }
        statement = upsert(self._connection, deliveries).on_conflict_do_nothing()
        return (await self._connection.execute(statement, row)).rowcount == 1

    async def reached(self, delivery: Delivery) -> str:
        """Read the row's note."""
        return (await self._connection.execute(_REACHED, _named(delivery))).scalar() or ""

    async def advance(self, delivery: Delivery, reached: str, to: str) -> None:
        """Change the note where it still says what was read."""
        if not reached:
            await self.first(delivery)
        moved = {**_named(delivery), "old": reached, "new": to}
        if (await self._connection.execute(_ADVANCE, moved)).rowcount != 1:
            raise Contention


def _named(delivery: Delivery) -> dict[str, object]:
    return {"the_event": delivery.event_id, "the_subscriber": delivery.subscriber}
