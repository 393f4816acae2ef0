"""Events that wait: many streams with one event each, and one stream with very many, the oldest of all."""

from collections.abc import Iterator
from datetime import timedelta

from benchmarks.dataset import DAYS, EPOCH, Dataset, Row, TableRows, uuid_at

NOW = EPOCH + timedelta(days=DAYS + 30)
BUSY = "post:busy"
_OUTBOX = ("id", "stream_key", "name", "version", "payload", "occurred_at", "available_at")
_TIMER = ("key", "at", "name", "version", "payload")


def event_id(number: int) -> str:
    """Return the id of an event by its place in the queue."""
    return uuid_at(NOW - timedelta(hours=1), number)


def backlog_tables(dataset: Dataset) -> Iterator[TableRows]:
    """Yield table, columns and rows."""
    yield "outbox", _OUTBOX, _outbox_rows(dataset)
    yield "timers", _TIMER, _timer_rows(dataset)


def _outbox_rows(dataset: Dataset) -> Iterator[Row]:
    busy = dataset.posts // 20
    for number in range(2 * busy):
        stream = BUSY if number < busy else f"post:{number}"
        moment = NOW - timedelta(hours=1)
        yield (event_id(number), stream, "posts.reacted", 1, {}, moment, moment)


def _timer_rows(dataset: Dataset) -> Iterator[Row]:
    for number in range(dataset.posts // 20):
        yield (f"timer:{number}", NOW + timedelta(hours=number), "posts.due", 1, {})
