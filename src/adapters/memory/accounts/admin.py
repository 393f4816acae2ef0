"""The standing of accounts in memory: the repository of commands and what those see who run the place."""

from collections.abc import Iterable

from attrs import evolve

from adapters.memory.accounts.rows import AccountRow
from adapters.memory.paging import cut
from adapters.memory.store import MemoryStore, Staged
from platform_core.accounts.model.admin import AccountFilter, AccountStanding, ManagedAccountView
from platform_core.accounts.model.profile import AccountCounts
from platform_core.shared.actor import Role
from platform_core.shared.pagination import Keyed, Page, PageRequest, alphabetical_page_of
from platform_core.shared.visibility import AccountState


class MemoryAccountStates:
    """Roles and states as columns of the accounts; the store's lock is every lock."""

    def __init__(self, staged: Staged) -> None:
        self._rows = staged.table("accounts")

    async def get(self, account_id: str) -> AccountStanding | None:
        """Build the entity."""
        row: AccountRow | None = self._rows.get(account_id)
        if row is None or row.state == "deleted":
            return None
        rows: Iterable[AccountRow] = self._rows.values()
        leading = [one for one in rows if one.role == "administrator" and one.state == "active"]
        return AccountStanding(
            id=row.id,
            role=Role(row.role),
            state=AccountState(row.state),
            suspended_until=row.suspended_until,
            revision=row.revision,
            other_administrators=sum(one.id != account_id for one in leading),
        )

    async def put(self, standing: AccountStanding) -> None:
        """Replace the columns of the standing."""
        self._rows[standing.id] = evolve(
            self._rows[standing.id],
            role=standing.role.value,
            state=standing.state.value,
            suspended_until=standing.suspended_until,
            revision=standing.revision,
        )


class MemoryAdminReader:
    """Reads the committed tables."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def accounts(
        self, wanted: AccountFilter, page: PageRequest, *, with_email: bool
    ) -> Page[ManagedAccountView]:
        """Filter all accounts."""
        rows: Iterable[AccountRow] = self._store.table("accounts").values()
        found = [row for row in rows if _matches(row, wanted)]
        search = wanted.search.strip().lower().removeprefix("@")
        if "@" in search:
            return Page(tuple(_view_of(row, True) for row in found if with_email and row.email == search))
        if not search:
            return cut([Keyed(row.id, row) for row in found], page).map(lambda row: _view_of(row, with_email))
        named = [Keyed(row.handle, row) for row in found if row.handle.startswith(search)]
        return _cut_alphabetically(named, page).map(lambda row: _view_of(row, with_email))

    async def account(self, account_id: str, *, with_email: bool) -> ManagedAccountView | None:
        """Look it up."""
        row: AccountRow | None = self._store.table("accounts").get(account_id)
        return _view_of(row, with_email) if row and row.state != "deleted" else None


def _matches(row: AccountRow, wanted: AccountFilter) -> bool:
    right_state = wanted.state in (None, row.state) and row.state != "deleted"
    return right_state and wanted.role in (None, row.role)


def _cut_alphabetically(rows: Iterable[Keyed[AccountRow]], page: PageRequest) -> Page[AccountRow]:
    if page.after is not None:
        earlier = [row for row in rows if row.key < page.after]
        return alphabetical_page_of(
            sorted(earlier, key=lambda row: row.key, reverse=True)[: page.limit + 1], page
        )
    later = [row for row in rows if row.key > (page.before or "")]
    return alphabetical_page_of(sorted(later, key=lambda row: row.key)[: page.limit + 1], page)


def _view_of(row: AccountRow, with_email: bool) -> ManagedAccountView:
    return ManagedAccountView(
        id=row.id,
        handle=row.handle,
        display_name=row.display_name,
        email=row.email if with_email else None,
        email_verified=row.email_verified_at is not None,
        role=row.role,
        state=row.state,
        suspended_until=row.suspended_until,
        locked=row.locked,
        created_at=row.created_at,
        counts=AccountCounts(row.posts_count, row.followers_count, row.following_count),
        revision=row.revision,
    )
