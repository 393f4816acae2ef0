"""Listens to what a database is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from attrs import frozen
from sqlalchemy import event

from adapters.sql.engines import Database


@frozen
class Asked:
    """A statement as it went to the driver, with the parameters of one execution."""

    text: str
    parameters: tuple[Any, ...]
    reading: bool
    """Whether it went over a reading connection."""

    @property
    def is_plain_insert(self) -> bool:
        """Whether it inserts given values."""
        return self.text.startswith("INSERT") and " VALUES (" in self.text


@contextmanager
def recorded(database: Database) -> Iterator[list[Asked]]:
    """Collect every statement that is executed meanwhile."""
    asked: list[Asked] = []
    listeners = [
        (database.reading.sync_engine, _listener(asked, reading=True)),
        (database.writing.sync_engine, _listener(asked, reading=False)),
    ]
    for engine, listener in listeners:
        event.listen(engine, "before_cursor_execute", listener)
    try:
        yield asked
    finally:
        for engine, listener in listeners:
            event.remove(engine, "before_cursor_execute", listener)


def _listener(asked: list[Asked], *, reading: bool) -> Any:
    def note(
        _connection: object, _cursor: object, text: str, parameters: Any, _context: object, many: bool
    ) -> None:
        if not text.startswith("BEGIN"):
            asked.append(Asked(text, tuple(parameters[0] if many else parameters), reading))

    return note
