"""What posts need from the world."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Protocol

from attrs import frozen

from platform_core.posts.model import Post, PostView, ReactionKind, ReactionView, Version, VersionView
from platform_core.shared.pagination import Page, PageRequest
from platform_core.shared.unit_of_work import UnitOfWork
from platform_core.shared.visibility import Author, Relationship


class Posts(Protocol):
    """The posts themselves."""

    async def get(self, post_id: str) -> Post | None:
        """Return the post, locked until the transaction ends; None if there is none or it is deleted."""
        ...

    async def add(self, post: Post) -> None:
        """Store a new post."""
        ...

    async def put(self, post: Post) -> None:
        """Store what changed."""
        ...

    async def add_version(self, version_id: str, post_id: str, version: Version) -> None:
        """Keep an earlier text for readers to see."""
        ...

    async def count(self, post_id: str, changes: Mapping[ReactionKind, int]) -> None:
        """Add ``changes`` (of either sign) to the post's reaction counters, relative to what they are."""
        ...

    async def purge(self, post_id: str, limit: int) -> bool:
        """Remove up to ``limit`` rows of a deleted post, at last the post; False while rows are left."""
        ...


class Reactions(Protocol):
    """One reaction or dislike for each account and post."""

    async def get(self, post_id: str, account_id: str) -> ReactionKind | None:
        """Return the account's present reaction."""
        ...

    async def put(self, reaction_id: str, post_id: str, account_id: str, kind: ReactionKind) -> None:
        """Store the reaction in place of any earlier one."""
        ...

    async def remove(self, post_id: str, account_id: str) -> None:
        """Forget the account's reaction."""
        ...


class Saves(Protocol):
    """The posts that accounts keep for themselves."""

    async def add(self, save_id: str, account_id: str, post_id: str) -> None:
        """Keep the post; nothing happens if it is kept already."""
        ...

    async def remove(self, account_id: str, post_id: str) -> None:
        """Keep it no longer."""
        ...


class Views(Protocol):
    """Who looked, and when that was last counted."""

    async def count(self, post_id: str, account_id: str, now: datetime, not_since: datetime) -> None:
        """Count one view, unless one of this account was counted after ``not_since``."""
        ...


class Timelines(Protocol):
    """Home feeds that are written in advance, up to a cap; complete from their floor on."""

    async def fan_out(
        self, post: "PostedEntry", after_account: str, limit: int, trim_to: int | None = None
    ) -> str | None:
        """Write the post to up to ``limit`` built timelines of followers with ids above ``after_account``.

        With ``trim_to`` cut these timelines to so many rows and raise their floors. Return the last
        follower's id, None when there are no more.
        """
        ...

    async def is_pulled(self, author_id: str) -> bool:
        """Whether the author is so widely followed that timelines pull the posts instead."""
        ...

    async def add_own(self, post: "PostedEntry") -> None:
        """Write the post to its author's own timeline, if that is built or being built."""
        ...

    async def start(self, account_id: str) -> bool:
        """From now on write this account's timeline; False if it is built already."""
        ...

    async def build(self, account_id: str, cap: int) -> None:
        """Fill a started timeline with the newest ``cap`` posts and set its floor."""
        ...

    async def backfill(self, account_id: str, author_id: str, cap: int) -> None:
        """Write an author's posts above the floor to a timeline, for somebody who began to follow."""
        ...

    async def prune(self, account_id: str, author_id: str) -> None:
        """Remove an author's posts from a timeline."""
        ...

    async def start_pulling(self, author_id: str, limit: int) -> bool:
        """Mark up to ``limit`` follows of a widely followed author; False when all are marked."""
        ...


@frozen
class PostedEntry:
    """A row of a timeline: where the post stands, and which it is."""

    feed_id: str
    post_id: str
    author_id: str


class Followers(Protocol):
    """Who follows an author."""

    async def list_ids(self, author_id: str, after: str, limit: int) -> list[str]:
        """Return up to ``limit`` ids of followers above ``after``, ascending."""
        ...


class Relationships(Protocol):
    """How a viewer stands to an author."""

    async def between(self, viewer_id: str, author_id: str) -> tuple[Author, Relationship]:
        """Return the author's state and the viewer's relationship, as of this transaction."""
        ...


class Authors(Protocol):
    """The accounts that publish."""

    async def may_publish(self, author_id: str) -> bool:
        """Whether the account has done what the operator asks of those who publish."""
        ...

    async def add_posts(self, author_id: str, amount: int) -> None:
        """Add to the number of posts that the profile shows."""
        ...


class PostsUnitOfWork(UnitOfWork, Protocol):
    """A transaction of the posts context."""

    @property
    def posts(self) -> Posts:
        """The posts."""
        ...

    @property
    def reactions(self) -> Reactions:
        """The reactions."""
        ...

    @property
    def saves(self) -> Saves:
        """The saves."""
        ...

    @property
    def views(self) -> Views:
        """The counted views."""
        ...

    @property
    def timelines(self) -> Timelines:
        """The home timelines."""
        ...

    @property
    def relationships(self) -> Relationships:
        """Viewer and author."""
        ...

    @property
    def followers(self) -> Followers:
        """Who follows whom."""
        ...

    @property
    def authors(self) -> Authors:
        """The publishing accounts."""
        ...


Transactions = Callable[[], PostsUnitOfWork]
"""Opens a transaction of the posts context."""


class PostReader(Protocol):
    """Finished views for a viewer (None: nobody signed in). Whatever the policy denies is not in them."""

    async def by_id(self, viewer_id: str | None, post_id: str) -> PostView | None:
        """Return one post, None if the viewer may not know of it."""
        ...

    async def by_ids(self, viewer_id: str | None, post_ids: Collection[str]) -> tuple[PostView, ...]:
        """Return those of the posts that the viewer may see, in the order asked."""
        ...

    async def home(self, viewer_id: str, page: PageRequest) -> Page[PostView]:
        """Return posts of followed accounts and one's own, by feed id; without muted accounts."""
        ...

    async def explore(self, viewer_id: str | None, page: PageRequest) -> Page[PostView]:
        """Return everybody's public posts, by feed id; without muted accounts."""
        ...

    async def of_account(self, viewer_id: str | None, account_id: str, page: PageRequest) -> Page[PostView]:
        """Return one account's posts, by feed id."""
        ...

    async def has_list(self, viewer_id: str | None, account_id: str) -> bool:
        """Whether the viewer may know of that list: the account shows, and neither blocks the other."""
        ...

    async def saved(self, viewer_id: str, page: PageRequest) -> Page[PostView]:
        """Return what the viewer saved, by the id of the save."""
        ...

    async def history(
        self, viewer_id: str | None, post_id: str, page: PageRequest
    ) -> Page[VersionView] | None:
        """Return a post's earlier texts that were for the viewer, newest first; None if it is not."""
        ...

    async def reactions(
        self, viewer_id: str | None, post_id: str, kind: ReactionKind | None, page: PageRequest
    ) -> Page[ReactionView] | None:
        """Return who reacted (of one kind, or all but dislikes), newest first, without the blocked."""
        ...

    async def visible(self, viewer_id: str, post_ids: Collection[str]) -> frozenset[str]:
        """Return which of the posts the viewer may see."""
        ...
