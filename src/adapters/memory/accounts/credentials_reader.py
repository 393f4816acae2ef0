"""Reads credentials in memory."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from adapters.memory.accounts.credentials import credentials_from
from adapters.memory.accounts.rows import AccountRow
from adapters.memory.paging import cut
from adapters.memory.store import MemoryStore
from platform_core.accounts.model.credentials import Credentials
from platform_core.accounts.model.credentials_factors import Challenge, SecondFactorView
from platform_core.accounts.model.credentials_invitations import InvitationView
from platform_core.accounts.model.credentials_letters import EmailLink, Purpose
from platform_core.accounts.model.credentials_sessions import (
    AccessTokenView,
    Session,
    SessionLifetimes,
    SessionView,
    Standing,
)
from platform_core.shared.actor import Role
from platform_core.shared.pagination import Keyed, Page, PageRequest
from platform_core.shared.visibility import AccountState


class MemoryCredentialsReader:
    """Reads credentials from the committed tables."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def by_id(self, account_id: str) -> Credentials | None:
        """Look it up."""
        row: AccountRow | None = self._store.table("accounts").get(account_id)
        return credentials_from(row) if row else None

    async def by_login(self, login: str) -> Credentials | None:
        """Look through all."""
        rows: Iterable[AccountRow] = self._store.table("accounts").values()
        return next((credentials_from(row) for row in rows if login in (row.handle, row.email)), None)

    async def by_link(self, purposes: Collection[Purpose], digest: str, now: datetime) -> Credentials | None:
        """Look up link and account."""
        link: EmailLink | None = self._store.table("email_links").get(digest)
        if link is None or link.purpose not in purposes or link.expires_at <= now:
            return None
        return await self.by_id(link.account_id)

    async def challenge(self, digest: str, now: datetime) -> Challenge | None:
        """Look it up."""
        challenge: Challenge | None = self._store.table("sign_in_challenges").get(digest)
        return challenge if challenge and challenge.expires_at > now else None

    async def standing(self, digest: str) -> Standing | None:
        """Look up session and account."""
        session: Session | None = self._store.table("sessions").get(digest)
        if session is None:
            return None
        row: AccountRow = self._store.table("accounts")[session.account_id]
        return Standing(session, Role(row.role), AccountState(row.state), row.suspended_until)

    async def standings(self, digests: Collection[str]) -> Mapping[str, Standing]:
        """Look them up one by one."""
        found = {digest: await self.standing(digest) for digest in digests}
        return {digest: standing for digest, standing in found.items() if standing is not None}

    async def sessions(
        self,
        account_id: str,
        current: str | None,
        now: datetime,
        lifetimes: SessionLifetimes,
        page: PageRequest,
    ) -> Page[SessionView]:
        """Choose, sort and cut."""
        alive = (row for row in self._of(account_id, access_tokens=False) if row.is_alive(now, lifetimes))
        return cut((Keyed(row.id, row.view(lifetimes, current)) for row in alive), page)

    async def access_tokens(self, account_id: str, page: PageRequest) -> Page[AccessTokenView]:
        """Choose, sort and cut."""
        rows = self._of(account_id, access_tokens=True)
        return cut((Keyed(row.id, row.token_view()) for row in rows), page)

    async def second_factor(self, account_id: str) -> SecondFactorView:
        """Look up factor and codes."""
        factor = self._store.table("second_factors").get(account_id)
        codes = self._store.table("recovery_codes").get(account_id, ())
        return SecondFactorView(factor is not None and factor.enabled, len(codes))

    async def invitations(self, page: PageRequest) -> Page[InvitationView]:
        """Sort and cut."""
        rows = self._store.table("invitations").values()
        return cut((Keyed(row.id, row.view()) for row in rows), page)

    def _of(self, account_id: str, *, access_tokens: bool) -> list[Session]:
        rows: Iterable[Session] = self._store.table("sessions").values()
        own = (row for row in rows if row.account_id == account_id)
        return [row for row in own if row.is_access_token is access_tokens]
