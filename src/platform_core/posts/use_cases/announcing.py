"""Tell clients what happens to posts, and clear away what was deleted."""

from attrs import field, frozen

from platform_core.posts.model import PostPublished, PostView
from platform_core.posts.ports import PostReader, PostsUnitOfWork, Transactions
from platform_core.posts.use_cases.timelines import CHUNK
from platform_core.shared.events import Delivery
from platform_core.shared.signals import Rooms
from platform_core.shared.visibility import Audience

ANNOUNCED_FOLLOWERS = 5_000
"""Followers who are told of a post by socket; the others see it when they read their feed."""


@frozen
class AnnouncePost:
    """Tell followers that a post is there: one ping without content, in chunks."""

    transactions: Transactions
    at_most: int = ANNOUNCED_FOLLOWERS
    audiences: frozenset[str] = field(default=frozenset({Audience.PUBLIC, Audience.FOLLOWERS}))

    async def __call__(self, delivery: Delivery, event: PostPublished) -> None:
        if event.audience not in self.audiences:
            return
        more = True
        while more:
            async with self.transactions() as uow:
                more = await self._tell_chunk(uow, delivery, event)
                await uow.commit()

    async def _tell_chunk(self, uow: PostsUnitOfWork, delivery: Delivery, event: PostPublished) -> bool:
        # How far it got is committed with each chunk: a round that is interrupted tells nobody twice.
        reached = await uow.deliveries.reached(delivery)
        told, _, after = reached.partition(":")
        limit = min(CHUNK, self.at_most - int(told or 0))
        chunk = await uow.followers.list_ids(event.author_id, after, limit) if limit else []
        if not chunk:
            return False
        payload = {"post_id": event.post_id, "author_id": event.author_id}
        await uow.client_events.append(chunk, "post:published", payload)
        await uow.deliveries.advance(delivery, reached, f"{int(told or 0) + len(chunk)}:{chunk[-1]}")
        return len(chunk) == limit


@frozen
class TellWatchers:
    """Tell whoever watches a post that it was edited, deleted or counted anew."""

    rooms: Rooms
    posts: PostReader

    async def edited(self, post_id: str) -> None:
        """Ask clients to read the post again; what they may see of it differs from one to the other."""
        await self.rooms.emit(f"post:{post_id}", "post:edited", {"post_id": post_id})

    async def deleted(self, post_id: str) -> None:
        """Tell that the post is gone."""
        await self.rooms.emit(f"post:{post_id}", "post:deleted", {"post_id": post_id})

    async def counted(self, post_id: str, author_id: str) -> None:
        """Send the present counts."""
        post = await self.posts.by_id(author_id, post_id)
        if post is not None:
            await self.rooms.emit(f"post:{post_id}", "post:counted", _counted(post))


def _counted(post: PostView) -> dict[str, object]:
    counts = post.counts
    return {
        "post_id": post.id,
        "counts": {"reactions": counts.reactions, "dislikes": counts.dislikes, "views": counts.views},
    }


@frozen
class PurgePost:
    """Clear away what hangs on a deleted post, in chunks."""

    transactions: Transactions

    async def __call__(self, post_id: str) -> None:
        done = False
        while not done:
            async with self.transactions() as uow:
                done = await uow.posts.purge(post_id, CHUNK)
                await uow.commit()
