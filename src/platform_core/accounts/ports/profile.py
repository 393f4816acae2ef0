"""What profiles need from the world."""

from collections.abc import Callable, Collection
from typing import Protocol

from platform_core.accounts.model.profile import AccountCounts, AccountView, MeView, Profile
from platform_core.shared.unit_of_work import UnitOfWork


class Profiles(Protocol):
    """What accounts say about themselves."""

    async def get(self, account_id: str) -> Profile | None:
        """Return the profile, locked until the transaction ends; None if the account is not there."""
        ...

    async def put(self, profile: Profile) -> None:
        """Store what changed."""
        ...


class ProfileUnitOfWork(UnitOfWork, Protocol):
    """A transaction on profiles."""

    @property
    def profiles(self) -> Profiles:
        """The profiles."""
        ...


ProfileTransactions = Callable[[], ProfileUnitOfWork]
"""Opens a transaction on profiles."""


class AccountReader(Protocol):
    """Finished views of single accounts for a viewer (None: nobody signed in).

    Who may see an account: nobody sees one that is pending, suspended or deleted, nor the account of
    somebody who blocks the viewer. A limited account is there for whoever is signed in and opens it on
    purpose, not for the anonymous public. Of an account that the viewer blocks there is a reduced view.
    """

    async def me(self, account_id: str) -> MeView:
        """Return an account as its owner sees it. Raises ``NotFound`` if it is not there."""
        ...

    async def by_id(self, viewer_id: str | None, account_id: str) -> AccountView | None:
        """Return one account with its ``mutual_followers``, None if the viewer may not know of it."""
        ...

    async def by_handle(self, viewer_id: str | None, handle: str) -> AccountView | None:
        """Return the account of that handle (in any case), as ``by_id`` does."""
        ...

    async def by_ids(self, viewer_id: str | None, account_ids: Collection[str]) -> tuple[AccountView, ...]:
        """Return those of the accounts that the viewer may see, in the order asked."""
        ...

    async def stats(self, viewer_id: str | None, account_id: str) -> AccountCounts | None:
        """Return the counts of an account; None for whom the viewer may not know of, or blocks."""
        ...
