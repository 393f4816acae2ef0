"""Follows and requests to follow in SQL, for commands."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.schema.accounts import accounts, blocks, follow_requests, follows
from adapters.sql.schema.metadata import Id
from platform_core.accounts.model.graph import Bond, FollowTerms, Notify
from platform_core.shared.visibility import AccountState

_ONE = bindparam("one", type_=Id())
_OTHER = bindparam("other", type_=Id())
_AMOUNT: BindParameter[int] = bindparam("amount", type_=Integer())
# No-key update: rows that refer to the accounts (a post's foreign key) need not wait for it.
_LOCK = (
    select(accounts.c.id)
    .where(accounts.c.id.in_((_ONE, _OTHER)))
    .order_by(accounts.c.id)
    .with_for_update(key_share=True)
)


def _terms(table: Table, follower: BindParameter[str], followee: BindParameter[str]) -> Any:
    """Alias a table of follows or requests with the condition that finds one row of it."""
    alias = table.alias()
    return alias, and_(alias.c.follower_id == follower, alias.c.followee_id == followee)


def _blocks(blocker: BindParameter[str], blocked: BindParameter[str]) -> ColumnElement[bool]:
    return exists().where(blocks.c.blocker_id == blocker, blocks.c.blocked_id == blocked)


_FOLLOWS = _terms(follows, _ONE, _OTHER)
_REQUESTS = _terms(follow_requests, _ONE, _OTHER)
_REQUESTED_BY = _terms(follow_requests, _OTHER, _ONE)
_FOLLOWED_BY = exists().where(follows.c.follower_id == _OTHER, follows.c.followee_id == _ONE)
_BOND = (
    select(
        *(
            column
            for alias, _ in (_FOLLOWS, _REQUESTS, _REQUESTED_BY)
            for column in (alias.c.notify, alias.c.show_reposts)
        ),
        accounts.c.state,
        accounts.c.locked,
        _FOLLOWED_BY,
        _blocks(_ONE, _OTHER),
        _blocks(_OTHER, _ONE),
    )
    .select_from(accounts.outerjoin(*_FOLLOWS).outerjoin(*_REQUESTS).outerjoin(*_REQUESTED_BY))
    .where(accounts.c.id == _OTHER)
)
_PULLING = select(accounts.c.pulling).where(accounts.c.id == _OTHER).scalar_subquery()
_FOLLOW = insert(follows).values(pulled=_PULLING)
_ASK = insert(follow_requests)
_COUNT_FOLLOWER = (
    update(accounts)
    .where(accounts.c.id == _OTHER)
    .values(followers_count=accounts.c.followers_count + _AMOUNT)
)
_COUNT_FOLLOWING = (
    update(accounts).where(accounts.c.id == _ONE).values(following_count=accounts.c.following_count + _AMOUNT)
)
_START_PULLING = (
    update(accounts)
    .where(
        accounts.c.id == _OTHER,
        accounts.c.pulling.is_(False),
        accounts.c.followers_count >= bindparam("threshold", type_=Integer()),
    )
    .values(pulling=literal(True))
)


def _of_pair(table: Table) -> ColumnElement[bool]:
    return and_(table.c.follower_id == _ONE, table.c.followee_id == _OTHER)


_CHANGE = {table: update(table).where(_of_pair(table)) for table in (follows, follow_requests)}
_REMOVE = {table: delete(table).where(_of_pair(table)) for table in (follows, follow_requests)}


class _Rows:
    """Rows of one of the two tables, by (follower, followee)."""

    _table: Table

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def change(self, follower_id: str, followee_id: str, terms: FollowTerms) -> None:
        """Update the row."""
        values = {"notify": terms.notify, "show_reposts": terms.show_reposts}
        pair = {"one": follower_id, "other": followee_id}
        await self._connection.execute(_CHANGE[self._table], {**values, **pair})

    async def remove(self, follower_id: str, followee_id: str) -> bool:
        """Delete the row."""
        pair = {"one": follower_id, "other": followee_id}
        return (await self._connection.execute(_REMOVE[self._table], pair)).rowcount == 1


class SqlFollows(_Rows):
    """Follows, counted by relative updates under the locks of both accounts."""

    _table = follows

    async def bond(self, account_id: str, other_id: str) -> Bond | None:
        """Lock first, then read: what is read together with a lock may be from before it."""
        pair = {"one": account_id, "other": other_id}
        locked = (await self._connection.execute(_LOCK, pair)).all()
        if len(locked) < len({account_id, other_id}):
            return None
        row = (await self._connection.execute(_BOND, pair)).one()
        return _bond_from(account_id, other_id, row)

    async def add(self, follow_id: str, follower_id: str, followee_id: str, terms: FollowTerms) -> None:
        """Insert the row and count."""
        row = _row(follow_id, follower_id, followee_id, terms)
        await self._connection.execute(_FOLLOW, {**row, "other": followee_id})
        await self._count(follower_id, followee_id, 1)

    async def remove(self, follower_id: str, followee_id: str) -> bool:
        """Delete the row; count if there was one."""
        removed = await super().remove(follower_id, followee_id)
        if removed:
            await self._count(follower_id, followee_id, -1)
        return removed

    async def _count(self, follower_id: str, followee_id: str, amount: int) -> None:
        await self._connection.execute(_COUNT_FOLLOWER, {"other": followee_id, "amount": amount})
        await self._connection.execute(_COUNT_FOLLOWING, {"one": follower_id, "amount": amount})

    async def start_pulling(self, followee_id: str, threshold: int) -> bool:
        """Set the mark where it is not set yet."""
        asked = {"other": followee_id, "threshold": threshold}
        return (await self._connection.execute(_START_PULLING, asked)).rowcount == 1


class SqlFollowRequests(_Rows):
    """Requests to follow."""

    _table = follow_requests

    async def add(self, request_id: str, follower_id: str, followee_id: str, terms: FollowTerms) -> None:
        """Insert the row."""
        await self._connection.execute(_ASK, _row(request_id, follower_id, followee_id, terms))


def _row(id_: str, follower_id: str, followee_id: str, terms: FollowTerms) -> dict[str, Any]:
    pair = {"id": id_, "follower_id": follower_id, "followee_id": followee_id}
    return {**pair, "notify": terms.notify, "show_reposts": terms.show_reposts}


def _bond_from(account_id: str, other_id: str, row: Sequence[Any]) -> Bond:
    terms = [FollowTerms(Notify(row[at]), row[at + 1]) if row[at] else None for at in (0, 2, 4)]
    state, locked, followed_by, blocks_it, blocked_by = row[6:]
    return Bond(
        account_id=account_id,
        other_id=other_id,
        state=AccountState(state),
        locked=locked,
        follows=terms[0],
        requests=terms[1],
        requested_by=terms[2],
        followed_by=followed_by,
        blocks=blocks_it,
        blocked_by=blocked_by,
    )
