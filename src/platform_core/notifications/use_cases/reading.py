"""Read and delete one's own notifications, in step on all devices."""

from attrs import frozen

from platform_core.notifications.ports import Transactions
from platform_core.notifications.use_cases.withdrawing import changed_badge
from platform_core.shared.actor import Actor
from platform_core.shared.errors import NotFound


@frozen
class ReadNotifications:
    """Mark everything up to a notification as read, itself included.

    ``up_to`` is an order id as the list showed it: what came or grew since stays unread. The id of a
    notification stands for its present place.
    """

    transactions: Transactions

    async def __call__(self, actor: Actor, up_to: str) -> None:
        async with self.transactions() as uow:
            await uow.notifications.lock([actor.id])
            named = await uow.notifications.get(actor.id, up_to)
            if await uow.notifications.mark_read(actor.id, named.order_id if named else up_to):
                await changed_badge(uow, actor.id)
                await uow.commit()


@frozen
class ReadNotification:
    """Mark one of the actor's notifications as read. Raises ``NotFound`` for any other."""

    transactions: Transactions

    async def __call__(self, actor: Actor, notification_id: str) -> None:
        async with self.transactions() as uow:
            await uow.notifications.lock([actor.id])
            notification = await uow.notifications.get(actor.id, notification_id)
            if notification is None:
                raise NotFound
            if notification.mark_read():
                await uow.notifications.put(notification)
                await changed_badge(uow, actor.id)
                await uow.commit()


@frozen
class DeleteNotification:
    """Delete one of the actor's notifications; one that is not there is as good as deleted."""

    transactions: Transactions

    async def __call__(self, actor: Actor, notification_id: str) -> None:
        async with self.transactions() as uow:
            await uow.notifications.lock([actor.id])
            notification = await uow.notifications.get(actor.id, notification_id)
            if notification is None:
                return
            await uow.notifications.remove(notification)
            if not notification.read:
                await changed_badge(uow, actor.id)
            await uow.commit()
