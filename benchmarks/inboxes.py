"""What accounts of a data set have been told: notifications with their actors, and durable client events.

One reader (``Who.FOLLOWS_2000``) has very many of both; the newest of its notifications has half of all
accounts in it.
"""

from collections.abc import Iterator
from datetime import timedelta

from benchmarks.dataset import DAYS, EPOCH, Dataset, Row, TableRows, Who, uuid_at

_SOON_AFTER = EPOCH + timedelta(days=DAYS)
_NOTIFICATION = (
    *("id", "account_id", "order_id", "kind", "group", "subject_type", "subject_id", "post_id"),
    *("actor_count", "read", "created_at"),
)
_ACTOR = ("account_id", "actor_id", "kind", "subject_id", "notification_id", "order_id")
_EVENT = ("account_id", "seq", "name", "payload", "occurred_at")


def inbox_tables(dataset: Dataset) -> Iterator[TableRows]:
    """Yield table, columns and rows; they come after those of the data set itself."""
    yield "notification_inboxes", ("account_id",), ((id_,) for id_ in dataset.account_ids)
    yield "notifications", _NOTIFICATION, _notification_rows(dataset)
    yield "notification_actors", _ACTOR, _actor_rows(dataset)
    yield "client_event_heads", ("account_id", "seq", "cleared"), _head_rows(dataset)
    yield "client_events", _EVENT, _event_rows(dataset)


def _told(dataset: Dataset) -> Iterator[tuple[int, int, list[int]]]:
    """Yield the number, owner and actors of each notification, in order of time."""
    count = dataset.posts // 20
    for who in range(dataset.accounts):
        yield who, who, [(who * 7 + 11) % dataset.accounts]
    for number in range(count):
        actors = range(Who.STAR, dataset.accounts // 2) if number == count - 1 else range(5)
        chosen = dict.fromkeys(
            Who.STAR + (number + offset) % (dataset.accounts - Who.STAR) for offset in actors
        )
        yield dataset.accounts + number, Who.FOLLOWS_2000, list(chosen)


def _id(number: int) -> str:
    return uuid_at(_SOON_AFTER + timedelta(seconds=number), number)


def _subject(dataset: Dataset, number: int) -> tuple[str, str, str | None]:
    """Return kind, subject and post of a notification: every fourth is of a follow."""
    post = dataset.post_id(number * 3 % dataset.posts)
    return ("follow", post, None) if number % 4 == 0 else ("reaction", post, post)


def _notification_rows(dataset: Dataset) -> Iterator[Row]:
    for number, who, actors in _told(dataset):
        kind, subject, post = _subject(dataset, number)
        moment = _SOON_AFTER + timedelta(seconds=number)
        about = ("account" if post is None else "post", subject, post)
        keys = (_id(number), dataset.id(who), _id(number))
        yield (*keys, kind, "social", *about, len(actors), number % 2 == 0, moment)


def _actor_rows(dataset: Dataset) -> Iterator[Row]:
    for number, who, actors in _told(dataset):
        kind, subject, _ = _subject(dataset, number)
        for place, actor in enumerate(actors):
            order_id = uuid_at(_SOON_AFTER + timedelta(seconds=number), number << 20 | place)
            yield (dataset.id(who), dataset.id(actor), kind, subject, _id(number), order_id)


def _told_live(dataset: Dataset, who: int) -> int:
    return dataset.posts // 20 if who == Who.FOLLOWS_2000 else 2


def _head_rows(dataset: Dataset) -> Iterator[Row]:
    for who, id_ in enumerate(dataset.account_ids):
        yield (id_, _told_live(dataset, who), 0)


def _event_rows(dataset: Dataset) -> Iterator[Row]:
    for who, id_ in enumerate(dataset.account_ids):
        for seq in range(1, _told_live(dataset, who) + 1):
            yield (id_, seq, "notification", {"id": id_}, _SOON_AFTER + timedelta(seconds=seq))
