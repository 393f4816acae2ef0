"""The home feed's statements, built once for each database and direction, and how a page is put together."""

from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from adapters.sql.accounts.standing import FIRST_ID
from adapters.sql.plans import rows
from adapters.sql.posts.columns import keyed, post_views
from adapters.sql.posts.sources import LAST_ID, home
from adapters.sql.schema.metadata import Id
from adapters.sql.schema.posts import timelines
from platform_core.posts.model import PostView
from platform_core.shared.pagination import Keyed, PageRequest

_STATE = select(timelines.c.state, timelines.c.floor).where(
    timelines.c.account_id == bindparam("viewer", type_=Id())
)


def _statement(dialect: str, *, built: bool, newer: bool) -> Select[Any]:
    source = home(dialect, built=built, newer=newer).subquery()
    key = source.c.feed_id
    return post_views(key, source).order_by(key.asc() if newer else key.desc())


_HOME = {
    (dialect, built, newer): _statement(dialect, built=built, newer=newer)
    for dialect in ("postgresql", "sqlite")
    for built in (True, False)
    for newer in (True, False)
}


def home_rows(connection: Connection, asked: dict[str, Any], page: PageRequest) -> list[Keyed[PostView]]:
    """Read up to ``count`` rows of the home feed.

    Nearly always the written timeline fills the page: one statement. Where it ends, at its floor, the rest
    is read from the posts themselves; without a built timeline everything is.
    """
    if page.after is not None:
        return _newer_rows(connection, asked)
    found = _read(connection, asked, built=True, newer=False)
    missing = asked["count"] - len(found)
    if not missing:
        return found
    floor = _floor_of(connection, asked)
    if floor == FIRST_ID:
        return found
    rest = {**asked, "before": min(floor, asked["before"])}
    return found + _read(connection, rest, built=False, newer=False)[:missing]


def _newer_rows(connection: Connection, asked: dict[str, Any]) -> list[Keyed[PostView]]:
    # Nearest first: where the timeline does not reach down to the key, the posts themselves are read.
    built = _floor_of(connection, asked) <= asked["after"]
    return _read(connection, asked, built=built, newer=True)


def _read(
    connection: Connection, asked: dict[str, Any], *, built: bool, newer: bool
) -> list[Keyed[PostView]]:
    return keyed(rows(connection, _HOME[connection.dialect.name, built, newer], asked))


def _floor_of(connection: Connection, asked: dict[str, Any]) -> str:
    row = connection.execute(_STATE, {"viewer": asked["viewer"]}).first()
    if row is None or row.state != "built":
        return LAST_ID
    return row.floor or FIRST_ID
