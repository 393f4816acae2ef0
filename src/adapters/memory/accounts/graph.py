"""Follows, requests, blocks and mutes in memory, for commands."""

from datetime import datetime
from typing import ClassVar

from attrs import evolve

from adapters.memory.accounts.rows import AccountRow, BlockRow, FollowRow, MuteRow
from adapters.memory.store import Staged
from platform_core.accounts.model.graph import Bond, FollowTerms, Notify
from platform_core.shared.visibility import AccountState


class _Rows:
    """Rows of one of the two tables, by (follower, followee)."""

    _table: ClassVar[str]

    def __init__(self, staged: Staged) -> None:
        self._staged = staged
        self._rows = staged.table(self._table)

    async def change(self, follower_id: str, followee_id: str, terms: FollowTerms) -> None:
        """Replace the row."""
        key = (follower_id, followee_id)
        self._rows[key] = evolve(self._rows[key], notify=terms.notify.value, show_reposts=terms.show_reposts)

    async def remove(self, follower_id: str, followee_id: str) -> bool:
        """Drop the row."""
        return self._rows.pop((follower_id, followee_id), None) is not None

    def _add(self, row: FollowRow) -> None:
        self._rows[row.follower_id, row.followee_id] = row


class MemoryFollows(_Rows):
    """Follows, and the counters on accounts."""

    _table = "follows"

    async def bond(self, account_id: str, other_id: str) -> Bond | None:
        """Look everything up; the store's lock is the lock of both accounts."""
        accounts = self._staged.table("accounts")
        other: AccountRow | None = accounts.get(other_id)
        if other is None or account_id not in accounts:
            return None
        requests, blocks = self._staged.table("follow_requests"), self._staged.table("blocks")
        there, back = (account_id, other_id), (other_id, account_id)
        return Bond(
            account_id=account_id,
            other_id=other_id,
            state=AccountState(other.state),
            locked=other.locked,
            follows=_terms(self._rows.get(there)),
            requests=_terms(requests.get(there)),
            requested_by=_terms(requests.get(back)),
            followed_by=back in self._rows,
            blocks=there in blocks,
            blocked_by=back in blocks,
        )

    async def add(self, follow_id: str, follower_id: str, followee_id: str, terms: FollowTerms) -> None:
        """Add the row and count."""
        followee: AccountRow = self._staged.table("accounts")[followee_id]
        row = FollowRow(follower_id, followee_id, follow_id, terms.notify.value, terms.show_reposts)
        self._add(evolve(row, pulled=followee.pulling))
        self._count(follower_id, followee_id, 1)

    async def remove(self, follower_id: str, followee_id: str) -> bool:
        """Drop the row; count if there was one."""
        removed = await super().remove(follower_id, followee_id)
        if removed:
            self._count(follower_id, followee_id, -1)
        return removed

    def _count(self, follower_id: str, followee_id: str, amount: int) -> None:
        accounts = self._staged.table("accounts")
        followee: AccountRow = accounts[followee_id]
        accounts[followee_id] = evolve(followee, followers_count=followee.followers_count + amount)
        follower: AccountRow = accounts[follower_id]
        accounts[follower_id] = evolve(follower, following_count=follower.following_count + amount)

    async def start_pulling(self, followee_id: str, threshold: int) -> bool:
        """Set the mark where it is not set yet."""
        accounts = self._staged.table("accounts")
        row: AccountRow = accounts[followee_id]
        if row.pulling or row.followers_count < threshold:
            return False
        accounts[followee_id] = evolve(row, pulling=True)
        return True


class MemoryFollowRequests(_Rows):
    """Requests to follow."""

    _table = "follow_requests"

    async def add(self, request_id: str, follower_id: str, followee_id: str, terms: FollowTerms) -> None:
        """Add the row."""
        self._add(FollowRow(follower_id, followee_id, request_id, terms.notify.value, terms.show_reposts))


class MemoryBlocks:
    """Blocks by (blocker, blocked)."""

    def __init__(self, staged: Staged) -> None:
        self._rows = staged.table("blocks")

    async def add(self, block_id: str, blocker_id: str, blocked_id: str) -> None:
        """Add, unless it is there."""
        self._rows.setdefault((blocker_id, blocked_id), BlockRow(blocker_id, blocked_id, block_id))

    async def remove(self, blocker_id: str, blocked_id: str) -> bool:
        """Drop it."""
        return self._rows.pop((blocker_id, blocked_id), None) is not None


class MemoryMutes:
    """Mutes by (muter, muted)."""

    def __init__(self, staged: Staged) -> None:
        self._rows = staged.table("mutes")

    async def put(self, mute_id: str, muter_id: str, muted_id: str, until: datetime | None) -> None:
        """Add, or move the end."""
        row = self._rows.get((muter_id, muted_id), MuteRow(muter_id, muted_id, mute_id))
        self._rows[muter_id, muted_id] = evolve(row, until=until)

    async def remove(self, muter_id: str, muted_id: str) -> bool:
        """Drop it."""
        return self._rows.pop((muter_id, muted_id), None) is not None


def _terms(row: FollowRow | None) -> FollowTerms | None:
    return FollowTerms(Notify(row.notify), row.show_reposts) if row else None
