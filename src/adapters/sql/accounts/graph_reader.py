"""Reads the lists of the graph as finished views, each with one statement that was built at import."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
)

from adapters.sql.accounts.profile_columns import (
    STANDING,
    account_views,
    blocked_by,
    blocking,
    keyed,
    seen,
    view_from,
    viewer_from,
    with_standing,
)
from adapters.sql.accounts.suggestions import SUGGESTIONS
from adapters.sql.dialect import constant
from adapters.sql.engines import Database
from adapters.sql.plans import walk
from adapters.sql.posts.reader import both_ways, page_parameters
from adapters.sql.schema.accounts import accounts, blocks, follow_requests, follows, mutes
from adapters.sql.schema.metadata import Id
from adapters.sql.visibility import NOBODY, alive, blocked, following, viewer
from platform_core.accounts.model.graph import AccountRelationship
from platform_core.accounts.model.profile import AccountView
from platform_core.shared.clock import Clock
from platform_core.shared.pagination import Page, PageRequest, page_of

MOST_REQUESTS = 100

_ACCOUNT = bindparam("account", type_=Id())
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_NOW = bindparam("now", type_=mutes.c.until.type)


def _list(table: Table, owner: str, listed: str, *conditions: ColumnElement[bool]) -> dict[bool, Select[Any]]:
    """Make the statements of a list: the accounts in the column ``listed`` of the rows that ``owner`` has."""
    rows = table.alias("rows")
    start = walk(rows, (accounts, accounts.c.id == rows.c[listed]))
    views = account_views(rows.c.id, start).where(rows.c[owner] == _ACCOUNT, alive(), *conditions)
    if table is mutes:
        views = views.where(or_(rows.c.until.is_(None), rows.c.until > _NOW))
    return both_ways(views, rows.c.id)


_SHOWN = and_(
    or_(accounts.c.state == constant("active"), viewer.in_((_ACCOUNT, accounts.c.id)), following()),
    ~blocked(),
)
_FOLLOWERS = _list(follows, "followee_id", "follower_id", _SHOWN)
_FOLLOWING = _list(follows, "follower_id", "followee_id", _SHOWN)
_REQUESTS = _list(follow_requests, "followee_id", "follower_id", ~blocked())
_BLOCKS = _list(blocks, "blocker_id", "blocked_id")
_MUTES = _list(mutes, "muter_id", "muted_id", ~blocked_by())

_OPEN = and_(accounts.c.state == constant("active"), accounts.c.locked.is_(False))
_LISTABLE = select(accounts.c.id).where(
    accounts.c.id == _ACCOUNT, seen(), ~blocking(), or_(_OPEN, accounts.c.id == viewer, following())
)
_RELATIONSHIPS = (
    select(accounts.c.id, *STANDING)
    .select_from(with_standing(accounts))
    .where(accounts.c.id.in_(_IDS), alive(), ~blocked_by())
)
_COUNTED = (
    select(follow_requests.c.id)
    .select_from(walk(follow_requests, (accounts, accounts.c.id == follow_requests.c.follower_id)))
    .where(follow_requests.c.followee_id == _ACCOUNT, alive())
    .limit(MOST_REQUESTS)
)
_COUNT_REQUESTS = select(func.count()).select_from(_COUNTED.subquery())


class SqlGraphReader:
    """Reads lists of accounts, and how the viewer stands to them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def _asked(self, viewer_id: str | None, **values: object) -> dict[str, Any]:
        return {"viewer": viewer_id or NOBODY, "now": self._clock.now(), **values}

    async def followers(
        self, viewer_id: str | None, account_id: str, page: PageRequest
    ) -> Page[AccountView] | None:
        """Read along the index of the followee's follows."""
        return await self._of_account(_FOLLOWERS, viewer_id, account_id, page)

    async def following(
        self, viewer_id: str | None, account_id: str, page: PageRequest
    ) -> Page[AccountView] | None:
        """Read along the index of the follower's follows."""
        return await self._of_account(_FOLLOWING, viewer_id, account_id, page)

    async def _of_account(
        self, statements: dict[bool, Select[Any]], viewer_id: str | None, account_id: str, page: PageRequest
    ) -> Page[AccountView] | None:
        asked = self._asked(viewer_id, account=account_id, **page_parameters(page))

        def read(connection: Connection) -> Page[AccountView] | None:
            if connection.execute(_LISTABLE, asked).first() is None:
                return None
            return _page(connection, statements, asked, page)

        return await self._database.read(read)

    async def follow_requests(self, account_id: str, page: PageRequest) -> Page[AccountView]:
        """Read along the index of the followee's requests."""
        return await self._own(_REQUESTS, account_id, page)

    async def blocks(self, account_id: str, page: PageRequest) -> Page[AccountView]:
        """Read along the index of the blocker's blocks."""
        return await self._own(_BLOCKS, account_id, page)

    async def mutes(self, account_id: str, page: PageRequest) -> Page[AccountView]:
        """Read along the index of the muter's mutes."""
        return await self._own(_MUTES, account_id, page)

    async def _own(
        self, statements: dict[bool, Select[Any]], account_id: str, page: PageRequest
    ) -> Page[AccountView]:
        asked = self._asked(account_id, account=account_id, **page_parameters(page))
        return await self._database.read(lambda c: _page(c, statements, asked, page))

    async def relationships(
        self, viewer_id: str, account_ids: Collection[str]
    ) -> tuple[AccountRelationship, ...]:
        """Read all in one statement, then put them in order."""
        asked = self._asked(viewer_id, ids=list(account_ids))

        def read(connection: Connection) -> tuple[AccountRelationship, ...]:
            found = {row.id: _relationship_from(row) for row in connection.execute(_RELATIONSHIPS, asked)}
            return tuple(found[id_] for id_ in dict.fromkeys(account_ids) if id_ in found)

        return await self._database.read(read)

    async def suggestions(self, viewer_id: str, limit: int) -> tuple[AccountView, ...]:
        """Read what ``suggestions`` reckons."""
        asked = self._asked(viewer_id, count=limit)

        def read(connection: Connection) -> tuple[AccountView, ...]:
            rows = connection.execute(SUGGESTIONS[connection.dialect.name], asked)
            return tuple(view_from(row) for row in rows)

        return await self._database.read(read)

    async def count_follow_requests(self, account_id: str) -> int:
        """Count rows up to the limit."""
        asked = {"account": account_id}
        return await self._database.read(lambda c: int(c.execute(_COUNT_REQUESTS, asked).scalar_one()))


def _page(
    connection: Connection, statements: dict[bool, Select[Any]], asked: dict[str, Any], page: PageRequest
) -> Page[AccountView]:
    rows = connection.execute(statements[page.after is not None], asked)
    return page_of([keyed(row) for row in rows], page)


def _relationship_from(row: Any) -> AccountRelationship:
    own = viewer_from(row[1:])
    return AccountRelationship(
        id=row.id,
        following=own.following,
        requested=own.requested,
        followed_by=own.followed_by,
        blocking=own.blocking,
        muting=own.muting,
        notify=own.notify,
        show_reposts=own.show_reposts,
    )
