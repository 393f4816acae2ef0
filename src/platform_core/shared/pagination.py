"""Keyset pages: a list names its key, a page starts after a key, nothing is skipped or repeated."""

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from attrs import frozen

from platform_core.shared.refreshing import Refresh

T = TypeVar("T")
U = TypeVar("U")

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


@frozen
class PageRequest:
    """Which part of a list is asked for.

    ``before`` is the key to continue from towards the end of the list; ``after`` the point to look for newer
    items from (pull-to-refresh), a key or what an earlier page gave as ``previous``. At most one of the two
    is set; with none, the page is the first one.
    """

    limit: int = DEFAULT_LIMIT
    before: str | None = None
    after: str | None = None


@frozen
class Page(Generic[T]):
    """A part of a list in the list's order, with the keys to go on from in both directions."""

    items: tuple[T, ...] = ()
    next: str | None = None
    previous: str | None = None

    def map(self, change: Callable[[T], U]) -> "Page[U]":
        """Return the same page with every item changed."""
        return Page(tuple(change(item) for item in self.items), self.next, self.previous)


class Keyed(NamedTuple, Generic[T]):
    """An item with the key that orders it."""

    key: str
    item: T


def page_of(rows: Sequence[Keyed[T]], request: PageRequest) -> Page[T]:
    """Make a page of the rows that were read in reading direction, one more than asked for if there is.

    For ``after`` that direction is ascending (nearest first), rows that were delivered before are among
    them (``rows_to_read``), and the page is turned round. The row too many only tells that there is more.
    """
    if request.after is not None:
        return _refreshed(rows, request.limit, Refresh.restore(request.after))
    kept = rows[: request.limit]
    more = len(rows) > request.limit
    following = kept[-1].key if more else None
    delivered = Refresh(kept[-1].key if more else "", tuple(row.key for row in kept)) if kept else None
    return Page(_items(kept), following, delivered.settled().token if delivered else None)


def alphabetical_page_of(rows: Sequence[Keyed[T]], request: PageRequest) -> Page[T]:
    """Make a page of a list whose keys are words; a key is all that a refresh goes on from."""
    kept = list(rows[: request.limit])
    more = len(rows) > request.limit
    if request.after is not None:
        kept.reverse()
        return Page(_items(kept), kept[-1].key if kept else None, kept[0].key if kept else request.after)
    return Page(_items(kept), kept[-1].key if more else None, kept[0].key if kept else None)


def rows_to_read(request: PageRequest) -> int:
    """Return how many rows a list has to read for a page: one too many, and those to be left out again."""
    delivered = 0 if request.after is None else len(Refresh.restore(request.after).delivered)
    return request.limit + 1 + delivered


def _refreshed(rows: Sequence[Keyed[T]], limit: int, refresh: Refresh) -> Page[T]:
    seen = set(refresh.delivered)
    fresh = [row for row in rows if row.key not in seen]
    kept = fresh[:limit]
    until = kept[-1].key if len(fresh) > limit else None
    keys = tuple(row.key for row in reversed(kept))
    previous = refresh.with_delivered(keys, until).token
    return Page(_items(kept[::-1]), keys[-1] if keys else None, previous)


def _items(rows: Sequence[Keyed[T]]) -> tuple[T, ...]:
    return tuple(row.item for row in rows)
