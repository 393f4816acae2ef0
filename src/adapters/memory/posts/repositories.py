"""Posts, versions, reactions, saves and views in memory, for commands."""

from collections.abc import Mapping
from datetime import datetime

from attrs import evolve, field, frozen

from adapters.memory.store import Staged
from platform_core.posts.model import Post, ReactionKind, Status, Version
from platform_core.shared.errors import NotFound


@frozen
class PostRow:
    """A stored copy of a post with its counters."""

    post: Post
    counts: dict[str, int] = field(factory=dict)
    views: int = 0


@frozen
class VersionRow:
    """An earlier text."""

    id: str
    post_id: str
    version: Version


@frozen
class ReactionRow:
    """A reaction or dislike."""

    id: str
    post_id: str
    account_id: str
    kind: ReactionKind


class MemoryPosts:
    """Posts by id; entities are copied on the way in and out."""

    def __init__(self, staged: Staged) -> None:
        self._staged = staged
        self._rows = staged.table("posts")

    async def get(self, post_id: str) -> Post | None:
        """Return a copy; the store's lock is the post's lock."""
        row: PostRow | None = self._rows.get(post_id)
        return evolve(row.post) if row and row.post.feed_id else None

    async def add(self, post: Post) -> None:
        """Add a copy."""
        self._rows[post.id] = PostRow(evolve(post))

    async def put(self, post: Post) -> None:
        """Replace the copy, keep the counters."""
        self._rows[post.id] = evolve(self._rows[post.id], post=evolve(post))

    async def add_version(self, version_id: str, post_id: str, version: Version) -> None:
        """Add the version."""
        self._staged.table("post_versions")[version_id] = VersionRow(version_id, post_id, version)

    async def count(self, post_id: str, changes: Mapping[ReactionKind, int]) -> None:
        """Change the counters."""
        row: PostRow = self._rows[post_id]
        counts = dict(row.counts)
        for kind, amount in changes.items():
            counts[kind] = counts.get(kind, 0) + amount
        self._rows[post_id] = evolve(row, counts=counts)

    async def purge(self, post_id: str, limit: int) -> bool:
        """Drop a deleted post and all that hangs on it, at once."""
        row: PostRow | None = self._rows.get(post_id)
        if row is None or row.post.status is not Status.DELETED:
            return True
        for name in ("reactions", "saves", "post_views"):
            table = self._staged.table(name)
            for key in [key for key in table if post_id in key]:
                del table[key]
        for name in ("post_versions", "timeline_entries"):
            table = self._staged.table(name)
            for key in [key for key, row in table.items() if row.post_id == post_id]:
                del table[key]
        del self._rows[post_id]
        return True


class MemoryReactions:
    """Reactions by (post, account)."""

    def __init__(self, staged: Staged) -> None:
        self._staged = staged
        self._rows = staged.table("reactions")

    async def get(self, post_id: str, account_id: str) -> ReactionKind | None:
        """Look it up."""
        row: ReactionRow | None = self._rows.get((post_id, account_id))
        return row.kind if row else None

    async def put(self, reaction_id: str, post_id: str, account_id: str, kind: ReactionKind) -> None:
        """Add or replace."""
        self._rows[post_id, account_id] = ReactionRow(reaction_id, post_id, account_id, kind)

    async def remove(self, post_id: str, account_id: str) -> None:
        """Drop it."""
        self._rows.pop((post_id, account_id), None)


class MemorySaves:
    """Ids of saves by (account, post)."""

    def __init__(self, staged: Staged) -> None:
        self._rows = staged.table("saves")
        self._posts = staged.table("posts")

    async def add(self, save_id: str, account_id: str, post_id: str) -> None:
        """Add, unless it is there."""
        if post_id not in self._posts:
            raise NotFound
        self._rows.setdefault((account_id, post_id), save_id)

    async def remove(self, account_id: str, post_id: str) -> None:
        """Drop it."""
        self._rows.pop((account_id, post_id), None)


class MemoryViews:
    """The moment that was counted last by (post, account)."""

    def __init__(self, staged: Staged) -> None:
        self._rows = staged.table("post_views")
        self._posts = staged.table("posts")

    async def count(self, post_id: str, account_id: str, now: datetime, not_since: datetime) -> None:
        """Move the moment on; count if that took effect."""
        counted: datetime | None = self._rows.get((post_id, account_id))
        if counted is not None and counted > not_since:
            return
        self._rows[post_id, account_id] = now
        row: PostRow = self._posts[post_id]
        self._posts[post_id] = evolve(row, views=row.views + 1)
