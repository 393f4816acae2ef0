"""Home timelines in SQL: written at publication, complete from a floor on."""

from typing import Any, cast

from sqlalchemy import Select, and_, bindparam, delete, literal, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.accounts.standing import FIRST_ID
from adapters.sql.dialect import upsert
from adapters.sql.plans import found
from adapters.sql.posts.sources import LAST_ID, home
from adapters.sql.schema.accounts import accounts, follows
from adapters.sql.schema.metadata import Id
from adapters.sql.schema.posts import posts, timeline_entries, timelines
from adapters.sql.visibility import viewer
from platform_core.posts.ports import PostedEntry

_ACCOUNT = bindparam("the_account", type_=Id())
_AUTHOR = bindparam("the_author", type_=Id())
_KEYS = ["account_id", "feed_id", "post_id", "source"]
_FOLLOW = literal("follow")


def _entries(source: Select[Any]) -> Select[Any]:
    """Select timeline rows of the viewer from a source of feed and post ids."""
    newest = source.subquery()
    entries = select(viewer.label("account_id"), newest.c.feed_id, newest.c.post_id, _FOLLOW)
    # Says nothing, but without a WHERE SQLite takes the ON of ON CONFLICT for that of a join.
    return entries.where(newest.c.feed_id.is_not(None))


_NEWEST = {name: _entries(home(name, built=False, hidden_too=True)) for name in ("postgresql", "sqlite")}
_OWN = select(
    viewer.label("account_id"),
    bindparam("feed_id", type_=Id()).label("feed_id"),
    bindparam("post_id", type_=Id()).label("post_id"),
    _FOLLOW,
).where(select(timelines.c.state).where(timelines.c.account_id == viewer).exists())
_IS_PULLED = select(accounts.c.pulled).where(accounts.c.id == _AUTHOR)
_CHUNK = (
    select(follows.c.follower_id, timelines.c.account_id)
    .join_from(follows, timelines, timelines.c.account_id == follows.c.follower_id, isouter=True)
    .where(follows.c.followee_id == _AUTHOR, follows.c.follower_id > bindparam("after", type_=Id()))
    .order_by(follows.c.follower_id)
    .limit(bindparam("count"))
)
_STATE = select(timelines.c.state).where(timelines.c.account_id == _ACCOUNT)
_START = {"state": "building", "floor": None}
_BUILT = (
    update(timelines)
    .where(timelines.c.account_id == _ACCOUNT)
    .values(state="built", floor=bindparam("the_floor", type_=Id()))
)
_BY_AUTHOR = select(posts.c.id).where(posts.c.id == timeline_entries.c.post_id, posts.c.author_id == _AUTHOR)
_PRUNE = delete(timeline_entries).where(timeline_entries.c.account_id == _ACCOUNT, found(_BY_AUTHOR))
_MARK_PULLING = update(accounts).where(accounts.c.id == _AUTHOR).values(pulling=True)
_MARK_PULLED = update(accounts).where(accounts.c.id == _AUTHOR).values(pulled=True)
_UNMARKED = (
    select(follows.c.follower_id)
    .where(follows.c.followee_id == _AUTHOR, follows.c.pulled.is_(False))
    .limit(bindparam("count"))
)
_MARK = (
    update(follows)
    .where(
        follows.c.followee_id == _AUTHOR,
        follows.c.follower_id.in_(bindparam("followers", expanding=True)),
    )
    .values(pulled=True)
)


_ABOVE_FLOOR = or_(timelines.c.floor.is_(None), posts.c.feed_id >= timelines.c.floor)
_AUTHORS_NEWEST = (
    select(_ACCOUNT.label("account_id"), posts.c.feed_id, posts.c.id.label("post_id"), _FOLLOW)
    .join_from(posts, timelines, timelines.c.account_id == _ACCOUNT)
    .join(accounts, and_(accounts.c.id == posts.c.author_id, accounts.c.pulled.is_(False)))
    .where(posts.c.author_id == _AUTHOR, posts.c.feed_id.is_not(None), _ABOVE_FLOOR)
    .order_by(posts.c.feed_id.desc())
    .limit(bindparam("count"))
)
_LAST_KEPT = (
    select(timeline_entries.c.feed_id)
    .where(timeline_entries.c.account_id == _ACCOUNT)
    .order_by(timeline_entries.c.feed_id.desc())
    .offset(bindparam("cap") - literal_column("1"))
    .limit(1)
)
_TRIM = delete(timeline_entries).where(
    timeline_entries.c.account_id == _ACCOUNT,
    timeline_entries.c.feed_id < bindparam("the_floor", type_=Id()),
)
_RAISE = (
    update(timelines)
    .where(
        timelines.c.account_id == _ACCOUNT,
        or_(timelines.c.floor.is_(None), timelines.c.floor < bindparam("the_floor", type_=Id())),
    )
    .values(floor=bindparam("the_floor", type_=Id()))
)


class SqlTimelines:
    """Timelines as rows, each transaction writing one chunk."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def _run(self, statement: Any, **values: object) -> Any:
        return await self._connection.execute(statement, values)

    async def is_pulled(self, author_id: str) -> bool:
        """Read the author's mark."""
        return bool((await self._run(_IS_PULLED, the_author=author_id)).scalar())

    async def fan_out(
        self, post: PostedEntry, after_account: str, limit: int, trim_to: int | None = None
    ) -> str | None:
        """Read a chunk of followers, insert for those who have a timeline."""
        after = after_account or FIRST_ID
        chunk = (await self._run(_CHUNK, the_author=post.author_id, after=after, count=limit)).all()
        row = {"feed_id": post.feed_id, "post_id": post.post_id, "source": "follow"}
        rows = [{**row, "account_id": owner} for _, owner in chunk if owner is not None]
        if rows:
            insert = upsert(self._connection, timeline_entries).on_conflict_do_nothing()
            await self._connection.execute(insert, rows)
        for row in rows if trim_to else ():
            await self._trim(row["account_id"], trim_to or 0)
        return chunk[-1].follower_id if len(chunk) == limit else None

    async def add_own(self, post: PostedEntry) -> None:
        """Insert from the author's own timeline's row, if there is one."""
        await self._insert(
            cast(Select[Any], _OWN), viewer=post.author_id, feed_id=post.feed_id, post_id=post.post_id
        )

    async def start(self, account_id: str) -> bool:
        """Insert the timeline's row, unless it is there; read what it says."""
        insert = upsert(self._connection, timelines).on_conflict_do_nothing()
        await self._connection.execute(insert, {"account_id": account_id, **_START})
        return bool((await self._run(_STATE, the_account=account_id)).scalar() != "built")

    async def build(self, account_id: str, cap: int) -> None:
        """Insert what is there; below the cap the timeline is complete and has no floor."""
        newest = _NEWEST[self._connection.dialect.name]
        await self._insert(newest, viewer=account_id, count=cap, before=LAST_ID)
        floor = (await self._run(_LAST_KEPT, the_account=account_id, cap=cap)).scalar()
        await self._run(_BUILT, the_account=account_id, the_floor=floor)

    async def backfill(self, account_id: str, author_id: str, cap: int) -> None:
        """Insert the author's newest; nothing for an author who is pulled, or without a timeline."""
        await self._insert(_AUTHORS_NEWEST, the_account=account_id, the_author=author_id, count=cap)
        # An author with more than that is complete only as far down as the cap reaches.
        await self._trim(account_id, cap)

    async def _insert(self, source: Select[Any], **values: object) -> None:
        # The bound account is a column of the source: typed there, so that it is a uuid to PostgreSQL.
        statement = upsert(self._connection, timeline_entries).from_select(_KEYS, source)
        await self._connection.execute(statement.on_conflict_do_nothing(), values)

    async def prune(self, account_id: str, author_id: str) -> None:
        """Delete the author's rows."""
        await self._run(_PRUNE, the_account=account_id, the_author=author_id)

    async def _trim(self, account_id: str, cap: int) -> None:
        floor = (await self._run(_LAST_KEPT, the_account=account_id, cap=cap)).scalar()
        if floor is None:
            return
        await self._run(_TRIM, the_account=account_id, the_floor=floor)
        await self._run(_RAISE, the_account=account_id, the_floor=floor)

    async def start_pulling(self, author_id: str, limit: int) -> bool:
        """Mark the author first (new follows are marked from then on), then follows in chunks."""
        await self._run(_MARK_PULLING, the_author=author_id)
        chunk = list((await self._run(_UNMARKED, the_author=author_id, count=limit)).scalars())
        if chunk:
            await self._run(_MARK, the_author=author_id, followers=chunk)
            return True
        await self._run(_MARK_PULLED, the_author=author_id)
        return False
