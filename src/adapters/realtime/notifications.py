"""What clients are sent of notifications: whole views and present numbers, made when they are delivered."""

from collections.abc import Sequence

from attrs import frozen
from msgspec import to_builtins

from adapters.realtime.rendering import Rendered
from platform_core.notifications.ports import NotificationReader
from platform_core.shared.events import ClientEvent


@frozen
class NotificationCreated:
    """Renders ``notification:created`` as ``{"notification": view}``."""

    reader: NotificationReader

    async def render(self, account_id: str, events: Sequence[ClientEvent]) -> Sequence[Rendered]:
        """Read all notifications at once; what is gone, or not for this account any more, is dropped."""
        ids = [event.payload["notification_id"] for event in events]
        found = {view.id: to_builtins(view) for view in await self.reader.by_ids(account_id, ids)}
        return [{"notification": found[id_]} if id_ in found else None for id_ in ids]


@frozen
class BadgeChanged:
    """Renders ``badge:changed`` as the present unread counts, once for all that wait."""

    reader: NotificationReader

    async def render(self, account_id: str, events: Sequence[ClientEvent]) -> Sequence[Rendered]:
        """Count once."""
        counts = to_builtins(await self.reader.unread(account_id))
        return [counts for _ in events]
