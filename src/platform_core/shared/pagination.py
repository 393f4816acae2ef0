"""Keyset pages: a list names its key, a page starts after a key, nothing is skipped or repeated."""

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from attrs import frozen

T = TypeVar("T")
U = TypeVar("U")

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


@frozen
class PageRequest:
    """Which part of a list is asked for.

    ``before`` is the key to continue from towards the end of the list; ``after`` the key to look for newer
    items from (pull-to-refresh). At most one of the two is set; with none, the page is the first one.
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
    """Make a page of up to ``limit + 1`` rows that were read in reading direction.

    For ``after`` that direction is ascending (nearest first) and the page is turned round. The extra row
    only tells that there is more. The previous key of an empty refresh is the one it was asked with, so
    that a client can keep asking.
    """
    kept = list(rows[: request.limit])
    more = len(rows) > request.limit
    if request.after is not None:
        kept.reverse()
        following = kept[-1].key if kept else None
        return Page(_items(kept), following, kept[0].key if kept else request.after)
    following = kept[-1].key if more else None
    return Page(_items(kept), following, kept[0].key if kept else None)


def _items(rows: Sequence[Keyed[T]]) -> tuple[T, ...]:
    return tuple(row.item for row in rows)
