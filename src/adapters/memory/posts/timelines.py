"""Home timelines in memory."""

from attrs import evolve, frozen

from adapters.memory.accounts.rows import AccountRow, FollowRow
from adapters.memory.posts.repositories import PostRow
from adapters.memory.store import Staged
from platform_core.posts.ports import PostedEntry


@frozen
class EntryRow:
    """A row of a timeline, by (account, feed id)."""

    account_id: str
    feed_id: str
    post_id: str


@frozen
class TimelineRow:
    """Whether a timeline is built, and from where on it is complete."""

    built: bool = False
    floor: str = ""


class MemoryTimelines:
    """Timelines as a table of entries, and one of their states."""

    def __init__(self, staged: Staged) -> None:
        self._staged = staged
        self._entries = staged.table("timeline_entries")
        self._states = staged.table("timelines")

    async def is_pulled(self, author_id: str) -> bool:
        """Read the author's mark."""
        row: AccountRow = self._staged.table("accounts")[author_id]
        return row.pulled

    async def fan_out(
        self, post: PostedEntry, after_account: str, limit: int, trim_to: int | None = None
    ) -> str | None:
        """Add entries for a chunk of followers."""
        follows = self._staged.table("follows")
        waiting = sorted(who for who, whom in follows if whom == post.author_id and who > after_account)
        chunk = waiting[:limit]
        for account_id in chunk:
            if account_id in self._states:
                self._add(account_id, post.feed_id, post.post_id)
                if trim_to:
                    self._trim(account_id, trim_to)
        return chunk[-1] if len(waiting) > limit else None

    def _add(self, account_id: str, feed_id: str, post_id: str) -> None:
        self._entries[account_id, feed_id] = EntryRow(account_id, feed_id, post_id)

    def _trim(self, account_id: str, cap: int) -> None:
        mine = sorted((feed_id for owner, feed_id in self._entries if owner == account_id), reverse=True)
        for feed_id in mine[cap:]:
            del self._entries[account_id, feed_id]
        if len(mine) > cap:
            self._states[account_id] = evolve(self._states[account_id], floor=mine[cap - 1])

    async def add_own(self, post: PostedEntry) -> None:
        """Add an entry, if there is a timeline."""
        if post.author_id in self._states:
            self._add(post.author_id, post.feed_id, post.post_id)

    async def start(self, account_id: str) -> bool:
        """Add the state, unless it is there."""
        state: TimelineRow = self._states.setdefault(account_id, TimelineRow())
        return not state.built

    async def build(self, account_id: str, cap: int) -> None:
        """Add entries for the newest posts of all followed authors."""
        follows: dict[tuple[str, str], FollowRow] = self._staged.table("follows")
        authors = {account_id, *(whom for who, whom in follows if who == account_id)}
        newest = self._newest(authors, "", cap)
        for feed_id, post_id in newest:
            self._add(account_id, feed_id, post_id)
        floor = newest[-1][0] if len(newest) == cap else ""
        self._states[account_id] = TimelineRow(True, floor)

    async def backfill(self, account_id: str, author_id: str, cap: int) -> None:
        """Add entries for the author's newest posts above the floor."""
        state: TimelineRow | None = self._states.get(account_id)
        if state is not None:
            for feed_id, post_id in self._newest({author_id}, state.floor, cap):
                self._add(account_id, feed_id, post_id)

    def _newest(self, authors: set[str], floor: str, cap: int) -> list[tuple[str, str]]:
        rows: dict[str, PostRow] = self._staged.table("posts")
        posts = (row.post for row in rows.values())
        found = [
            (p.feed_id, p.id) for p in posts if p.feed_id and p.author_id in authors and p.feed_id >= floor
        ]
        return sorted(found, reverse=True)[:cap]

    async def prune(self, account_id: str, author_id: str) -> None:
        """Drop the author's entries."""
        rows: dict[str, PostRow] = self._staged.table("posts")
        for key in [key for key, entry in self._entries.items() if key[0] == account_id]:
            if rows[self._entries[key].post_id].post.author_id == author_id:
                del self._entries[key]

    async def start_pulling(self, author_id: str, limit: int) -> bool:
        """Mark the follows and the author; in memory, at once."""
        accounts = self._staged.table("accounts")
        accounts[author_id] = evolve(accounts[author_id], pulling=True, pulled=True)
        follows = self._staged.table("follows")
        for key in [key for key in follows if key[1] == author_id]:
            follows[key] = evolve(follows[key], pulled=True)
        return False
