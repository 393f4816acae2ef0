"""Cuts a page out of a list in memory, in the way that a keyset query does."""

from collections.abc import Iterable
from operator import attrgetter
from typing import TypeVar

from platform_core.shared.pagination import Keyed, Page, PageRequest, page_of, rows_to_read
from platform_core.shared.refreshing import Refresh

T = TypeVar("T")


def cut(rows: Iterable[Keyed[T]], page: PageRequest) -> Page[T]:
    """Sort by key, keep what the page asks for and one row more."""
    if page.after is not None:
        floor = Refresh.restore(page.after).floor
        newer = sorted((row for row in rows if row.key > floor), key=attrgetter("key"))
        return page_of(newer[: rows_to_read(page)], page)
    older = (row for row in rows if page.before is None or row.key < page.before)
    return page_of(sorted(older, key=attrgetter("key"), reverse=True)[: page.limit + 1], page)
