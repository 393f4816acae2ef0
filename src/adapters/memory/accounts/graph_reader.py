"""Reads the lists of the graph as finished views from memory."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

from attrs import asdict

from adapters.memory.accounts.profile import SHOWN, sees, view_of, viewer_of
from adapters.memory.accounts.rows import AccountRow, BlockRow, FollowRow, MuteRow
from adapters.memory.paging import cut
from adapters.memory.store import MemoryStore
from platform_core.accounts.model.graph import AccountRelationship
from platform_core.accounts.model.profile import AccountView
from platform_core.shared.clock import Clock
from platform_core.shared.pagination import Keyed, Page, PageRequest

MOST_REQUESTS = 100
Listed = Iterable[tuple[str, str]]
"""Ids of rows with the ids of the accounts that they put into a list."""


class MemoryGraphReader:
    """Reads the committed tables."""

    def __init__(self, store: MemoryStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def _account(self, account_id: str) -> AccountRow:
        row: AccountRow = self._store.table("accounts")[account_id]
        return row

    def _rows(self, table: str) -> Collection[FollowRow]:
        return self._store.table(table).values()

    def _view(self, viewer_id: str | None, account_id: str) -> AccountView:
        return view_of(self._store, viewer_id, self._account(account_id), self._clock.now())

    def _blocks(self, one: str | None, other: str | None) -> bool:
        return (one, other) in self._store.table("blocks")

    async def followers(
        self, viewer_id: str | None, account_id: str, page: PageRequest
    ) -> Page[AccountView] | None:
        """Filter all follows."""
        listed = [(row.id, row.follower_id) for row in self._rows("follows") if row.followee_id == account_id]
        return self._of_account(viewer_id, account_id, listed, page)

    async def following(
        self, viewer_id: str | None, account_id: str, page: PageRequest
    ) -> Page[AccountView] | None:
        """Filter all follows."""
        listed = [(row.id, row.followee_id) for row in self._rows("follows") if row.follower_id == account_id]
        return self._of_account(viewer_id, account_id, listed, page)

    def _of_account(
        self, viewer_id: str | None, account_id: str, listed: Listed, page: PageRequest
    ) -> Page[AccountView] | None:
        if not self._may_list(viewer_id, account_id):
            return None
        return self._page(viewer_id, listed, page, lambda row: self._shows(viewer_id, account_id, row))

    def _may_list(self, viewer_id: str | None, account_id: str) -> bool:
        row: AccountRow | None = self._store.table("accounts").get(account_id)
        if row is None or not sees(self._store, viewer_id, row) or self._blocks(viewer_id, account_id):
            return False
        is_open = row.state == "active" and not row.locked
        return is_open or viewer_id == account_id or (viewer_id, account_id) in self._store.table("follows")

    def _shows(self, viewer_id: str | None, account_id: str, row: AccountRow) -> bool:
        follows = (viewer_id, row.id) in self._store.table("follows")
        known = row.state == "active" or viewer_id in (account_id, row.id) or follows
        return known and not self._blocks(viewer_id, row.id) and not self._blocks(row.id, viewer_id)

    def _page(
        self,
        viewer_id: str | None,
        listed: Listed,
        page: PageRequest,
        shows: Callable[[AccountRow], bool] = lambda row: True,
    ) -> Page[AccountView]:
        rows = [(key, self._account(account_id)) for key, account_id in listed]
        shown = [Keyed(key, row.id) for key, row in rows if row.state in SHOWN and shows(row)]
        return cut(shown, page).map(lambda account_id: self._view(viewer_id, account_id))

    async def follow_requests(self, account_id: str, page: PageRequest) -> Page[AccountView]:
        """Filter all requests."""
        rows = self._rows("follow_requests")
        listed = [(row.id, row.follower_id) for row in rows if row.followee_id == account_id]
        return self._page(account_id, listed, page, lambda row: self._shows(account_id, account_id, row))

    async def blocks(self, account_id: str, page: PageRequest) -> Page[AccountView]:
        """Filter all blocks."""
        rows: Iterable[BlockRow] = self._store.table("blocks").values()
        listed = [(row.id, row.blocked_id) for row in rows if row.blocker_id == account_id]
        return self._page(account_id, listed, page)

    async def mutes(self, account_id: str, page: PageRequest) -> Page[AccountView]:
        """Filter all mutes."""
        rows: Iterable[MuteRow] = self._store.table("mutes").values()
        now = self._clock.now()
        mine = [row for row in rows if row.muter_id == account_id and (row.until is None or row.until > now)]
        listed = [(row.id, row.muted_id) for row in mine]
        return self._page(account_id, listed, page, lambda row: not self._blocks(row.id, account_id))

    async def relationships(
        self, viewer_id: str, account_ids: Collection[str]
    ) -> tuple[AccountRelationship, ...]:
        """Look each up."""
        accounts: Mapping[str, AccountRow] = self._store.table("accounts")
        rows = [accounts[account_id] for account_id in dict.fromkeys(account_ids) if account_id in accounts]
        return tuple(
            self._relationship(viewer_id, row.id) for row in rows if sees(self._store, viewer_id, row)
        )

    def _relationship(self, viewer_id: str, account_id: str) -> AccountRelationship:
        own = asdict(viewer_of(self._store, viewer_id, account_id, self._clock.now()))
        del own["mutual_followers"]
        return AccountRelationship(id=account_id, **own)

    async def suggestions(self, viewer_id: str, limit: int) -> tuple[AccountView, ...]:
        """Weigh all accounts; in memory without the bounds."""
        follows: Mapping[tuple[str, str], FollowRow] = self._store.table("follows")
        near = {whom for who, whom in follows if who == viewer_id and self._account(whom).state in SHOWN}
        weights = Counter(whom for who, whom in follows if who in near)
        rows: Iterable[AccountRow] = self._store.table("accounts").values()
        strangers = [row for row in rows if self._is_suggestible(viewer_id, row)]
        strangers.sort(key=lambda row: (-weights[row.id], -row.followers_count, row.id))
        return tuple(self._view(viewer_id, row.id) for row in strangers[:limit])

    def _is_suggestible(self, viewer_id: str, row: AccountRow) -> bool:
        own = viewer_of(self._store, viewer_id, row.id, self._clock.now())
        taken = own.following or own.requested or own.blocking or own.muting
        free = row.id != viewer_id and row.state == "active" and not taken
        return free and not self._blocks(row.id, viewer_id)

    async def count_follow_requests(self, account_id: str) -> int:
        """Count the list."""
        page = await self.follow_requests(account_id, PageRequest(limit=MOST_REQUESTS))
        return len(page.items)
