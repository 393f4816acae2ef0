"""React to, dislike, save and view posts. The verb states the outcome: doing it twice is doing it once."""

from attrs import frozen

from platform_core.posts.model import VIEW_INTERVAL, Post, PostReacted, ReactionKind, ReactionWithdrawn
from platform_core.posts.ports import PostsUnitOfWork, Transactions
from platform_core.shared.actor import Actor
from platform_core.shared.clock import Clock
from platform_core.shared.errors import NotFound
from platform_core.shared.ids import Ids
from platform_core.shared.visibility import Access, Entitlement, access


@frozen
class ReactToPost:
    """Set the actor's one reaction to a post, a dislike included. Whoever sees all of the post may."""

    transactions: Transactions
    ids: Ids

    async def __call__(self, actor: Actor, post_id: str, kind: ReactionKind) -> None:
        async with self.transactions() as uow:
            post = await visible_post(uow, actor, post_id)
            present = await uow.reactions.get(post_id, actor.id)
            if present is kind:
                return
            await uow.reactions.put(self.ids.new(), post_id, actor.id, kind)
            await uow.posts.count(post_id, {kind: 1} if present is None else {kind: 1, present: -1})
            reacted = PostReacted(post_id, post.author_id, actor.id, kind)
            await uow.outbox.record(reacted, f"post:{post_id}")
            await uow.commit()


@frozen
class WithdrawReaction:
    """Take back the actor's reaction, or its dislike, whichever ``dislike`` says; the other one stays.

    Also at a post that can no longer be seen; nothing tells whether there is one.
    """

    transactions: Transactions

    async def __call__(self, actor: Actor, post_id: str, dislike: bool = False) -> None:
        async with self.transactions() as uow:
            post = await uow.posts.get(post_id)
            present = await uow.reactions.get(post_id, actor.id)
            if post is None or present is None or (present is ReactionKind.DISLIKE) is not dislike:
                return
            await uow.reactions.remove(post_id, actor.id)
            await uow.posts.count(post_id, {present: -1})
            withdrawn = ReactionWithdrawn(post_id, post.author_id, actor.id)
            await uow.outbox.record(withdrawn, f"post:{post_id}")
            await uow.commit()


@frozen
class SavePost:
    """Keep a post in the actor's saved list. Whoever sees the post may."""

    transactions: Transactions
    ids: Ids

    async def __call__(self, actor: Actor, post_id: str) -> None:
        async with self.transactions() as uow:
            await visible_post(uow, actor, post_id)
            await uow.saves.add(self.ids.new(), actor.id, post_id)
            await uow.commit()


@frozen
class UnsavePost:
    """Take a post out of the actor's saved list, also one that can no longer be seen."""

    transactions: Transactions

    async def __call__(self, actor: Actor, post_id: str) -> None:
        async with self.transactions() as uow:
            await uow.saves.remove(actor.id, post_id)
            await uow.commit()


@frozen
class ViewPost:
    """Count that the actor looked at a post, once an hour; an author's own looks do not count."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, actor: Actor, post_id: str) -> None:
        now = self.clock.now()
        async with self.transactions() as uow:
            post = await visible_post(uow, actor, post_id)
            if post.author_id != actor.id:
                await uow.views.count(post_id, actor.id, now, now - VIEW_INTERVAL)
            await uow.commit()


async def visible_post(uow: PostsUnitOfWork, actor: Actor, post_id: str) -> Post:
    """Return a post that the actor sees all of. Raises ``NotFound`` otherwise."""
    post = await uow.posts.get(post_id)
    if post is None:
        raise NotFound
    author, viewer = await uow.relationships.between(actor.id, post.author_id)
    if access(post.item, author, viewer, Entitlement()) is not Access.FULL:
        raise NotFound
    return post
