"""Credentials in SQL, for commands: the accounts themselves and the invitations to make one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.schema.accounts import accounts
from adapters.sql.schema.credentials import invitations
from adapters.sql.schema.metadata import Id, Moment
from platform_core.accounts.model.credentials import Credentials
from platform_core.accounts.model.credentials_invitations import Invitation
from platform_core.accounts.model.credentials_registering import NewAccount
from platform_core.shared.actor import Role
from platform_core.shared.visibility import AccountState

_NAMES = (
    *("id", "handle", "email", "password_hash", "role", "state"),
    *("email_verified_at", "suspended_until"),
)
COLUMNS = tuple(accounts.c[name] for name in _NAMES)
"""What ``credentials_from`` needs, in this order."""
_CHANGED = _NAMES[2:]
_THE_ACCOUNT = bindparam("the_account", type_=Id())
_KNOWN = select(*COLUMNS)
_GET = _KNOWN.where(accounts.c.id == _THE_ACCOUNT).with_for_update(key_share=True)
_BY_EMAIL = _KNOWN.where(accounts.c.email == bindparam("email"))
_BY_HANDLE = _KNOWN.where(accounts.c.handle == bindparam("handle")).with_for_update(key_share=True)
_ADD = insert(accounts)
_PUT = update(accounts).where(accounts.c.id == _THE_ACCOUNT)
_NOW = bindparam("now", type_=Moment())
# One statement: whoever races for the last use either changes the row or finds it used up.
_USE = (
    update(invitations)
    .where(
        invitations.c.digest == bindparam("the_digest"),
        invitations.c.uses_left > 0,
        or_(invitations.c.expires_at.is_(None), invitations.c.expires_at > _NOW),
    )
    .values(uses_left=invitations.c.uses_left - 1)
)
_ADD_INVITATION = insert(invitations)
_REMOVE_INVITATION = delete(invitations).where(invitations.c.id == bindparam("the_invitation", type_=Id()))
_INVITATION = ("id", "digest", "created_by", "created_at", "uses", "uses_left", "expires_at", "note")


def credentials_from(row: Sequence[Any]) -> Credentials:
    """Build the entity from a row of ``COLUMNS``."""
    id_, handle, email, password_hash, role, state, verified, until = row
    return Credentials(id_, handle, email, password_hash, Role(role), AccountState(state), verified, until)


class SqlCredentials:
    """Credentials as columns of the accounts."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, account_id: str) -> Credentials | None:
        """Read and lock the row."""
        row = (await self._connection.execute(_GET, {"the_account": account_id})).first()
        return credentials_from(row) if row else None

    async def by_email(self, email: str) -> Credentials | None:
        """Read along the unique index."""
        row = (await self._connection.execute(_BY_EMAIL, {"email": email})).first()
        return credentials_from(row) if row else None

    async def by_handle(self, handle: str) -> Credentials | None:
        """Read and lock along the unique index."""
        row = (await self._connection.execute(_BY_HANDLE, {"handle": handle})).first()
        return credentials_from(row) if row else None

    async def add(self, account: NewAccount) -> None:
        """Insert the row; its unique constraints refuse what is taken."""
        credentials = account.credentials
        row = {name: getattr(credentials, name) for name in _NAMES[1:]}
        born = {"created_at": account.created_at, "birth_date": account.birth_date}
        profile = {"id": credentials.account_id, "display_name": account.display_name, **born}
        await self._connection.execute(_ADD, {**row, **profile})

    async def put(self, credentials: Credentials) -> None:
        """Update the columns of the credentials."""
        row = {name: getattr(credentials, name) for name in _CHANGED}
        await self._connection.execute(_PUT, {**row, "the_account": credentials.account_id})


class SqlInvitations:
    """Invitations as rows."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, invitation: Invitation) -> None:
        """Insert the row."""
        row = {name: getattr(invitation, name) for name in _INVITATION}
        await self._connection.execute(_ADD_INVITATION, row)

    async def use(self, digest: str, now: datetime) -> bool:
        """Count down where something is left."""
        used = await self._connection.execute(_USE, {"the_digest": digest, "now": now})
        return used.rowcount == 1

    async def remove(self, invitation_id: str) -> None:
        """Delete the row."""
        await self._connection.execute(_REMOVE_INVITATION, {"the_invitation": invitation_id})
