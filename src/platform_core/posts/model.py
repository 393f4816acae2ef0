"""The rules of posts."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from attrs import define, frozen

from platform_core.shared.errors import Forbidden, Invalid, Stale
from platform_core.shared.events import Event
from platform_core.shared.text import is_visible
from platform_core.shared.views import AccountCard
from platform_core.shared.visibility import Audience, Item

MAX_TEXT = 10_000
OPEN_AUDIENCES = frozenset({Audience.PUBLIC, Audience.FOLLOWERS, Audience.PRIVATE})
"""Audiences that need nothing but posts; tiers, prices and communities arrive with their contexts."""
VIEW_INTERVAL = timedelta(hours=1)
"""A viewer's second look within this time is not counted again."""


class EmailNotVerified(Forbidden):
    """The operator asks for a verified e-mail address before anything is published."""

    code = "email_not_verified"
    detail = "Verify your e-mail address before you publish."


class Status(StrEnum):
    """Where a post is in its life."""

    PUBLISHED = "published"
    DELETED = "deleted"


class ReactionKind(StrEnum):
    """How one can react; a dislike is counted apart and excludes the others."""

    LIKE = "like"
    LOVE = "love"
    HAHA = "haha"
    WOW = "wow"
    SAD = "sad"
    ANGRY = "angry"
    CARE = "care"
    DISLIKE = "dislike"


@frozen
class Content:
    """What an author writes: text, and for whom."""

    text: str
    audience: Audience = Audience.PUBLIC

    def __attrs_post_init__(self) -> None:
        if not is_visible(self.text):
            raise Invalid.field("text", "required", "A post needs text.")
        if len(self.text) > MAX_TEXT:
            raise Invalid.field("text", "too_long", f"A post has at most {MAX_TEXT} characters.")
        if self.audience not in OPEN_AUDIENCES:
            raise Invalid.field("audience", "unsupported", "This audience is not available here.")

    def changed(self, text: str | None, audience: Audience | None) -> "Content":
        """Return the content with another text or audience; None leaves it as it is."""
        return Content(self.text if text is None else text, audience or self.audience)


@define
class Post:
    """A post. ``feed_id`` orders it in feeds; only what is published and alive has one."""

    id: str
    author_id: str
    content: Content
    created_at: datetime
    feed_id: str | None
    status: Status = Status.PUBLISHED
    edited_at: datetime | None = None
    revision: int = 0

    @property
    def item(self) -> Item:
        """What the visibility policy needs to know."""
        return Item(self.content.audience, published=self.feed_id is not None)

    @property
    def counts_for_author(self) -> int:
        """1 if the post is one that its author's profile counts: not what is for the author alone."""
        return int(self.feed_id is not None and self.content.audience is not Audience.PRIVATE)

    def edit(self, content: Content, at: datetime, if_revision: int | None = None) -> "Version | None":
        """Change what it says and for whom; return the version that was replaced, None if nothing changed.

        Raises ``Stale`` if ``if_revision`` is given and no longer true.
        """
        if if_revision is not None and if_revision != self.revision:
            raise Stale
        if content == self.content:
            return None
        replaced = Version(self.content.text, self.edited_at or self.created_at, self.content.audience)
        if content.text != self.content.text:
            self.edited_at = at
        self.content = content
        self.revision += 1
        return replaced

    def delete(self) -> None:
        """Take it out of every list at once; its rows are cleared away in the background."""
        self.feed_id = None
        self.status = Status.DELETED
        self.revision += 1


@frozen
class Version:
    """What a post said before it was edited, since when, and for whom it was.

    Who may see the post now sees of its history what they might have seen then: a text that was for its
    author alone does not come out with the next edit.
    """

    text: str
    written_at: datetime
    audience: Audience = Audience.PUBLIC

    @property
    def item(self) -> Item:
        """What the visibility policy needs to know."""
        return Item(self.audience)


@frozen(slots=False)
class PostCounts:
    """How often something happened to a post; ``reactions`` has the kinds that occurred."""

    reactions: dict[str, int]
    dislikes: int
    views: int


@frozen(slots=False)
class PostViewer:
    """The viewer's own state at a post."""

    reaction: str | None
    disliked: bool
    saved: bool
    access: str


@frozen(slots=False)
class PostView:
    """A post, complete: a client needs no second call to show it."""

    id: str
    status: str
    author: AccountCard
    text: str
    audience: str
    created_at: datetime
    edited_at: datetime | None
    revision: int
    counts: PostCounts
    viewer: PostViewer


@frozen
class VersionView:
    """An earlier text of a post."""

    id: str
    text: str
    written_at: datetime


@frozen
class ReactionView:
    """Who reacted, and how."""

    account: AccountCard
    kind: str


@frozen
class PostPublished(Event):
    """A post appeared."""

    name: ClassVar[str] = "posts.published"
    post_id: str
    author_id: str
    feed_id: str
    audience: str


@frozen
class PostEdited(Event):
    """A post says something else, or is for others."""

    name: ClassVar[str] = "posts.edited"
    post_id: str
    author_id: str


@frozen
class PostDeleted(Event):
    """A post is gone."""

    name: ClassVar[str] = "posts.deleted"
    post_id: str
    author_id: str


@frozen
class PostReacted(Event):
    """Somebody reacted to a post, or changed the reaction; ``kind`` is the present one."""

    name: ClassVar[str] = "posts.reacted"
    post_id: str
    author_id: str
    account_id: str
    kind: str


@frozen
class ReactionWithdrawn(Event):
    """Somebody no longer reacts to a post."""

    name: ClassVar[str] = "posts.reaction_withdrawn"
    post_id: str
    author_id: str
    account_id: str
