"""Routes of the notifications context."""

from collections.abc import Sequence
from typing import Any, Literal

from attrs import frozen
from msgspec import UNSET, UnsetType

from adapters.http.call import Call
from adapters.http.routing import Route, delete, get, put
from adapters.wire.inputs import Id, Input
from platform_core.notifications.model import (
    Group,
    Kind,
    NotificationFilter,
    NotificationView,
    UnreadCounts,
)
from platform_core.notifications.ports import NotificationReader
from platform_core.notifications.use_cases.reading import (
    DeleteNotification,
    ReadNotification,
    ReadNotifications,
)
from platform_core.shared.actor import Scope
from platform_core.shared.pagination import Page

KindName = Literal["follow", "follow_request", "reaction"]
GroupName = Literal["social", "comments", "messages", "money", "live", "system"]


class NotificationsQuery(Input, frozen=True):
    """Which notifications to list: only unread ones, those of a group, those of a kind."""

    unread: bool = False
    group: GroupName | UnsetType = UNSET
    kind: KindName | UnsetType = UNSET


class ReadInput(Input, frozen=True):
    """Up to where: the ``order_id`` of the newest notification that was seen."""

    up_to: Id


@frozen
class NotificationUseCases:
    """What the routes of notifications call."""

    reader: NotificationReader
    read_up_to: ReadNotifications
    read: ReadNotification
    delete: DeleteNotification


@frozen
class NotificationRoutes:
    """One's own notifications."""

    use: NotificationUseCases

    def routes(self) -> Sequence[Route]:
        """Return the list, the numbers, then what changes them."""
        read: dict[str, Any] = {"scope": Scope.NOTIFICATIONS_READ}
        write: dict[str, Any] = {"scope": Scope.NOTIFICATIONS_WRITE}
        return (
            get(
                "/notifications",
                self.index,
                query=NotificationsQuery,
                answer=Page[NotificationView],
                **read,
            ),
            get("/notifications/unread-count", self.unread_count, answer=UnreadCounts, **read),
            put("/notifications/read", self.read_up_to, body=ReadInput, **write),
            put("/notifications/{notification_id}/read", self.read, **write),
            delete("/notifications/{notification_id}", self.delete, **write),
        )

    async def index(self, call: Call) -> Page[NotificationView]:
        """List one's notifications, the last changed first."""
        query: NotificationsQuery = call.query
        group = None if query.group is UNSET else Group(query.group)
        kind = None if query.kind is UNSET else Kind(query.kind)
        wanted = NotificationFilter(query.unread, group, kind)
        return await self.use.reader.page(call.actor.id, wanted, call.page)

    async def unread_count(self, call: Call) -> UnreadCounts:
        """Count one's unread notifications, in all and by group."""
        return await self.use.reader.unread(call.actor.id)

    async def read_up_to(self, call: Call) -> None:
        """Mark everything up to a notification as read, itself included."""
        await self.use.read_up_to(call.actor, call.body.up_to)

    async def read(self, call: Call) -> None:
        """Mark one notification as read."""
        await self.use.read(call.actor, call.path["notification_id"])

    async def delete(self, call: Call) -> None:
        """Delete one notification."""
        await self.use.delete(call.actor, call.path["notification_id"])
