"""Reads posts as finished views, each list with one statement that was built at import."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    literal,
    or_,
    select,
)

from adapters.sql.dialect import constant
from adapters.sql.engines import Database
from adapters.sql.plans import COUNT, count_for, rows, walk
from adapters.sql.posts.authored import authored
from adapters.sql.posts.columns import CARD, card_from, keyed, post_views, view_from
from adapters.sql.posts.feeds import home_rows
from adapters.sql.posts.sources import LAST_ID
from adapters.sql.schema.accounts import accounts
from adapters.sql.schema.metadata import Id
from adapters.sql.schema.posts import post_versions, posts, reactions, saves
from adapters.sql.visibility import NOBODY, alive, blocked, muted, reaches, viewer, visible
from platform_core.posts.model import PostView, ReactionKind, ReactionView, VersionView
from platform_core.shared.clock import Clock
from platform_core.shared.pagination import Keyed, Page, PageRequest, page_of, rows_to_read
from platform_core.shared.refreshing import Refresh

_POST_ID = bindparam("post", type_=Id())
_IDS: BindParameter[str] = bindparam("ids", expanding=True)


def both_ways(statement: Select[Any], key: ColumnElement[Any]) -> dict[bool, Select[Any]]:
    """Make a list's two statements: False older rows, newest first; True newer rows, nearest first."""
    older = statement.where(key < bindparam("before", type_=Id())).order_by(key.desc()).limit(COUNT)
    newer = statement.where(key > bindparam("after", type_=Id())).order_by(key).limit(COUNT)
    return {False: older, True: newer}


_SEEN = post_views(posts.c.feed_id).where(visible())
_BY_IDS = _SEEN.where(posts.c.id.in_(_IDS))
_EXPLORE = both_ways(_SEEN.where(posts.c.audience == constant("public"), ~muted()), posts.c.feed_id)
_LISTED = select(accounts.c.id).where(
    accounts.c.id == bindparam("account", type_=Id()),
    or_(accounts.c.state == constant("active"), and_(alive(), viewer != literal(NOBODY, Id()))),
    ~blocked(),
)
_MINE = saves.alias()
_SAVED = both_ways(post_views(_MINE.c.id, _MINE).where(visible(), _MINE.c.account_id == viewer), _MINE.c.id)
_WITH_AUTHOR = walk(posts, (accounts, accounts.c.id == posts.c.author_id))
_VISIBLE_IDS = select(posts.c.id).select_from(_WITH_AUTHOR).where(visible(), posts.c.id.in_(_IDS))
_HISTORY = both_ways(
    select(post_versions.c.id, post_versions.c.text, post_versions.c.written_at)
    .select_from(
        walk(
            post_versions,
            (posts, posts.c.id == post_versions.c.post_id),
            (accounts, accounts.c.id == posts.c.author_id),
        )
    )
    .where(
        post_versions.c.post_id == _POST_ID,
        or_(accounts.c.id == viewer, reaches(post_versions.c.audience)),
    ),
    post_versions.c.id,
)
_REACTED = (
    select(reactions.c.id, reactions.c.kind, *CARD)
    .select_from(walk(reactions, (accounts, accounts.c.id == reactions.c.account_id)))
    .where(reactions.c.post_id == _POST_ID, alive(), ~blocked())
)
_REACTIONS = both_ways(_REACTED.where(reactions.c.kind != constant("dislike")), reactions.c.id)
_REACTIONS_OF_KIND = both_ways(_REACTED.where(reactions.c.kind == bindparam("kind")), reactions.c.id)


def page_parameters(page: PageRequest) -> dict[str, Any]:
    """Return the bind parameters of a list."""
    after = None if page.after is None else Refresh.restore(page.after).floor
    count = count_for(rows_to_read(page) - 1)
    return {"before": page.before or LAST_ID, "after": after, "count": count}


class SqlPostReader:
    """Reads posts."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def _asked(self, viewer_id: str | None, page: PageRequest, **values: object) -> dict[str, Any]:
        return {"viewer": viewer_id or NOBODY, "now": self._clock.now(), **page_parameters(page), **values}

    async def by_id(self, viewer_id: str | None, post_id: str) -> PostView | None:
        """Read one."""
        found = await self.by_ids(viewer_id, [post_id])
        return found[0] if found else None

    async def by_ids(self, viewer_id: str | None, post_ids: Collection[str]) -> tuple[PostView, ...]:
        """Read all in one statement, then put them in order."""
        asked = {"viewer": viewer_id or NOBODY, "ids": list(post_ids)}

        def read(connection: Connection) -> tuple[PostView, ...]:
            found = {row.post_id: view_from(row) for row in connection.execute(_BY_IDS, asked)}
            return tuple(found[post_id] for post_id in dict.fromkeys(post_ids) if post_id in found)

        return await self._database.read(read)

    async def home(self, viewer_id: str, page: PageRequest) -> Page[PostView]:
        """Read from the timeline; see ``feeds``."""
        asked = self._asked(viewer_id, page)
        return page_of(await self._database.read(lambda c: home_rows(c, asked, page)), page)

    async def explore(self, viewer_id: str | None, page: PageRequest) -> Page[PostView]:
        """Read along the index of public posts."""
        return await self._posts(_EXPLORE, self._asked(viewer_id, page), page)

    async def of_account(self, viewer_id: str | None, account_id: str, page: PageRequest) -> Page[PostView]:
        """Ask how the viewer stands to the author, then read along the index that fits."""
        asked = self._asked(viewer_id, page, account=account_id)

        def read(connection: Connection) -> list[Keyed[PostView]]:
            statement = authored(connection, asked, page.after is not None)
            return [] if statement is None else keyed(rows(connection, statement, asked))

        return page_of(await self._database.read(read), page)

    async def has_list(self, viewer_id: str | None, account_id: str) -> bool:
        """Look at the account."""
        asked = {"viewer": viewer_id or NOBODY, "account": account_id}
        return await self._database.read(lambda c: c.execute(_LISTED, asked).first() is not None)

    async def saved(self, viewer_id: str, page: PageRequest) -> Page[PostView]:
        """Read along the index of the viewer's saves."""
        return await self._posts(_SAVED, self._asked(viewer_id, page), page)

    async def _posts(
        self, statements: dict[bool, Select[Any]], asked: dict[str, Any], page: PageRequest
    ) -> Page[PostView]:
        statement = statements[page.after is not None]

        return page_of(await self._database.read(lambda c: keyed(rows(c, statement, asked))), page)

    async def history(
        self, viewer_id: str | None, post_id: str, page: PageRequest
    ) -> Page[VersionView] | None:
        """Read the versions of a post that may be seen."""
        asked = self._asked(viewer_id, page, post=post_id)
        statement = _HISTORY[page.after is not None]

        def read(connection: Connection) -> Page[VersionView] | None:
            if not _sees(connection, viewer_id, post_id):
                return None
            found = rows(connection, statement, asked)
            return page_of([Keyed(row[0], VersionView(*row)) for row in found], page)

        return await self._database.read(read)

    async def reactions(
        self, viewer_id: str | None, post_id: str, kind: ReactionKind | None, page: PageRequest
    ) -> Page[ReactionView] | None:
        """Read the reactions to a post that may be seen."""
        asked = self._asked(viewer_id, page, post=post_id, kind=kind)
        statement = (_REACTIONS_OF_KIND if kind else _REACTIONS)[page.after is not None]

        def read(connection: Connection) -> Page[ReactionView] | None:
            if not _sees(connection, viewer_id, post_id):
                return None
            found = rows(connection, statement, asked)
            return page_of([Keyed(row[0], ReactionView(card_from(row[2:]), row[1])) for row in found], page)

        return await self._database.read(read)

    async def visible(self, viewer_id: str, post_ids: Collection[str]) -> frozenset[str]:
        """Ask for all of them at once."""
        asked = {"viewer": viewer_id, "ids": list(post_ids)}
        return await self._database.read(lambda c: frozenset(c.execute(_VISIBLE_IDS, asked).scalars()))


def _sees(connection: Connection, viewer_id: str | None, post_id: str) -> bool:
    asked = {"viewer": viewer_id or NOBODY, "ids": [post_id]}
    return connection.execute(_VISIBLE_IDS, asked).first() is not None
