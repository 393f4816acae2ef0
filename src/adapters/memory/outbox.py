"""Outbox, timers and deliveries in memory."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from attrs import frozen

from adapters.memory.store import Staged
from platform_core.shared.clock import Clock
from platform_core.shared.errors import Contention
from platform_core.shared.events import Delivery, Event
from platform_core.shared.ids import Ids
from platform_core.shared.signals import Topic


@frozen
class OutboxRow:
    """An event that waits to be handled."""

    position: int
    id: str
    stream_key: str
    name: str
    version: int
    payload: dict[str, Any]
    occurred_at: datetime
    available_at: datetime
    attempts: int = 0
    error: str | None = None


@frozen
class TimerRow:
    """An event that is due later."""

    key: str
    at: datetime
    name: str
    version: int
    payload: dict[str, Any]


class MemoryOutbox:
    """Records events in a table by position."""

    def __init__(self, staged: Staged, clock: Clock, ids: Ids) -> None:
        self._staged = staged
        self._clock = clock
        self._ids = ids
        self.recorded = False

    async def record(self, event: Event, stream_key: str) -> None:
        """Add the event as a row that is available at once."""
        now = self._clock.now()
        position = self._staged.store.next_position("outbox")
        self._staged.table("outbox")[position] = OutboxRow(
            position, self._ids.new(), stream_key, event.name, event.version, event.payload(), now, now
        )
        self.recorded = True


class MemoryTimers:
    """Timers in a table by key."""

    def __init__(self, staged: Staged, wake: Callable[[Topic], None]) -> None:
        self._staged = staged
        self._wake = wake

    async def set(self, key: str, at: datetime, event: Event) -> None:
        """Put the timer in place of any other of its key."""
        row = TimerRow(key, at, event.name, event.version, event.payload())
        self._staged.table("timers")[key] = row
        self._wake(Topic.OUTBOX)

    async def cancel(self, key: str) -> None:
        """Drop the timer."""
        self._staged.table("timers").pop(key, None)


class MemoryDeliveries:
    """Deliveries in a table, each with how far it got."""

    def __init__(self, staged: Staged) -> None:
        self._table = staged.table("deliveries")

    async def first(self, delivery: Delivery) -> bool:
        """Add the row, unless it is there."""
        if delivery in self._table:
            return False
        self._table[delivery] = ""
        return True

    async def reached(self, delivery: Delivery) -> str:
        """Read the row's note."""
        return str(self._table.get(delivery, ""))

    async def advance(self, delivery: Delivery, reached: str, to: str) -> None:
        """Change the note where it still says what was read."""
        if self._table.get(delivery, "") != reached:
            raise Contention
        self._table[delivery] = to
