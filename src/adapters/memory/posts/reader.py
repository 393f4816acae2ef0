"""Reads posts as finished views from memory, through the visibility policy itself."""

from collections.abc import Callable, Collection, Iterable

from adapters.memory.accounts.rows import AccountRow
from adapters.memory.accounts.standing import card_of, is_muted, standing
from adapters.memory.paging import cut
from adapters.memory.posts.repositories import PostRow, ReactionRow, VersionRow
from adapters.memory.store import MemoryStore
from platform_core.posts.model import (
    PostCounts,
    PostView,
    PostViewer,
    ReactionKind,
    ReactionView,
    VersionView,
)
from platform_core.shared.clock import Clock
from platform_core.shared.pagination import Keyed, Page, PageRequest
from platform_core.shared.visibility import Access, Audience, Entitlement, access


class MemoryPostReader:
    """Reads the committed tables."""

    def __init__(self, store: MemoryStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def _rows(self) -> Iterable[PostRow]:
        return self._store.table("posts").values()

    def _account(self, account_id: str) -> AccountRow:
        row: AccountRow = self._store.table("accounts")[account_id]
        return row

    def _sees(self, viewer_id: str | None, row: PostRow | None) -> bool:
        if row is None or row.post.feed_id is None:
            return False
        author, viewer = standing(self._store, viewer_id, row.post.author_id)
        return access(row.post.item, author, viewer, Entitlement()) is Access.FULL

    def _muted(self, viewer_id: str | None, row: PostRow) -> bool:
        return is_muted(self._store, viewer_id, row.post.author_id, self._clock.now())

    def _view(self, viewer_id: str | None, row: PostRow) -> PostView:
        post = row.post
        found: ReactionRow | None = self._store.table("reactions").get((post.id, viewer_id))
        kind = found.kind if found else None
        disliked = kind is ReactionKind.DISLIKE
        counts = {k.value: row.counts[k] for k in ReactionKind if row.counts.get(k)}
        dislikes = counts.pop("dislike", 0)
        saved = (viewer_id, post.id) in self._store.table("saves")
        own = PostViewer(kind.value if kind and not disliked else None, disliked, saved, Access.FULL.value)
        return PostView(
            post.id,
            post.status.value,
            card_of(self._account(post.author_id)),
            post.content.text,
            post.content.audience.value,
            post.created_at,
            post.edited_at,
            post.revision,
            PostCounts(counts, dislikes, row.views),
            own,
        )

    async def by_id(self, viewer_id: str | None, post_id: str) -> PostView | None:
        """Look it up."""
        row: PostRow | None = self._store.table("posts").get(post_id)
        return self._view(viewer_id, row) if row and self._sees(viewer_id, row) else None

    async def by_ids(self, viewer_id: str | None, post_ids: Collection[str]) -> tuple[PostView, ...]:
        """Look each up."""
        found = [await self.by_id(viewer_id, post_id) for post_id in dict.fromkeys(post_ids)]
        return tuple(view for view in found if view is not None)

    def _feed(
        self, viewer_id: str | None, page: PageRequest, belongs: Callable[[PostRow], bool]
    ) -> Page[PostView]:
        rows = [row for row in self._rows() if self._sees(viewer_id, row) and belongs(row)]
        return cut([Keyed(r.post.feed_id or "", r) for r in rows], page).map(
            lambda r: self._view(viewer_id, r)
        )

    async def home(self, viewer_id: str, page: PageRequest) -> Page[PostView]:
        """Filter all posts; what a timeline would contain."""
        follows = self._store.table("follows")

        def belongs(row: PostRow) -> bool:
            author_id = row.post.author_id
            return author_id == viewer_id or (
                (viewer_id, author_id) in follows and not self._muted(viewer_id, row)
            )

        return self._feed(viewer_id, page, belongs)

    async def explore(self, viewer_id: str | None, page: PageRequest) -> Page[PostView]:
        """Filter all posts."""
        return self._feed(
            viewer_id,
            page,
            lambda row: row.post.content.audience is Audience.PUBLIC and not self._muted(viewer_id, row),
        )

    async def of_account(self, viewer_id: str | None, account_id: str, page: PageRequest) -> Page[PostView]:
        """Filter all posts."""
        return self._feed(viewer_id, page, lambda row: row.post.author_id == account_id)

    async def has_list(self, viewer_id: str | None, account_id: str) -> bool:
        """Look at the account."""
        author, viewer = standing(self._store, viewer_id, account_id)
        known = author.state == "active" or (author.state == "limited" and viewer_id is not None)
        return known and not viewer.blocked

    async def saved(self, viewer_id: str, page: PageRequest) -> Page[PostView]:
        """Follow the viewer's saves."""
        posts = self._store.table("posts")
        mine = [(key, post) for (who, post), key in self._store.table("saves").items() if who == viewer_id]
        rows = [Keyed(key, posts[post]) for key, post in mine if self._sees(viewer_id, posts.get(post))]
        return cut(rows, page).map(lambda row: self._view(viewer_id, row))

    async def history(
        self, viewer_id: str | None, post_id: str, page: PageRequest
    ) -> Page[VersionView] | None:
        """Filter all versions."""
        if not self._sees(viewer_id, self._store.table("posts").get(post_id)):
            return None
        author, viewer = standing(self._store, viewer_id, self._store.table("posts")[post_id].post.author_id)
        rows: Iterable[VersionRow] = self._store.table("post_versions").values()
        shown = (
            row
            for row in rows
            if row.post_id == post_id
            and access(row.version.item, author, viewer, Entitlement()) is Access.FULL
        )
        views = (VersionView(row.id, row.version.text, row.version.written_at) for row in shown)
        return cut([Keyed(view.id, view) for view in views], page)

    async def reactions(
        self, viewer_id: str | None, post_id: str, kind: ReactionKind | None, page: PageRequest
    ) -> Page[ReactionView] | None:
        """Filter all reactions."""
        if not self._sees(viewer_id, self._store.table("posts").get(post_id)):
            return None
        rows: Iterable[ReactionRow] = self._store.table("reactions").values()
        shown = [row for row in rows if row.post_id == post_id and self._shows(viewer_id, row, kind)]
        views = [Keyed(r.id, ReactionView(card_of(self._account(r.account_id)), r.kind.value)) for r in shown]
        return cut(views, page)

    def _shows(self, viewer_id: str | None, row: ReactionRow, kind: ReactionKind | None) -> bool:
        author, viewer = standing(self._store, viewer_id, row.account_id)
        wanted = row.kind is kind if kind else row.kind is not ReactionKind.DISLIKE
        return wanted and author.state in ("active", "limited") and not viewer.blocked

    async def visible(self, viewer_id: str, post_ids: Collection[str]) -> frozenset[str]:
        """Look at each."""
        posts = self._store.table("posts")
        return frozenset(post_id for post_id in post_ids if self._sees(viewer_id, posts.get(post_id)))
