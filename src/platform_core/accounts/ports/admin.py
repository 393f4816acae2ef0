"""What the administration of accounts needs from the world."""

from collections.abc import Callable
from typing import Protocol

from platform_core.accounts.model.admin import AccountFilter, AccountStanding, ManagedAccountView
from platform_core.shared.pagination import Page, PageRequest
from platform_core.shared.unit_of_work import UnitOfWork


class AccountStates(Protocol):
    """The roles and states of accounts."""

    async def get(self, account_id: str) -> AccountStanding | None:
        """Return an account's standing, None if it is not there or deleted.

        Locks the account and all administrators until the transaction ends, in ascending order of their ids:
        two administrators who act on each other come one after the other.
        """
        ...

    async def put(self, standing: AccountStanding) -> None:
        """Store what changed."""
        ...


class EndableSessions(Protocol):
    """The sessions and tokens of accounts."""

    async def remove_all(self, account_id: str) -> None:
        """Forget every session and token of the account."""
        ...


class AdminUnitOfWork(UnitOfWork, Protocol):
    """A transaction on the standing of accounts."""

    @property
    def account_states(self) -> AccountStates:
        """Roles and states."""
        ...

    @property
    def sessions(self) -> EndableSessions:
        """Sessions and tokens."""
        ...


AdminTransactions = Callable[[], AdminUnitOfWork]
"""Opens a transaction on the standing of accounts."""


class AdminReader(Protocol):
    """Finished views for moderators and administrators, of accounts in every state but deleted."""

    async def accounts(
        self, wanted: AccountFilter, page: PageRequest, *, with_email: bool
    ) -> Page[ManagedAccountView]:
        """Return accounts, latest first by id; those that a search finds by handle, in alphabetical order.

        E-mail addresses are shown, and found, only ``with_email``.
        """
        ...

    async def account(self, account_id: str, *, with_email: bool) -> ManagedAccountView | None:
        """Return one account."""
        ...
