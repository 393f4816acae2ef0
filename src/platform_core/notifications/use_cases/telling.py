"""Tell accounts what others did: one growing notification for each kind and subject while it is unread."""

from datetime import datetime

from attrs import frozen

from platform_core.notifications.model import Notification, Occasion, follow, follow_request, reaction
from platform_core.notifications.ports import NotificationsUnitOfWork, Transactions
from platform_core.notifications.use_cases.withdrawing import changed_badge, take_back
from platform_core.shared.clock import Clock
from platform_core.shared.events import Delivery
from platform_core.shared.ids import Ids

UNWELCOME_REACTIONS = frozenset({"dislike"})
"""Reactions that nobody is told of."""


@frozen
class NotifyOfFollow:
    """Tell an account that it has a new follower, in place of the request if there was one."""

    transactions: Transactions
    clock: Clock
    ids: Ids

    async def __call__(self, delivery: Delivery, follower_id: str, followee_id: str) -> None:
        now = self.clock.now()
        async with self.transactions() as uow:
            if await uow.deliveries.first(delivery):
                await take_back(uow, follow_request(follower_id, followee_id))
                await tell(uow, follow(follower_id, followee_id), self.ids, now)
                await uow.commit()


@frozen
class NotifyOfFollowRequest:
    """Tell a locked account that somebody asks to follow it."""

    transactions: Transactions
    clock: Clock
    ids: Ids

    async def __call__(self, delivery: Delivery, follower_id: str, followee_id: str) -> None:
        now = self.clock.now()
        async with self.transactions() as uow:
            if await uow.deliveries.first(delivery):
                await tell(uow, follow_request(follower_id, followee_id), self.ids, now)
                await uow.commit()


@frozen
class NotifyOfReaction:
    """Tell an author of a reaction; another one by the same account is no news, a dislike takes it back."""

    transactions: Transactions
    clock: Clock
    ids: Ids

    async def __call__(
        self, delivery: Delivery, account_id: str, post_id: str, author_id: str, kind: str
    ) -> None:
        now = self.clock.now()
        occasion = reaction(account_id, post_id, author_id)
        async with self.transactions() as uow:
            if not await uow.deliveries.first(delivery):
                return
            if kind in UNWELCOME_REACTIONS:
                await take_back(uow, occasion)
            else:
                await tell(uow, occasion, self.ids, now)
            await uow.commit()


async def tell(uow: NotificationsUnitOfWork, occasion: Occasion, ids: Ids, now: datetime) -> None:
    """Notify an account, unless it must not or need not hear of it."""
    if not occasion.concerns_others:
        return
    # Locked before it is asked whether they may: a block that commits later also removes later.
    await uow.notifications.lock([occasion.account_id])
    if not await uow.recipients.may_hear(occasion, now) or await uow.notifications.holding(occasion):
        return
    growing = await uow.notifications.growing(occasion)
    if growing is None:
        begun = Notification.of(occasion, ids.new(), ids.new(), now)
        await uow.notifications.add(begun, occasion.actor_id)
        await _announce(uow, begun)
        await changed_badge(uow, begun.account_id)
    else:
        growing.grow(ids.new(), now)
        await uow.notifications.put(growing)
        await uow.notifications.add_actor(growing, occasion.actor_id)
        await _announce(uow, growing)


async def _announce(uow: NotificationsUnitOfWork, notification: Notification) -> None:
    payload = {"notification_id": notification.id}
    await uow.client_events.append([notification.account_id], "notification:created", payload)
