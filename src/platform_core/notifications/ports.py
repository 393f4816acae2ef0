"""What notifications need from the world."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol

from platform_core.notifications.model import (
    Notification,
    NotificationFilter,
    NotificationView,
    Occasion,
    UnreadCounts,
)
from platform_core.shared.pagination import Page, PageRequest
from platform_core.shared.unit_of_work import UnitOfWork


class Notifications(Protocol):
    """The notifications of all accounts, and who is in them.

    Whoever changes an account's notifications locks its inbox first. So changes of one account's list come
    one after the other, their order ids ascend in the order of the commits, and a page never skips one.
    """

    async def lock(self, account_ids: Collection[str]) -> None:
        """Lock the inboxes of these accounts until the transaction ends, in ascending order of their ids."""
        ...

    async def get(self, account_id: str, notification_id: str) -> Notification | None:
        """Return one of the account's notifications."""
        ...

    async def growing(self, occasion: Occasion) -> Notification | None:
        """Return the unread notification that the occasion belongs into."""
        ...

    async def holding(self, occasion: Occasion) -> Notification | None:
        """Return the notification, read or unread, that has the occasion's actor for just this already."""
        ...

    async def list_with(self, account_id: str, actor_id: str, limit: int) -> list[Notification]:
        """Return up to ``limit`` of the account's notifications that the actor is in."""
        ...

    async def list_about(self, post_id: str, limit: int) -> list[Notification]:
        """Return up to ``limit`` notifications of any account that concern the post."""
        ...

    async def add(self, notification: Notification, actor_id: str) -> None:
        """Store a new notification with its one actor."""
        ...

    async def put(self, notification: Notification) -> None:
        """Store what changed."""
        ...

    async def remove(self, notification: Notification) -> None:
        """Forget the notification and who was in it; nothing happens if it is gone."""
        ...

    async def add_actor(self, notification: Notification, actor_id: str) -> None:
        """Put an actor in, as the newest; an actor is in one notification of a kind and subject at most."""
        ...

    async def remove_actor(self, notification: Notification, actor_id: str) -> None:
        """Take an actor out."""
        ...

    async def mark_read(self, account_id: str, up_to: str) -> int:
        """Mark as read what has an order id up to and including ``up_to``; return how many were not."""
        ...


class Recipients(Protocol):
    """Who is to be told of what."""

    async def may_hear(self, occasion: Occasion, now: datetime) -> bool:
        """Whether the account may be told as of this transaction.

        Not if one of the two blocks the other, the account has muted the actor, the actor's account does not
        show itself (a limited one only to its followers), or the account may not see the post in question.
        """
        ...


class NotificationsUnitOfWork(UnitOfWork, Protocol):
    """A transaction of the notifications context."""

    @property
    def notifications(self) -> Notifications:
        """The notifications."""
        ...

    @property
    def recipients(self) -> Recipients:
        """Who is to be told."""
        ...


Transactions = Callable[[], NotificationsUnitOfWork]
"""Opens a transaction of the notifications context."""


class NotificationReader(Protocol):
    """Finished views for their owner.

    What the owner may not be told when it is read is left out, whatever was true when it happened: actors
    who do not show themselves, are blocked or muted, notifications without any other actor, and those about
    posts that the owner does not see.
    """

    async def page(
        self, account_id: str, wanted: NotificationFilter, page: PageRequest
    ) -> Page[NotificationView]:
        """Return an account's notifications, by order id."""
        ...

    async def by_ids(self, account_id: str, ids: Collection[str]) -> tuple[NotificationView, ...]:
        """Return those of the notifications that are the account's, in the order asked."""
        ...

    async def unread(self, account_id: str) -> UnreadCounts:
        """Count what ``page`` would list as unread, up to ``MOST_COUNTED``."""
        ...
