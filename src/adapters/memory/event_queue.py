"""The outbox in memory as the relay sees it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import evolve

from adapters.memory.outbox import OutboxRow, TimerRow
from adapters.memory.store import MemoryStore, Rows
from platform_core.shared.events import StoredEvent
from platform_core.shared.ids import Ids


class MemoryEventQueue:
    """Claims and settles rows of the committed table; each step holds the store's lock."""

    def __init__(self, store: MemoryStore, ids: Ids) -> None:
        self._store = store
        self._ids = ids

    def _outbox(self) -> Rows:
        return self._store.table("outbox")

    async def claim(self, now: datetime, limit: int, lease: timedelta) -> Sequence[StoredEvent]:
        """Walk by position; the first row of each stream is the only one that may be taken."""
        async with self._store.lock:
            self._fire_timers(now)
            rows = self._outbox()
            seen: set[str] = set()
            taken: list[OutboxRow] = []
            for _, row in sorted(rows.items()):
                if row.stream_key not in seen and row.available_at <= now and len(taken) < limit:
                    taken.append(evolve(row, available_at=now + lease, attempts=row.attempts + 1))
                seen.add(row.stream_key)
            rows.update({row.position: row for row in taken})
            return [_event(row) for row in taken]

    def _fire_timers(self, now: datetime) -> None:
        timers: dict[str, TimerRow] = self._store.table("timers")
        for timer in sorted((t for t in timers.values() if t.at <= now), key=lambda t: t.at):
            del timers[timer.key]
            position = self._store.next_position("outbox")
            event: tuple[Any, ...] = (timer.name, timer.version, timer.payload, timer.at, now)
            self._outbox()[position] = OutboxRow(position, self._ids.new(), timer.key, *event)

    async def renew(self, event_ids: Sequence[str], until: datetime) -> None:
        """Push the leases out."""
        for event_id in event_ids:
            await self._change(event_id, available_at=until)

    async def finish(self, event: StoredEvent) -> None:
        """Drop the row."""
        async with self._store.lock:
            self._drop(event)

    def _drop(self, event: StoredEvent) -> None:
        for position in [key for key, row in self._outbox().items() if row.id == event.id]:
            del self._outbox()[position]

    async def retry(self, event: StoredEvent, at: datetime, error: str) -> None:
        """Move the row's moment."""
        await self._change(event.id, available_at=at, error=error)

    async def _change(self, event_id: str, **changes: object) -> None:
        async with self._store.lock:
            rows = self._outbox()
            for position, row in list(rows.items()):
                if row.id == event_id:
                    rows[position] = evolve(row, **changes)

    async def park(self, event: StoredEvent, now: datetime, error: str) -> None:
        """Move the event to the parked ones."""
        async with self._store.lock:
            self._store.table("parked_events")[event.id] = (event, now, error)
            self._drop(event)

    async def next_due(self) -> datetime | None:
        """Return the earliest moment of both tables."""
        events = [row.available_at for row in self._outbox().values()]
        timers = [row.at for row in self._store.table("timers").values()]
        return min(events + timers, default=None)

    async def release(self, now: datetime) -> None:
        """Make everything that was claimed available."""
        async with self._store.lock:
            for position, row in list(self._outbox().items()):
                if row.attempts:
                    self._outbox()[position] = evolve(row, available_at=now)


def _event(row: OutboxRow) -> StoredEvent:
    return StoredEvent(
        row.id, row.name, row.version, row.payload, row.stream_key, row.occurred_at, row.attempts
    )
