"""Follow and unfollow. The verb states the outcome: doing it twice is doing it once."""

from attrs import frozen

from platform_core.accounts.model.graph import (
    WIDELY_FOLLOWED,
    AccountFollowed,
    AccountUnfollowed,
    AccountWidelyFollowed,
    FollowRequested,
    FollowRequestWithdrawn,
    FollowStep,
    FollowTerms,
    FollowWish,
    check_distinct,
    pair_stream,
)
from platform_core.accounts.ports.graph import GraphTransactions, GraphUnitOfWork
from platform_core.shared.actor import Actor
from platform_core.shared.errors import NotFound
from platform_core.shared.ids import Ids
from platform_core.shared.signals import Topic


@frozen
class FollowAccount:
    """Follow an account, ask a locked one, or change the terms. Whoever may see the account may.

    A request that was made before the account was unlocked becomes a follow here, not by the unlocking.
    """

    transactions: GraphTransactions
    ids: Ids
    widely_followed: int = WIDELY_FOLLOWED

    async def __call__(self, actor: Actor, followee_id: str, wish: FollowWish) -> None:
        check_distinct(actor.id, followee_id)
        async with self.transactions() as uow:
            bond = await uow.follows.bond(actor.id, followee_id)
            if bond is None:
                raise NotFound
            terms = bond.terms(wish)
            await self._take(uow, bond.follow(terms), actor.id, followee_id, terms)
            await uow.commit()

    async def _take(
        self, uow: GraphUnitOfWork, step: FollowStep, actor_id: str, followee_id: str, terms: FollowTerms
    ) -> None:
        match step:
            case FollowStep.FOLLOW:
                await uow.follow_requests.remove(actor_id, followee_id)
                await uow.follows.add(self.ids.new(), actor_id, followee_id, terms)
                await began_to_follow(uow, AccountFollowed(actor_id, followee_id), self.widely_followed)
            case FollowStep.REQUEST:
                await uow.follow_requests.add(self.ids.new(), actor_id, followee_id, terms)
                asked = FollowRequested(actor_id, followee_id)
                await uow.outbox.record(asked, pair_stream(actor_id, followee_id))
            case FollowStep.CHANGE_FOLLOW:
                await uow.follows.change(actor_id, followee_id, terms)
            case FollowStep.CHANGE_REQUEST:
                await uow.follow_requests.change(actor_id, followee_id, terms)
            case FollowStep.NOTHING:
                pass


@frozen
class UnfollowAccount:
    """Follow an account no longer, and take back a request; where there is neither nothing happens."""

    transactions: GraphTransactions

    async def __call__(self, actor: Actor, followee_id: str) -> None:
        async with self.transactions() as uow:
            if await uow.follows.bond(actor.id, followee_id):
                await sever(uow, actor.id, followee_id)
                await uow.commit()


@frozen
class RemoveFollower:
    """Have somebody follow the actor no longer; whoever is removed is not told."""

    transactions: GraphTransactions

    async def __call__(self, actor: Actor, follower_id: str) -> None:
        async with self.transactions() as uow:
            if await uow.follows.bond(actor.id, follower_id):
                await sever(uow, follower_id, actor.id)
                await uow.commit()


@frozen
class ApproveFollowRequest:
    """Let somebody follow who has asked the actor. Approving twice is approving once.

    Raises ``NotFound`` for somebody who neither asks nor follows.
    """

    transactions: GraphTransactions
    ids: Ids
    widely_followed: int = WIDELY_FOLLOWED

    async def __call__(self, actor: Actor, follower_id: str) -> None:
        async with self.transactions() as uow:
            bond = await uow.follows.bond(actor.id, follower_id)
            if bond is None:
                raise NotFound
            terms = bond.approve()
            if terms is None:
                return
            await uow.follow_requests.remove(follower_id, actor.id)
            await uow.follows.add(self.ids.new(), follower_id, actor.id, terms)
            followed = AccountFollowed(follower_id, actor.id, approved=True)
            await began_to_follow(uow, followed, self.widely_followed)
            await uow.commit()


@frozen
class RejectFollowRequest:
    """Refuse somebody who has asked to follow the actor, who is not told and may ask again."""

    transactions: GraphTransactions

    async def __call__(self, actor: Actor, follower_id: str) -> None:
        async with self.transactions() as uow:
            if await uow.follows.bond(actor.id, follower_id):
                await withdraw_request(uow, follower_id, actor.id)
                await uow.commit()


async def began_to_follow(uow: GraphUnitOfWork, followed: AccountFollowed, widely_followed: int) -> None:
    """Record a follow that has just been stored, and that the followee came to very many followers by it."""
    stream_key = pair_stream(followed.follower_id, followed.followee_id)
    await uow.outbox.record(followed, stream_key)
    if await uow.follows.start_pulling(followed.followee_id, widely_followed):
        widely = AccountWidelyFollowed(followed.followee_id)
        await uow.outbox.record(widely, f"account:{followed.followee_id}")


async def sever(uow: GraphUnitOfWork, follower_id: str, followee_id: str) -> None:
    """End a follow or a request of one account to another, whichever there is."""
    await withdraw_request(uow, follower_id, followee_id)
    if await uow.follows.remove(follower_id, followee_id):
        unfollowed = AccountUnfollowed(follower_id, followee_id)
        await uow.outbox.record(unfollowed, pair_stream(follower_id, followee_id))
        # What is for followers only is not for this one any more, on open sockets either.
        uow.wake(Topic.ACCESS, [follower_id])


async def withdraw_request(uow: GraphUnitOfWork, follower_id: str, followee_id: str) -> None:
    """End a request of one account to follow another, if there is one."""
    if await uow.follow_requests.remove(follower_id, followee_id):
        withdrawn = FollowRequestWithdrawn(follower_id, followee_id)
        await uow.outbox.record(withdrawn, pair_stream(follower_id, followee_id))
