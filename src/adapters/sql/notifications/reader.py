"""Reads notifications as finished views: one statement for a page, actors included."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby, product
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, lateral, select, true

from adapters.sql.engines import Database
from adapters.sql.notifications.shown import newest_actors, preview, shown, shown_actors
from adapters.sql.plans import checked, walk
from adapters.sql.posts.columns import CARD, card_from
from adapters.sql.posts.reader import both_ways, page_parameters
from adapters.sql.schema.accounts import accounts
from adapters.sql.schema.metadata import Id
from adapters.sql.schema.notifications import notification_actors as actors
from adapters.sql.schema.notifications import notifications
from adapters.sql.visibility import viewer
from platform_core.notifications.model import (
    GROUPS,
    HIDDEN_AMONG,
    MOST_COUNTED,
    SHOWN_ACTORS,
    Group,
    NotificationFilter,
    NotificationView,
    SubjectView,
    UnreadCounts,
)
from platform_core.shared.clock import Clock
from platform_core.shared.pagination import Keyed, Page, PageRequest, page_of

_SHOWN = select(
    notifications.c.id,
    notifications.c.order_id,
    notifications.c.kind,
    notifications.c.group,
    notifications.c.subject_type,
    notifications.c.subject_id,
    notifications.c.post_id,
    notifications.c.actor_count,
    notifications.c.created_at,
    notifications.c.read,
    preview().label("preview"),
    shown_actors().label("shown_actors"),
).where(shown())
_END = len(_SHOWN.selected_columns)
_OWN = notifications.c.account_id == viewer
_SEEN = _SHOWN.where(_OWN)
_BY_IDS = _SHOWN.where(notifications.c.id.in_(bindparam("ids", expanding=True, type_=Id())), checked(_OWN))
_FILTERS: dict[str, tuple[ColumnElement[bool], ...]] = {
    "all": (),
    "group": (notifications.c.group == bindparam("group"),),
    "kind": (notifications.c.kind == bindparam("kind"),),
}
_UNREAD = notifications.c.read.is_(False)


def _with_actors(page: Select[Any], dialect: str, newer: bool = False) -> Select[Any]:
    """Give each notification one row for each actor that it shows."""
    some = page.subquery("page")
    columns = (actors.c.order_id.label("joined"), *CARD)
    joined = _lateral(some, columns) if dialect == "postgresql" else _correlated(some, columns)
    key = some.c.order_id
    return joined.order_by(key.asc() if newer else key.desc(), joined.selected_columns["joined"].desc())


def _lateral(some: Any, columns: tuple[ColumnElement[Any], ...]) -> Select[Any]:
    newest = lateral(newest_actors(some, *columns).limit(SHOWN_ACTORS))
    return select(some, newest).select_from(walk(some, (newest, true())))


def _correlated(some: Any, columns: tuple[ColumnElement[Any], ...]) -> Select[Any]:
    # SQLite has no LATERAL; it evaluates the list for each notification and looks the rows up by key.
    newest = newest_actors(some, actors.c.order_id).limit(SHOWN_ACTORS)
    others = actors.alias()
    inside = and_(others.c.notification_id == some.c.id, others.c.order_id.in_(newest))
    joined = walk(some, (others, inside), (accounts, accounts.c.id == others.c.actor_id))
    return select(some, others.c.order_id.label("joined"), *CARD).select_from(joined)


def _statements(dialect: str) -> dict[tuple[str, bool, bool], Select[Any]]:
    """Build the page's statement for each filter, with and without what is read, in both directions."""
    made = {}
    for name, unread_only in product(_FILTERS, (True, False)):
        wanted = _SEEN.where(*_FILTERS[name], *((_UNREAD,) if unread_only else ()))
        for newer, page in both_ways(wanted, notifications.c.order_id).items():
            made[name, unread_only, newer] = _with_actors(page, dialect, newer)
    return made


_PAGES = {dialect: _statements(dialect) for dialect in ("postgresql", "sqlite")}
_SOME = {dialect: _with_actors(_BY_IDS, dialect) for dialect in ("postgresql", "sqlite")}
_NEWEST_UNREAD = (
    select(notifications.c.group)
    .where(notifications.c.account_id == viewer, _UNREAD, shown())
    .order_by(notifications.c.order_id.desc())
    .limit(MOST_COUNTED)
    .subquery()
)
_COUNTS = select(_NEWEST_UNREAD.c.group, func.count()).group_by(_NEWEST_UNREAD.c.group)


class SqlNotificationReader:
    """Reads notifications."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def page(
        self, account_id: str, wanted: NotificationFilter, page: PageRequest
    ) -> Page[NotificationView]:
        """Read along the index that fits the filter."""
        if wanted.kind and wanted.group not in (None, GROUPS[wanted.kind]):
            return Page()
        name = "kind" if wanted.kind else "group" if wanted.group else "all"
        filters = {"kind": wanted.kind, "group": wanted.group}
        asked = {**page_parameters(page), **self._asked(account_id), **filters}

        def read(connection: Connection) -> list[Keyed[NotificationView]]:
            statement = _PAGES[connection.dialect.name][name, wanted.unread_only, page.after is not None]
            return _views(connection.execute(statement, asked))

        return page_of(await self._database.read(read), page)

    async def by_ids(self, account_id: str, ids: Collection[str]) -> tuple[NotificationView, ...]:
        """Read all in one statement, then put them in order."""
        asked = {**self._asked(account_id), "ids": list(ids)}

        def read(connection: Connection) -> tuple[NotificationView, ...]:
            rows = connection.execute(_SOME[connection.dialect.name], asked)
            found = {view.item.id: view.item for view in _views(rows)}
            return tuple(found[id_] for id_ in dict.fromkeys(ids) if id_ in found)

        return await self._database.read(read)

    async def unread(self, account_id: str) -> UnreadCounts:
        """Count along the index of what is unread."""
        asked = self._asked(account_id)

        def read(connection: Connection) -> UnreadCounts:
            counted = {row[0]: row[1] for row in connection.execute(_COUNTS, asked)}
            groups = {group.value: counted.get(group.value, 0) for group in Group}
            return UnreadCounts(sum(groups.values()), groups)

        return await self._database.read(read)

    def _asked(self, account_id: str) -> dict[str, Any]:
        return {"viewer": account_id, "now": self._clock.now()}


def _views(rows: Iterable[Sequence[Any]]) -> list[Keyed[NotificationView]]:
    """Put the rows of each notification together, in the order in which they came."""
    grouped = groupby(rows, lambda row: row[1])
    return [Keyed(key, _view(tuple(same))) for key, same in grouped]


def _view(rows: Sequence[Sequence[Any]]) -> NotificationView:
    id_, order_id, kind, group, type_, subject_id, post_id, stored, at, read, text, visible = rows[0][:_END]
    cards = tuple(card_from(row[_END + 1 :]) for row in rows)
    subject = SubjectView(type_, subject_id, post_id)
    count = visible if visible < HIDDEN_AMONG else stored
    return NotificationView(id_, order_id, kind, group, cards, count, subject, text, None, at, read)
