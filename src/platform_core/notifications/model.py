"""The rules of notifications."""

from datetime import datetime
from enum import StrEnum

from attrs import define, frozen

from platform_core.shared.views import AccountCard

SHOWN_ACTORS = 3
"""Accounts that a notification shows; the others are a number."""
PREVIEW_LENGTH = 140
"""Characters of a post that a notification about it shows."""
MOST_COUNTED = 1_000
"""Unread notifications that are counted; an account that has more is told this number."""
HIDDEN_AMONG = 50
"""Up to so many actors, those whom the reader may not see are left out of the number as well."""


class Kind(StrEnum):
    """What happened."""

    FOLLOW = "follow"
    FOLLOW_REQUEST = "follow_request"
    REACTION = "reaction"


class Group(StrEnum):
    """Under which heading clients show and count a notification."""

    SOCIAL = "social"
    COMMENTS = "comments"
    MESSAGES = "messages"
    MONEY = "money"
    LIVE = "live"
    SYSTEM = "system"


class SubjectType(StrEnum):
    """What kind of thing it happened to."""

    ACCOUNT = "account"
    POST = "post"


GROUPS = {Kind.FOLLOW: Group.SOCIAL, Kind.FOLLOW_REQUEST: Group.SOCIAL, Kind.REACTION: Group.SOCIAL}


@frozen
class Subject:
    """What it happened to; where there is a ``post_id``, only whoever sees that post hears of it."""

    type: SubjectType
    id: str
    post_id: str | None = None


@frozen
class Occasion:
    """Something that ``actor_id`` did to ``subject`` and that ``account_id`` is to hear of."""

    kind: Kind
    account_id: str
    actor_id: str
    subject: Subject

    @property
    def concerns_others(self) -> bool:
        """Whether it is news: nobody is told of what they did themselves."""
        return self.account_id != self.actor_id


def follow(follower_id: str, followee_id: str) -> Occasion:
    """Return the occasion of a follow."""
    return Occasion(Kind.FOLLOW, followee_id, follower_id, Subject(SubjectType.ACCOUNT, followee_id))


def follow_request(follower_id: str, followee_id: str) -> Occasion:
    """Return the occasion of somebody asking to follow."""
    return Occasion(Kind.FOLLOW_REQUEST, followee_id, follower_id, Subject(SubjectType.ACCOUNT, followee_id))


def reaction(account_id: str, post_id: str, author_id: str) -> Occasion:
    """Return the occasion of a reaction to a post."""
    return Occasion(Kind.REACTION, author_id, account_id, Subject(SubjectType.POST, post_id, post_id))


@define
class Notification:
    """One line in an account's list, growing while it is unread: "Ada and 12 others".

    ``order_id`` orders the list. It is made anew whenever somebody joins, so that the line moves to the top;
    ``id`` stays. ``created_at`` is the moment of the newest thing in it.
    """

    id: str
    account_id: str
    kind: Kind
    subject: Subject
    order_id: str
    created_at: datetime
    actor_count: int = 1
    read: bool = False

    @classmethod
    def of(cls, occasion: Occasion, id_: str, order_id: str, at: datetime) -> "Notification":
        """Begin a line with one actor."""
        return cls(id_, occasion.account_id, occasion.kind, occasion.subject, order_id, at)

    @property
    def group(self) -> Group:
        """Under which heading it is shown."""
        return GROUPS[self.kind]

    def grow(self, order_id: str, at: datetime) -> None:
        """Take in one more actor and move to the top."""
        self.actor_count += 1
        self.order_id = order_id
        self.created_at = at

    def shrink(self) -> bool:
        """Take out an actor; False when none is left, and the notification has to go."""
        self.actor_count -= 1
        return self.actor_count > 0

    def mark_read(self) -> bool:
        """Mark it as read; False if it was. What happens afterwards begins a new notification."""
        changed = not self.read
        self.read = True
        return changed


@frozen
class NotificationFilter:
    """Which notifications are asked for; the default is all of them."""

    unread_only: bool = False
    group: Group | None = None
    kind: Kind | None = None


@frozen
class SubjectView:
    """What it happened to; ``post_id`` is the post to open."""

    type: str
    id: str
    post_id: str | None


@frozen
class NotificationView:
    """A notification, complete. ``order_id`` is the list's key; a notification that grows gets a new one."""

    id: str
    order_id: str
    kind: str
    group: str
    actors: tuple[AccountCard, ...]
    actor_count: int
    subject: SubjectView
    preview_text: str | None
    thumbnail: str | None
    created_at: datetime
    read: bool


@frozen
class UnreadCounts:
    """How many notifications are unread, in all and by group; every group is named."""

    total: int
    groups: dict[str, int]
