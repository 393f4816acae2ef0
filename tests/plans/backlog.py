"""Events that wait: many streams with one event each, and one stream with more, the oldest of all."""

from collections.abc import Iterator
from datetime import timedelta

from benchmarks.dataset import DAYS, EPOCH, Dataset, Row, TableRows, uuid_at

NOW = EPOCH + timedelta(days=DAYS + 30)
BUSY = 200
"""Events of the one stream. A claim walks past those that have to wait for the first of their stream."""
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
    for number in range(BUSY + dataset.posts // 20):
        stream = "post:busy" if number < BUSY else f"post:{number}"
        moment = NOW - timedelta(hours=1)
        yield (event_id(number), stream, "posts.reacted", 1, {}, moment, moment)


def _timer_rows(dataset: Dataset) -> Iterator[Row]:
    for number in range(dataset.posts // 20):
        yield (f"timer:{number}", NOW + timedelta(hours=number), "posts.due", 1, {})
