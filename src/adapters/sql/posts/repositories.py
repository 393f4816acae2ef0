"""Posts, versions, reactions, saves and views in SQL, for commands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.dialect import upsert
from adapters.sql.schema.posts import post_versions, post_views, posts, reactions, saves, timeline_entries
from platform_core.posts.model import Content, Post, ReactionKind, Status, Version
from platform_core.shared.visibility import Audience

_THE_POST = bindparam("the_post", type_=posts.c.id.type)
_THE_ACCOUNT = bindparam("the_account", type_=posts.c.id.type)
_COLUMNS = ("id", "author_id", "feed_id", "status", "audience", "text", "created_at", "edited_at", "revision")
# No-key update: rows that refer to the post (a reaction's foreign key) need not wait for it.
_GET = (
    select(*(posts.c[name] for name in _COLUMNS))
    .where(posts.c.id == _THE_POST, posts.c.feed_id.is_not(None))
    .with_for_update(key_share=True)
)
_ADD = insert(posts)
_PUT = update(posts).where(posts.c.id == _THE_POST)
_ADD_VERSION = insert(post_versions)
_COUNT = {
    (kind, amount): update(posts)
    .where(posts.c.id == _THE_POST)
    .values({f"{kind}_count": posts.c[f"{kind}_count"] + amount})
    for kind in ReactionKind
    for amount in (1, -1)
}
_THE_REACTION = (reactions.c.post_id == _THE_POST) & (reactions.c.account_id == _THE_ACCOUNT)
_GET_REACTION = select(reactions.c.kind).where(_THE_REACTION)
_REMOVE_REACTION = delete(reactions).where(_THE_REACTION)
_REMOVE_SAVE = delete(saves).where(saves.c.post_id == _THE_POST, saves.c.account_id == _THE_ACCOUNT)
_COUNT_VIEW = update(posts).where(posts.c.id == _THE_POST).values(view_count=posts.c.view_count + 1)
_DELETED = (posts.c.id == _THE_POST) & (posts.c.status == Status.DELETED.value)
_IS_DELETED = select(posts.c.id).where(_DELETED).exists()
_PURGE = delete(posts).where(_DELETED)


def post_from_row(row: Row[Any]) -> Post:
    """Build the entity."""
    content = Content(row.text, Audience(row.audience))
    state = {name: getattr(row, name) for name in ("feed_id", "edited_at", "revision")}
    return Post(row.id, row.author_id, content, row.created_at, status=Status(row.status), **state)


def row_from_post(post: Post) -> dict[str, Any]:
    """Build the row."""
    row = {name: getattr(post, name) for name in _COLUMNS if name not in ("text", "audience")}
    return {**row, "text": post.content.text, "audience": post.content.audience}


class SqlPosts:
    """Posts as rows; a deleted one has lost its ``feed_id`` and waits to be purged."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, post_id: str) -> Post | None:
        """Read and lock the row."""
        row = (await self._connection.execute(_GET, {"the_post": post_id})).first()
        return post_from_row(row) if row else None

    async def add(self, post: Post) -> None:
        """Insert the row."""
        await self._connection.execute(_ADD, row_from_post(post))

    async def put(self, post: Post) -> None:
        """Update all columns that an entity has."""
        await self._connection.execute(_PUT, {**row_from_post(post), "the_post": post.id})

    async def add_version(self, version_id: str, post_id: str, version: Version) -> None:
        """Insert the version."""
        written = {"text": version.text, "written_at": version.written_at, "audience": version.audience}
        await self._connection.execute(_ADD_VERSION, {"id": version_id, "post_id": post_id, **written})

    async def count(self, post_id: str, changes: Mapping[ReactionKind, int]) -> None:
        """Update each counter relative to what it is."""
        for kind, amount in changes.items():
            await self._connection.execute(_COUNT[kind, amount], {"the_post": post_id})

    async def purge(self, post_id: str, limit: int) -> bool:
        """Delete dependent rows in chunks, then the post; cascades find nothing left."""
        for table in (timeline_entries, reactions, saves, post_views, post_versions):
            keys = list(table.primary_key)
            chunk = select(*keys).where(table.c.post_id == _THE_POST, _IS_DELETED).limit(bindparam("count"))
            some = {"the_post": post_id, "count": limit}
            rows = (await self._connection.execute(chunk, some)).all()
            if rows:
                gone = delete(table).where(*(key == bindparam(f"k_{key.name}") for key in keys))
                named = [
                    {f"k_{key.name}": value for key, value in zip(keys, row, strict=True)} for row in rows
                ]
                await self._connection.execute(gone, named)
                return False
        await self._connection.execute(_PURGE, {"the_post": post_id})
        return True


class SqlReactions:
    """Reactions as rows; the primary key allows one for each account and post."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, post_id: str, account_id: str) -> ReactionKind | None:
        """Read the kind."""
        asked = {"the_post": post_id, "the_account": account_id}
        kind = (await self._connection.execute(_GET_REACTION, asked)).scalar()
        return ReactionKind(kind) if kind else None

    async def put(self, reaction_id: str, post_id: str, account_id: str, kind: ReactionKind) -> None:
        """Insert or replace."""
        row = {"id": reaction_id, "post_id": post_id, "account_id": account_id, "kind": kind}
        statement = upsert(self._connection, reactions)
        changed = {"kind": statement.excluded.kind, "id": statement.excluded.id}
        keys = ["post_id", "account_id"]
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=keys, set_=changed), row
        )

    async def remove(self, post_id: str, account_id: str) -> None:
        """Delete the row."""
        await self._connection.execute(_REMOVE_REACTION, {"the_post": post_id, "the_account": account_id})


class SqlSaves:
    """Saves as rows."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, save_id: str, account_id: str, post_id: str) -> None:
        """Insert, unless it is there."""
        row = {"id": save_id, "account_id": account_id, "post_id": post_id}
        await self._connection.execute(upsert(self._connection, saves).on_conflict_do_nothing(), row)

    async def remove(self, account_id: str, post_id: str) -> None:
        """Delete the row."""
        await self._connection.execute(_REMOVE_SAVE, {"the_post": post_id, "the_account": account_id})


class SqlViews:
    """One row for each viewer and post, with the moment that was counted last."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def count(self, post_id: str, account_id: str, now: datetime, not_since: datetime) -> None:
        """Move the moment on; count if that took effect."""
        row = {"post_id": post_id, "account_id": account_id, "counted_at": now}
        statement = upsert(self._connection, post_views)
        moved = statement.on_conflict_do_update(
            index_elements=["post_id", "account_id"],
            set_={"counted_at": statement.excluded.counted_at},
            where=post_views.c.counted_at <= bindparam("not_since", type_=post_views.c.counted_at.type),
        )
        if (await self._connection.execute(moved, {**row, "not_since": not_since})).rowcount == 1:
            await self._connection.execute(_COUNT_VIEW, {"the_post": post_id})
