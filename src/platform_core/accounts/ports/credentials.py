"""What credentials need from the database: repositories, the unit of work, and a reader."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Protocol

from platform_core.accounts.model.credentials import Credentials
from platform_core.accounts.model.credentials_factors import Challenge, SecondFactor, SecondFactorView
from platform_core.accounts.model.credentials_invitations import Invitation, InvitationView
from platform_core.accounts.model.credentials_letters import EmailChange, EmailLink, Purpose
from platform_core.accounts.model.credentials_registering import NewAccount
from platform_core.accounts.model.credentials_sessions import (
    AccessTokenView,
    Session,
    SessionLifetimes,
    SessionView,
    Standing,
)
from platform_core.shared.pagination import Page, PageRequest
from platform_core.shared.unit_of_work import UnitOfWork


class CredentialsRepository(Protocol):
    """The accounts, as far as their credentials go."""

    async def get(self, account_id: str) -> Credentials | None:
        """Return the account's credentials, locked until the transaction ends."""
        ...

    async def by_email(self, email: str) -> Credentials | None:
        """Return the account with this address (in the spelling of ``email_address``), not locked."""
        ...

    async def by_handle(self, handle: str) -> Credentials | None:
        """Return the account with this handle (lower case), locked."""
        ...

    async def add(self, account: NewAccount) -> None:
        """Store a new account. Raises ``HandleTaken`` or ``EmailTaken``."""
        ...

    async def put(self, credentials: Credentials) -> None:
        """Store what changed. Raises ``EmailTaken``."""
        ...


class Sessions(Protocol):
    """Sessions and personal access tokens."""

    async def add(self, session: Session) -> None:
        """Store a new one."""
        ...

    async def note_use(self, session_id: str, at: datetime, not_since: datetime) -> None:
        """Write that it was used, unless a use after ``not_since`` is written."""
        ...

    async def remove(self, account_id: str, session_id: str) -> bool:
        """Remove one of the account's sessions or tokens; False if it has none of this id."""
        ...

    async def remove_all(self, account_id: str, *, keep: str | None = None) -> None:
        """Remove the account's sessions and access tokens, all but the session ``keep``."""
        ...

    async def remove_sessions(self, account_id: str, *, keep: str | None = None) -> None:
        """Remove the account's sessions but not its access tokens, and not the session ``keep``."""
        ...

    async def count_access_tokens(self, account_id: str) -> int:
        """Return how many access tokens the account has."""
        ...

    async def remove_ended(self, now: datetime, lifetimes: SessionLifetimes) -> None:
        """Remove everybody's that have ended."""
        ...


class SecondFactors(Protocol):
    """Secrets of authenticators, recovery codes, and log-ins that wait for a code."""

    async def get(self, account_id: str) -> SecondFactor | None:
        """Return the account's factor, locked until the transaction ends."""
        ...

    async def put(self, factor: SecondFactor) -> None:
        """Store it in place of any other of the account."""
        ...

    async def remove(self, account_id: str) -> None:
        """Remove the account's factor and its recovery codes."""
        ...

    async def put_recovery_codes(self, account_id: str, digests: Collection[str]) -> None:
        """Store these recovery codes in place of all others of the account."""
        ...

    async def use_recovery_code(self, account_id: str, digest: str) -> bool:
        """Use up a recovery code; False if the account has none such: of two at once one gets True."""
        ...

    async def add_challenge(self, challenge: Challenge) -> None:
        """Store a log-in that waits for a code."""
        ...

    async def end_challenge(self, digest: str) -> bool:
        """Remove a log-in that waited; False if it is not there: of two at once one gets True."""
        ...

    async def remove_ended(self, now: datetime) -> None:
        """Remove the log-ins that waited too long."""
        ...


class EmailLinks(Protocol):
    """Links that were sent by mail, and the changes of address that wait for some of them."""

    async def add(self, link: EmailLink) -> None:
        """Store a link; nothing happens if it is there."""
        ...

    async def take(self, purposes: Collection[Purpose], digest: str, now: datetime) -> EmailLink | None:
        """Remove and return a link of one of these purposes that is good: of two at once one gets it."""
        ...

    async def remove_all(self, account_id: str, purposes: Collection[Purpose]) -> None:
        """Remove the account's links of these purposes."""
        ...

    async def get_change(self, account_id: str) -> EmailChange | None:
        """Return the change of address that the account waits for, locked."""
        ...

    async def put_change(self, change: EmailChange) -> None:
        """Store a change in place of any other of the account."""
        ...

    async def remove_change(self, account_id: str) -> None:
        """Forget the account's change."""
        ...

    async def remove_ended(self, now: datetime) -> None:
        """Remove links and changes whose time is over."""
        ...


class Invitations(Protocol):
    """Codes to register with."""

    async def add(self, invitation: Invitation) -> None:
        """Store a new one."""
        ...

    async def use(self, digest: str, now: datetime) -> bool:
        """Use an invitation once; False if there is no use left: of two that race for the last one wins."""
        ...

    async def remove(self, invitation_id: str) -> None:
        """Revoke an invitation; nothing happens if it is not there."""
        ...


class CredentialsUnitOfWork(UnitOfWork, Protocol):
    """A transaction on credentials."""

    @property
    def credentials(self) -> CredentialsRepository:
        """The accounts."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Sessions and access tokens."""
        ...

    @property
    def second_factors(self) -> SecondFactors:
        """Second factors."""
        ...

    @property
    def email_links(self) -> EmailLinks:
        """Links sent by mail."""
        ...

    @property
    def invitations(self) -> Invitations:
        """Invitations."""
        ...


CredentialsTransactions = Callable[[], CredentialsUnitOfWork]
"""Opens a transaction on credentials."""


class CredentialsReader(Protocol):
    """Reads without a transaction: passwords take longer to check than a database should be kept waiting."""

    async def by_id(self, account_id: str) -> Credentials | None:
        """Return an account's credentials."""
        ...

    async def by_login(self, login: str) -> Credentials | None:
        """Return the account with this handle or e-mail address (lower case)."""
        ...

    async def by_link(self, purposes: Collection[Purpose], digest: str, now: datetime) -> Credentials | None:
        """Return the account that a link of one of these purposes belongs to, if it is still good."""
        ...

    async def challenge(self, digest: str, now: datetime) -> Challenge | None:
        """Return a log-in that still waits for a code."""
        ...

    async def standing(self, digest: str) -> Standing | None:
        """Return the token with this digest, with its account's role and state: one statement."""
        ...

    async def standings(self, digests: Collection[str]) -> Mapping[str, Standing]:
        """Return those of many that are there, by digest: one statement."""
        ...

    async def sessions(
        self,
        account_id: str,
        current: str | None,
        now: datetime,
        lifetimes: SessionLifetimes,
        page: PageRequest,
    ) -> Page[SessionView]:
        """Return the account's sessions that have not ended, newest first; ``current`` is marked."""
        ...

    async def access_tokens(self, account_id: str, page: PageRequest) -> Page[AccessTokenView]:
        """Return the account's access tokens, newest first, those that have ended included."""
        ...

    async def second_factor(self, account_id: str) -> SecondFactorView:
        """Return whether there is a second factor in force."""
        ...

    async def invitations(self, page: PageRequest) -> Page[InvitationView]:
        """Return all invitations, newest first."""
        ...
