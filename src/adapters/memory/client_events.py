"""Durable client events in memory."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.memory.store import MemoryStore, Staged
from platform_core.shared.clock import Clock
from platform_core.shared.events import ClientEvent
from platform_core.shared.signals import Topic


class MemoryClientEvents:
    """Appends to each account's list."""

    def __init__(self, staged: Staged, clock: Clock, wake: Callable[[Topic, Sequence[str]], None]) -> None:
        self._logs = staged.table("client_events")
        self._clock = clock
        self._wake = wake

    async def append(self, account_ids: Sequence[str], name: str, payload: Mapping[str, Any]) -> None:
        """Number by the length of the list."""
        ids = sorted(set(account_ids))
        for account_id in ids:
            log: tuple[ClientEvent, ...] = self._logs.get(account_id, ())
            event = ClientEvent(account_id, len(log) + 1, name, dict(payload), self._clock.now())
            self._logs[account_id] = (*log, event)
        if ids:
            self._wake(Topic.CLIENT_EVENTS, ids)


class MemoryClientEventLog:
    """Reads the lists."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def _log(self, account_id: str) -> tuple[ClientEvent, ...]:
        log: tuple[ClientEvent, ...] = self._store.table("client_events").get(account_id, ())
        return log

    async def position(self, account_id: str) -> int:
        """Return the length of the list."""
        return len(self._log(account_id))

    async def oldest_kept(self, account_id: str) -> int:
        """Nothing is cleared away in memory."""
        return 1

    async def since(self, positions: Mapping[str, int], limit: int) -> Sequence[ClientEvent]:
        """Cut each list."""
        return [
            event
            for account_id, position in sorted(positions.items())
            for event in self._log(account_id)[position : position + limit]
        ]
