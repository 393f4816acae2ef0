"""What people and the background do most, done to the accounts and posts that have most rows."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from attrs import frozen

from adapters.sql.engines import Database
from adapters.sql.unit_of_work import SqlUnitOfWork
from benchmarks.dataset import TIMELINE_CAP, Dataset, Who
from platform_core.accounts.model.graph import FollowWish
from platform_core.accounts.use_cases.graph_distance import (
    BlockAccount,
    MuteAccount,
    UnblockAccount,
    UnmuteAccount,
)
from platform_core.accounts.use_cases.graph_follows import (
    ApproveFollowRequest,
    FollowAccount,
    UnfollowAccount,
)
from platform_core.notifications.use_cases.telling import NotifyOfFollow, NotifyOfReaction
from platform_core.posts.model import Content, PostPublished, ReactionKind
from platform_core.posts.use_cases.publishing import DeletePost, EditPost, PublishPost
from platform_core.posts.use_cases.reacting import (
    ReactToPost,
    SavePost,
    UnsavePost,
    ViewPost,
    WithdrawReaction,
)
from platform_core.posts.use_cases.timelines import CHUNK, BackfillTimeline, FanOutPost, PruneTimeline
from platform_core.shared.events import Delivery
from platform_core.shared.visibility import Audience
from tests.factories import CountingIds, FakeClock, RecordingSignals, actor

ONE = 60
"""Rows that a command on single things may look at: itself, both accounts, and how they stand."""
EACH = 6
MIDDLING = 40
"""The number of an author who is followed by many, and not yet pulled."""


@frozen
class Command:
    """Something to do, and the most rows that it may look at."""

    name: str
    rows: int
    run: Callable[[], Awaitable[Any]]


@frozen
class Doing:
    """Makes use cases that work on one database."""

    database: Database
    clock: FakeClock
    ids: CountingIds

    def make(self, use_case: Callable[..., Any], *, clock: bool = False, ids: bool = False) -> Any:
        """Make a use case of its units of work, and of clock and ids where it needs them."""
        given = {**({"clock": self.clock} if clock else {}), **({"ids": self.ids} if ids else {})}
        return use_case(transactions=self._transaction, **given)

    def _transaction(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.database, self.clock, self.ids, RecordingSignals())


def commands(data: Dataset, doing: Doing) -> Iterator[Command]:
    """Yield all commands, in an order in which each has something to do."""
    yield from _on_posts(data, doing)
    yield from _on_accounts(data, doing)
    yield from _in_the_background(data, doing)


def _on_posts(data: Dataset, doing: Doing) -> Iterator[Command]:
    hot, reader, star = data.post_id(data.hot), actor(data.id(Who.NEWCOMER)), actor(data.id(Who.STAR))
    make, text = doing.make, Content("Good morning", Audience.PUBLIC)
    yield Command("publish", ONE, lambda: make(PublishPost, clock=True, ids=True)(star, text))
    yield Command("edit", ONE, lambda: make(EditPost, clock=True, ids=True)(star, hot, "Good evening"))
    yield Command("react", ONE, lambda: make(ReactToPost, ids=True)(reader, hot, ReactionKind.LIKE))
    yield Command("withdraw", ONE, lambda: make(WithdrawReaction)(reader, hot))
    yield Command("save", ONE, lambda: make(SavePost, ids=True)(reader, hot))
    yield Command("unsave", ONE, lambda: make(UnsavePost)(reader, hot))
    yield Command("view", ONE, lambda: make(ViewPost, clock=True)(reader, hot))
    yield Command("delete", ONE, lambda: make(DeletePost)(star, hot))


def _on_accounts(data: Dataset, doing: Doing) -> Iterator[Command]:
    followed = max(data.followees[Who.FOLLOWS_10], key=data.follower_counts.__getitem__)
    reader, star = actor(data.id(Who.FOLLOWS_10)), data.id(followed)
    recluse, asks = actor(data.id(Who.RECLUSE)), data.id(Who.RECLUSE + 1)
    make = doing.make
    yield Command("unfollow", ONE, lambda: make(UnfollowAccount)(reader, star))
    yield Command("follow", ONE, lambda: make(FollowAccount, ids=True)(reader, star, FollowWish()))
    yield Command("approve", ONE, lambda: make(ApproveFollowRequest, ids=True)(recluse, asks))
    yield Command("block", ONE, lambda: make(BlockAccount, ids=True)(reader, star))
    yield Command("unblock", ONE, lambda: make(UnblockAccount)(reader, star))
    yield Command("mute", ONE, lambda: make(MuteAccount, clock=True, ids=True)(reader, star))
    yield Command("unmute", ONE, lambda: make(UnmuteAccount)(reader, star))


def _in_the_background(data: Dataset, doing: Doing) -> Iterator[Command]:
    reader, star, middling = data.id(Who.FOLLOWS_2000), data.id(Who.STAR), data.id(MIDDLING)
    make, newest = doing.make, data.newest_of(MIDDLING)
    post = PostPublished(data.post_id(newest), middling, data.post_id(newest), "public")
    told, written = make(NotifyOfReaction, clock=True, ids=True), data.post_id(data.newest_of(Who.STAR))
    followers = min(data.follower_counts[MIDDLING], CHUNK)
    yield Command("fan out", ONE + EACH * followers, lambda: make(FanOutPost)(_delivery(doing), post))
    yield Command("backfill", EACH * TIMELINE_CAP, lambda: make(BackfillTimeline)(reader, middling))
    yield Command("prune", EACH * TIMELINE_CAP, lambda: make(PruneTimeline)(reader, star))
    yield Command("tell of a reaction", ONE, lambda: told(_delivery(doing), reader, written, star, "like"))
    follow = make(NotifyOfFollow, clock=True, ids=True)
    yield Command("tell of a follow", ONE, lambda: follow(_delivery(doing), star, reader))


def _delivery(doing: Doing) -> Delivery:
    return Delivery("a test", doing.ids.new())
