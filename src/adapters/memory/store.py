"""Tables in memory, and the staged copies that a transaction works on."""

import asyncio
from collections import defaultdict
from typing import Any

from attrs import define, field

Rows = dict[Any, Any]


@define
class MemoryStore:
    """All tables by name. One lock: a transaction has the store for itself."""

    tables: dict[str, Rows] = field(factory=lambda: defaultdict(dict))
    lock: asyncio.Lock = field(factory=asyncio.Lock)
    positions: dict[str, int] = field(factory=lambda: defaultdict(int))
    """Counters that go on where they were even if a transaction is rolled back, as sequences do."""

    def table(self, name: str) -> Rows:
        """Return the committed rows."""
        return self.tables[name]

    def next_position(self, name: str) -> int:
        """Count up."""
        self.positions[name] += 1
        return self.positions[name]


class Staged:
    """The tables as one transaction sees them: copied when first touched, dropped unless committed.

    Rows are immutable or copied by whoever stores them, so that a forgotten save stays forgotten.
    """

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self._copies: dict[str, Rows] = {}

    def table(self, name: str) -> Rows:
        """Return this transaction's copy of a table."""
        if name not in self._copies:
            self._copies[name] = dict(self.store.table(name))
        return self._copies[name]

    def commit(self) -> None:
        """Put the copies in place."""
        self.store.tables.update(self._copies)
