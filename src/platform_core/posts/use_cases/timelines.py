"""The work behind the home feed: who gets a new post written to the timeline, and how timelines are kept.

All of it runs in the background. What is written is only an index: whether a reader may see a post is decided
when the feed is read, so a timeline that lags behind shows nothing that it must not.
"""

from attrs import frozen

from platform_core.posts.model import PostPublished
from platform_core.posts.ports import PostedEntry, Transactions
from platform_core.shared.events import Delivery

TIMELINE_CAP = 1_000
"""Rows that a timeline keeps; what is older is read from the posts themselves."""
CHUNK = 500
"""Rows written in one transaction, so that a fan-out never keeps others waiting for long."""
_TRIM_EVERY = 64


@frozen
class FanOutPost:
    """Write a new post to the timelines of its author and the author's followers, in chunks."""

    transactions: Transactions

    async def __call__(self, delivery: Delivery, event: PostPublished) -> None:
        entry = PostedEntry(event.feed_id, event.post_id, event.author_id)
        # One post in sixty-four pays for trimming; timelines overshoot their cap by a few rows meanwhile.
        trim_to = TIMELINE_CAP if int(event.feed_id[-2:], 16) % _TRIM_EVERY == 0 else None
        after: str | None = ""
        while after is not None:
            async with self.transactions() as uow:
                if after == "":
                    # Once more, for an author whose timeline was started while the post was published.
                    await uow.timelines.add_own(entry)
                if await uow.timelines.is_pulled(event.author_id):
                    after = None
                else:
                    after = await uow.timelines.fan_out(entry, after, CHUNK, trim_to)
                await uow.commit()


@frozen
class BuildTimeline:
    """Write an account's timeline from now on, and fill it with what is there."""

    transactions: Transactions

    async def __call__(self, account_id: str) -> None:
        async with self.transactions() as uow:
            missing = await uow.timelines.start(account_id)
            await uow.commit()
        if not missing:
            return
        # A transaction of its own: what is published from the first commit on is written by the fan-out,
        # what was published before is seen by this read.
        async with self.transactions() as uow:
            await uow.timelines.build(account_id, TIMELINE_CAP)
            await uow.commit()


@frozen
class BackfillTimeline:
    """Write the posts of a newly followed author to the follower's timeline."""

    transactions: Transactions

    async def __call__(self, follower_id: str, author_id: str) -> None:
        async with self.transactions() as uow:
            await uow.timelines.backfill(follower_id, author_id, TIMELINE_CAP)
            await uow.commit()


@frozen
class PruneTimeline:
    """Remove the posts of an author who is followed no longer from the timeline."""

    transactions: Transactions

    async def __call__(self, follower_id: str, author_id: str) -> None:
        async with self.transactions() as uow:
            await uow.timelines.prune(follower_id, author_id)
            await uow.commit()


@frozen
class StartPulling:
    """Let timelines pull the posts of an author who has become very widely followed."""

    transactions: Transactions

    async def __call__(self, author_id: str) -> None:
        more = True
        while more:
            async with self.transactions() as uow:
                more = await uow.timelines.start_pulling(author_id, CHUNK)
                await uow.commit()
