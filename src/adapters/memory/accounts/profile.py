"""Profiles in memory: the repository of commands and the views of single accounts."""

from collections.abc import Collection, Mapping
from datetime import datetime

from attrs import asdict, evolve

from adapters.memory.accounts.rows import AccountRow, BlockRow, FollowRow
from adapters.memory.accounts.standing import is_muted
from adapters.memory.store import MemoryStore, Staged
from platform_core.accounts.model.credentials_letters import EmailChange
from platform_core.accounts.model.profile import (
    AccountCounts,
    AccountView,
    AccountViewer,
    Link,
    MeView,
    Profile,
)
from platform_core.shared.clock import Clock
from platform_core.shared.errors import NotFound

MOST_MUTUAL = 100
SHOWN = ("active", "limited")
_PLAIN = ("display_name", "bio", "website", "locale", "time_zone", "locked", "payout_address", "revision")


class MemoryProfiles:
    """Profiles as part of the rows of accounts; the store's lock is the row's lock."""

    def __init__(self, staged: Staged) -> None:
        self._rows = staged.table("accounts")

    async def get(self, account_id: str) -> Profile | None:
        """Build the entity."""
        row: AccountRow | None = self._rows.get(account_id)
        if row is None or row.state == "deleted":
            return None
        columns = {name: getattr(row, name) for name in _PLAIN}
        return Profile(id=row.id, links=_links(row), **columns)

    async def put(self, profile: Profile) -> None:
        """Replace the columns of the profile."""
        columns = {name: getattr(profile, name) for name in _PLAIN}
        links = tuple((link.label, link.url) for link in profile.links)
        self._rows[profile.id] = evolve(self._rows[profile.id], links=links, **columns)


class MemoryAccountReader:
    """Reads the committed tables."""

    def __init__(self, store: MemoryStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def _row(self, account_id: str) -> AccountRow | None:
        row: AccountRow | None = self._store.table("accounts").get(account_id)
        return row

    async def me(self, account_id: str) -> MeView:
        """Look it up."""
        row = self._row(account_id)
        if row is None or row.state == "deleted":
            raise NotFound
        change: EmailChange | None = self._store.table("email_changes").get(account_id)
        waits = change is not None and change.expires_at > self._clock.now()
        public = asdict(view_of(self._store, account_id, row, self._clock.now()), recurse=False)
        return MeView(
            **public,
            email=row.email,
            email_verified=row.email_verified_at is not None,
            pending_email=change.email if change and waits else None,
            state=row.state,
            locale=row.locale,
            time_zone=row.time_zone,
            payout_address=row.payout_address,
            birth_date=row.birth_date,
        )

    async def by_id(self, viewer_id: str | None, account_id: str) -> AccountView | None:
        """Look it up."""
        row = self._row(account_id)
        if row is None or not sees(self._store, viewer_id, row):
            return None
        view = view_of(self._store, viewer_id, row, self._clock.now())
        if viewer_id in (None, account_id):
            return view
        own = evolve(view.viewer, mutual_followers=self._mutual(str(viewer_id), account_id))
        return evolve(view, viewer=own)

    def _mutual(self, viewer_id: str, account_id: str) -> int:
        follows: Mapping[tuple[str, str], FollowRow] = self._store.table("follows")
        both = [whom for who, whom in follows if who == viewer_id and (whom, account_id) in follows]
        return min(len(both), MOST_MUTUAL)

    async def by_handle(self, viewer_id: str | None, handle: str) -> AccountView | None:
        """Look through all accounts."""
        rows: Collection[AccountRow] = self._store.table("accounts").values()
        found = next((row.id for row in rows if row.handle == handle.lower()), None)
        return await self.by_id(viewer_id, found) if found else None

    async def by_ids(self, viewer_id: str | None, account_ids: Collection[str]) -> tuple[AccountView, ...]:
        """Look each up."""
        rows = [self._row(account_id) for account_id in dict.fromkeys(account_ids)]
        seen = [row for row in rows if row and sees(self._store, viewer_id, row)]
        return tuple(view_of(self._store, viewer_id, row, self._clock.now()) for row in seen)

    async def stats(self, viewer_id: str | None, account_id: str) -> AccountCounts | None:
        """Take the counts out of the view, where there are any."""
        view = await self.by_id(viewer_id, account_id)
        return view.counts if view else None


def sees(store: MemoryStore, viewer_id: str | None, row: AccountRow) -> bool:
    """Whether the viewer may know of the account."""
    shown = row.state == "active" or (row.state == "limited" and viewer_id is not None)
    return shown and (row.id, viewer_id) not in store.table("blocks")


def view_of(store: MemoryStore, viewer_id: str | None, row: AccountRow, now: datetime) -> AccountView:
    """Build the view; whom the viewer blocks gets a reduced one."""
    view = AccountView(
        id=row.id,
        handle=row.handle,
        display_name=row.display_name,
        bio=row.bio,
        website=row.website,
        links=_links(row),
        locked=row.locked,
        role=None if row.role == "member" else row.role,
        created_at=row.created_at,
        counts=AccountCounts(row.posts_count, row.followers_count, row.following_count),
        viewer=viewer_of(store, viewer_id, row.id, now),
        revision=row.revision,
    )
    return view.reduced() if view.viewer.blocking else view


def viewer_of(store: MemoryStore, viewer_id: str | None, account_id: str, now: datetime) -> AccountViewer:
    """Build the viewer's own state."""
    follows: Mapping[tuple[str | None, str | None], FollowRow] = store.table("follows")
    requests: Mapping[tuple[str | None, str | None], FollowRow] = store.table("follow_requests")
    blocks: Mapping[tuple[str | None, str | None], BlockRow] = store.table("blocks")
    follow = follows.get((viewer_id, account_id))
    request = requests.get((viewer_id, account_id))
    terms = follow or request
    return AccountViewer(
        following=follow is not None,
        requested=request is not None,
        followed_by=(account_id, viewer_id) in follows,
        blocking=(viewer_id, account_id) in blocks,
        muting=is_muted(store, viewer_id, account_id, now),
        notify=terms.notify if terms else None,
        show_reposts=terms.show_reposts if terms else None,
    )


def _links(row: AccountRow) -> tuple[Link, ...]:
    return tuple(Link(label, url) for label, url in row.links)
