"""Links sent by mail and changes of address in SQL, for commands."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.dialect import upsert
from adapters.sql.schema.credentials import email_changes, email_links
from adapters.sql.schema.metadata import Id, Moment
from platform_core.accounts.model.credentials_letters import EmailChange, EmailLink, Purpose

_THE_ACCOUNT = bindparam("the_account", type_=Id())
_PURPOSES: BindParameter[str] = bindparam("purposes", expanding=True)
_NOW = bindparam("now", type_=Moment())
_LINK = ("digest", "account_id", "purpose", "email", "expires_at")
_CHANGE = ("id", "account_id", "email", "expires_at", "old_confirmed", "new_confirmed")
# One statement: a link that is followed twice at once is there for one of the two.
_TAKE = (
    delete(email_links)
    .where(
        email_links.c.digest == bindparam("the_digest"),
        email_links.c.purpose.in_(_PURPOSES),
        email_links.c.expires_at > _NOW,
    )
    .returning(*(email_links.c[name] for name in _LINK))
)
_REMOVE_ALL = delete(email_links).where(
    email_links.c.account_id == _THE_ACCOUNT, email_links.c.purpose.in_(_PURPOSES)
)
_GET_CHANGE = (
    select(*(email_changes.c[name] for name in _CHANGE))
    .where(email_changes.c.account_id == _THE_ACCOUNT)
    .with_for_update()
)
_REMOVE_CHANGE = delete(email_changes).where(email_changes.c.account_id == _THE_ACCOUNT)
_REMOVE_ENDED = tuple(
    delete(table).where(table.c.expires_at <= _NOW) for table in (email_links, email_changes)
)


class SqlEmailLinks:
    """Links as rows by digest, changes as rows by account."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, link: EmailLink) -> None:
        """Insert, unless it is there."""
        row = {name: getattr(link, name) for name in _LINK}
        await self._connection.execute(upsert(self._connection, email_links).on_conflict_do_nothing(), row)

    async def take(self, purposes: Collection[Purpose], digest: str, now: datetime) -> EmailLink | None:
        """Delete the row and return it."""
        asked = {"purposes": list(purposes), "the_digest": digest, "now": now}
        row = (await self._connection.execute(_TAKE, asked)).first()
        if row is None:
            return None
        return EmailLink(row.digest, row.account_id, Purpose(row.purpose), row.email, row.expires_at)

    async def remove_all(self, account_id: str, purposes: Collection[Purpose]) -> None:
        """Delete the rows."""
        asked = {"the_account": account_id, "purposes": list(purposes)}
        await self._connection.execute(_REMOVE_ALL, asked)

    async def get_change(self, account_id: str) -> EmailChange | None:
        """Read and lock the row."""
        row = (await self._connection.execute(_GET_CHANGE, {"the_account": account_id})).first()
        return EmailChange(*row) if row else None

    async def put_change(self, change: EmailChange) -> None:
        """Insert or replace."""
        row = {name: getattr(change, name) for name in _CHANGE}
        statement = upsert(self._connection, email_changes)
        changed = {name: statement.excluded[name] for name in _CHANGE if name != "account_id"}
        replaced = statement.on_conflict_do_update(index_elements=["account_id"], set_=changed)
        await self._connection.execute(replaced, row)

    async def remove_change(self, account_id: str) -> None:
        """Delete the row."""
        await self._connection.execute(_REMOVE_CHANGE, {"the_account": account_id})

    async def remove_ended(self, now: datetime) -> None:
        """Delete what has expired."""
        for statement in _REMOVE_ENDED:
            await self._connection.execute(statement, {"now": now})
