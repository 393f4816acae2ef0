"""How accounts stand to each other, for the other contexts' commands."""

from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.schema.accounts import accounts, follows
from adapters.sql.schema.metadata import Id
from adapters.sql.visibility import blocked, following
from platform_core.shared.visibility import AccountState, Author, Relationship

_AUTHOR = bindparam("author", type_=Id())
BETWEEN = select(
    accounts.c.state,
    accounts.c.locked,
    following().label("following"),
    blocked().label("blocked"),
).where(accounts.c.id == _AUTHOR)
"""How ``viewer`` stands to ``author``; see ``between_from``."""
_FOLLOWERS = (
    select(follows.c.follower_id)
    .where(follows.c.followee_id == _AUTHOR, follows.c.follower_id > bindparam("after", type_=Id()))
    .order_by(follows.c.follower_id)
    .limit(bindparam("count"))
)
_ADD_POSTS = (
    update(accounts)
    .where(accounts.c.id == _AUTHOR)
    .values(posts_count=accounts.c.posts_count + bindparam("amount"))
)
_VERIFIED = select(accounts.c.email_verified_at).where(accounts.c.id == _AUTHOR)
FIRST_ID = "00000000-0000-0000-0000-000000000000"
"""Below every id: where a walk over ids begins."""


def between_from(row: Row[Any] | None, *, is_author: bool) -> tuple[Author, Relationship]:
    """Build what the visibility policy asks for; an author who is not there counts as deleted."""
    if row is None:
        return Author(AccountState.DELETED), Relationship()
    relationship = Relationship(is_author, row.following, row.blocked)
    return Author(AccountState(row.state), row.locked), relationship


class SqlRelationships:
    """Reads how a viewer stands to an author."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def between(self, viewer_id: str, author_id: str) -> tuple[Author, Relationship]:
        """Read both in one statement."""
        asked = {"viewer": viewer_id, "author": author_id}
        row = (await self._connection.execute(BETWEEN, asked)).first()
        return between_from(row, is_author=viewer_id == author_id)


class SqlFollowers:
    """Walks over an author's followers."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list_ids(self, author_id: str, after: str, limit: int) -> list[str]:
        """Read one chunk by id."""
        asked = {"author": author_id, "after": after or FIRST_ID, "count": limit}
        return list((await self._connection.execute(_FOLLOWERS, asked)).scalars())


class SqlAuthors:
    """What posts need to know and change of their authors' accounts."""

    def __init__(self, connection: AsyncConnection, needs_verified_email: bool) -> None:
        self._connection = connection
        self._needs_verified_email = needs_verified_email

    async def may_publish(self, author_id: str) -> bool:
        """Look at the e-mail address where the operator asks for a verified one."""
        if not self._needs_verified_email:
            return True
        verified = await self._connection.execute(_VERIFIED, {"author": author_id})
        return verified.scalar() is not None

    async def add_posts(self, author_id: str, amount: int) -> None:
        """Change the counter relative to what it is."""
        if amount:
            await self._connection.execute(_ADD_POSTS, {"author": author_id, "amount": amount})
