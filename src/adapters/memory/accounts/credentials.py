"""Credentials in memory, for commands: the accounts themselves and the invitations to make one."""

from datetime import datetime

from attrs import evolve

from adapters.memory.accounts.rows import AccountRow
from adapters.memory.store import Staged
from platform_core.accounts.model.credentials import Credentials, EmailTaken, HandleTaken
from platform_core.accounts.model.credentials_invitations import Invitation
from platform_core.accounts.model.credentials_registering import NewAccount
from platform_core.shared.actor import Role
from platform_core.shared.visibility import AccountState


def credentials_from(row: AccountRow) -> Credentials:
    """Build the entity."""
    known = (row.id, row.handle, row.email, row.password_hash, Role(row.role), AccountState(row.state))
    return Credentials(*known, row.email_verified_at, row.suspended_until)


class MemoryCredentials:
    """Credentials as parts of the rows of accounts; the store's lock is their lock."""

    def __init__(self, staged: Staged) -> None:
        self._rows = staged.table("accounts")

    async def get(self, account_id: str) -> Credentials | None:
        """Look it up."""
        row: AccountRow | None = self._rows.get(account_id)
        return credentials_from(row) if row else None

    async def by_email(self, email: str) -> Credentials | None:
        """Look through all."""
        return next((credentials_from(row) for row in self._rows.values() if row.email == email), None)

    async def by_handle(self, handle: str) -> Credentials | None:
        """Look through all."""
        return next((credentials_from(row) for row in self._rows.values() if row.handle == handle), None)

    async def add(self, account: NewAccount) -> None:
        """Add a row, unless it takes what another one has."""
        credentials = account.credentials
        if await self.by_handle(credentials.handle):
            raise HandleTaken
        if await self.by_email(credentials.email):
            raise EmailTaken
        self._rows[credentials.account_id] = AccountRow(
            credentials.account_id,
            credentials.handle,
            credentials.email,
            credentials.password_hash,
            account.display_name,
            account.created_at,
            credentials.email_verified_at,
            birth_date=account.birth_date,
            role=credentials.role,
            state=credentials.state,
            suspended_until=credentials.suspended_until,
        )

    async def put(self, credentials: Credentials) -> None:
        """Replace these parts of the row."""
        other = await self.by_email(credentials.email)
        if other is not None and other.account_id != credentials.account_id:
            raise EmailTaken
        self._rows[credentials.account_id] = evolve(
            self._rows[credentials.account_id],
            email=credentials.email,
            password_hash=credentials.password_hash,
            role=credentials.role,
            state=credentials.state,
            email_verified_at=credentials.email_verified_at,
            suspended_until=credentials.suspended_until,
        )


class MemoryInvitations:
    """Invitations by id."""

    def __init__(self, staged: Staged) -> None:
        self._rows = staged.table("invitations")

    async def add(self, invitation: Invitation) -> None:
        """Add it."""
        self._rows[invitation.id] = invitation

    async def use(self, digest: str, now: datetime) -> bool:
        """Count down where something is left."""
        for invitation in self._rows.values():
            if invitation.digest == digest:
                over = invitation.expires_at is not None and invitation.expires_at <= now
                if over or not invitation.uses_left:
                    return False
                self._rows[invitation.id] = evolve(invitation, uses_left=invitation.uses_left - 1)
                return True
        return False

    async def remove(self, invitation_id: str) -> None:
        """Drop it."""
        self._rows.pop(invitation_id, None)
