"""Take notifications back: what was undone, blocked or deleted is not news any more."""

from collections.abc import Sequence

from attrs import frozen

from platform_core.notifications.model import Notification, Occasion
from platform_core.notifications.ports import NotificationsUnitOfWork, Transactions
from platform_core.shared.events import Delivery

CHUNK = 200
"""Notifications changed in one transaction."""


@frozen
class WithdrawNotification:
    """Take an actor out of the notification of something that was undone; without actors it goes."""

    transactions: Transactions

    async def __call__(self, delivery: Delivery, occasion: Occasion) -> None:
        async with self.transactions() as uow:
            if await uow.deliveries.first(delivery):
                await take_back(uow, occasion)
                await uow.commit()


@frozen
class RemoveNotificationsBetween:
    """Take two accounts out of each other's notifications, after one has blocked the other."""

    transactions: Transactions

    async def __call__(self, one_id: str, other_id: str) -> None:
        for account_id, actor_id in ((one_id, other_id), (other_id, one_id)):
            more = True
            while more:
                async with self.transactions() as uow:
                    await uow.notifications.lock([account_id])
                    found = await uow.notifications.list_with(account_id, actor_id, CHUNK)
                    await take_out(uow, found, actor_id)
                    await uow.commit()
                more = len(found) == CHUNK


@frozen
class RemoveNotificationsAbout:
    """Remove what was told of a post that is gone."""

    transactions: Transactions

    async def __call__(self, post_id: str) -> None:
        more = True
        while more:
            async with self.transactions() as uow:
                found = await uow.notifications.list_about(post_id, CHUNK)
                await uow.notifications.lock({one.account_id for one in found})
                for notification in found:
                    await uow.notifications.remove(notification)
                await changed_badge(uow, *(one.account_id for one in found if not one.read))
                await uow.commit()
            more = len(found) == CHUNK


async def take_back(uow: NotificationsUnitOfWork, occasion: Occasion) -> None:
    """Take the occasion's actor out of the notification that tells of it."""
    await uow.notifications.lock([occasion.account_id])
    found = await uow.notifications.holding(occasion)
    await take_out(uow, [found] if found else [], occasion.actor_id)


async def take_out(uow: NotificationsUnitOfWork, found: Sequence[Notification], actor_id: str) -> None:
    """Take an actor out of notifications whose inboxes are locked, and remove those left without any."""
    gone: list[Notification] = []
    for notification in found:
        if notification.shrink():
            await uow.notifications.remove_actor(notification, actor_id)
            await uow.notifications.put(notification)
        else:
            await uow.notifications.remove(notification)
            gone.append(notification)
    await changed_badge(uow, *(one.account_id for one in gone if not one.read))


async def changed_badge(uow: NotificationsUnitOfWork, *account_ids: str) -> None:
    """Have the devices of accounts told their unread counts, which are looked up on delivery."""
    if account_ids:
        await uow.client_events.append(account_ids, "badge:changed", {})
