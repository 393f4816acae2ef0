"""Keep a distance: block and unblock, mute and unmute."""

from datetime import datetime

from attrs import frozen

from platform_core.accounts.model.graph import AccountBlocked, check_distinct, check_until, pair_stream
from platform_core.accounts.ports.graph import GraphTransactions
from platform_core.accounts.use_cases.graph_follows import sever
from platform_core.shared.actor import Actor
from platform_core.shared.clock import Clock
from platform_core.shared.errors import NotFound
from platform_core.shared.ids import Ids
from platform_core.shared.signals import Topic


@frozen
class BlockAccount:
    """Block an account: follows and requests end both ways, and neither is there for the other any more."""

    transactions: GraphTransactions
    ids: Ids

    async def __call__(self, actor: Actor, blocked_id: str) -> None:
        check_distinct(actor.id, blocked_id)
        async with self.transactions() as uow:
            bond = await uow.follows.bond(actor.id, blocked_id)
            if bond is None:
                raise NotFound
            if not bond.block():
                return
            await uow.blocks.add(self.ids.new(), actor.id, blocked_id)
            await sever(uow, actor.id, blocked_id)
            await sever(uow, blocked_id, actor.id)
            await uow.outbox.record(AccountBlocked(actor.id, blocked_id), pair_stream(actor.id, blocked_id))
            uow.wake(Topic.ACCESS, [actor.id, blocked_id])
            await uow.commit()


@frozen
class UnblockAccount:
    """Block an account no longer; follows do not come back. For one that is not blocked nothing happens."""

    transactions: GraphTransactions

    async def __call__(self, actor: Actor, blocked_id: str) -> None:
        async with self.transactions() as uow:
            if await uow.blocks.remove(actor.id, blocked_id):
                uow.wake(Topic.ACCESS, [actor.id, blocked_id])
                await uow.commit()


@frozen
class MuteAccount:
    """Keep an account out of the actor's feeds and notifications, until a moment or for good."""

    transactions: GraphTransactions
    clock: Clock
    ids: Ids

    async def __call__(self, actor: Actor, muted_id: str, until: datetime | None = None) -> None:
        check_distinct(actor.id, muted_id)
        check_until(until, self.clock.now())
        async with self.transactions() as uow:
            bond = await uow.follows.bond(actor.id, muted_id)
            if bond is None:
                raise NotFound
            bond.mute()
            await uow.mutes.put(self.ids.new(), actor.id, muted_id, until)
            # What the muted one did no longer counts as unread, on any device.
            await uow.client_events.append([actor.id], "badge:changed", {})
            await uow.commit()


@frozen
class UnmuteAccount:
    """Mute an account no longer. For one that is not muted nothing happens."""

    transactions: GraphTransactions

    async def __call__(self, actor: Actor, muted_id: str) -> None:
        async with self.transactions() as uow:
            if await uow.mutes.remove(actor.id, muted_id):
                await uow.client_events.append([actor.id], "badge:changed", {})
                await uow.commit()
