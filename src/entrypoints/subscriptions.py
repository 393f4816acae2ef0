"""What follows from what: one context's event becomes another context's command.

The tables below are the whole of it. Contexts do not know each other; to see what happens after a post
was published, read the lines of ``PostPublished``.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from attrs import frozen

from platform_core.accounts.model.admin import SuspensionExpired
from platform_core.accounts.model.credentials import AccountRegistered, PasswordChanged, SignedIn
from platform_core.accounts.model.credentials_letters import (
    EmailChanged,
    EmailChangeRequested,
    PasswordResetRequested,
    RegistrationApproved,
    SecondFactorRemoved,
    VerificationRequested,
)
from platform_core.accounts.model.graph import (
    AccountBlocked,
    AccountFollowed,
    AccountUnfollowed,
    AccountWidelyFollowed,
    FollowRequested,
    FollowRequestWithdrawn,
)
from platform_core.accounts.use_cases.admin import EndSuspension
from platform_core.accounts.use_cases.credentials_letters import (
    AskNewAddress,
    AskOldAddress,
    SendPasswordReset,
    SendVerification,
    TellOwner,
)
from platform_core.notifications.model import follow, follow_request, reaction
from platform_core.notifications.use_cases.telling import (
    NotifyOfFollow,
    NotifyOfFollowRequest,
    NotifyOfReaction,
)
from platform_core.notifications.use_cases.withdrawing import (
    RemoveNotificationsAbout,
    RemoveNotificationsBetween,
    WithdrawNotification,
)
from platform_core.posts.model import PostDeleted, PostEdited, PostPublished, PostReacted, ReactionWithdrawn
from platform_core.posts.use_cases.announcing import AnnouncePost, PurgePost, TellWatchers
from platform_core.posts.use_cases.timelines import (
    BackfillTimeline,
    BuildTimeline,
    FanOutPost,
    PruneTimeline,
    StartPulling,
)
from platform_core.shared.events import Delivery, Event, StoredEvent
from platform_core.shared.relay import Subscription

E = TypeVar("E", bound=Event)
React = Callable[[Delivery, E], Awaitable[None]]


@frozen
class FeedWork:
    """What posts do in the background."""

    fan_out: FanOutPost
    build: BuildTimeline
    backfill: BackfillTimeline
    prune: PruneTimeline
    pull: StartPulling
    announce: AnnouncePost
    tell_watchers: TellWatchers
    purge: PurgePost


@frozen
class NotificationWork:
    """What notifications do in the background."""

    of_follow: NotifyOfFollow
    of_follow_request: NotifyOfFollowRequest
    of_reaction: NotifyOfReaction
    withdraw: WithdrawNotification
    remove_between: RemoveNotificationsBetween
    remove_about: RemoveNotificationsAbout


@frozen
class LetterWork:
    """What accounts send by mail."""

    verification: SendVerification
    password_reset: SendPasswordReset
    ask_old: AskOldAddress
    ask_new: AskNewAddress
    tell_owner: TellOwner


def on(event: type[E], subscriber: str, react: React[E]) -> Subscription:
    """Subscribe ``react`` to one kind of event; ``subscriber`` is what deliveries are recorded under."""

    async def handle(delivery: Delivery, stored: StoredEvent) -> None:
        await react(delivery, event.restore(stored.payload))

    return Subscription(event.name, subscriber, handle)


def feed_subscriptions(use: FeedWork) -> Sequence[Subscription]:
    """Keep timelines and watchers up to date."""
    return (
        on(PostPublished, "posts.fan_out", use.fan_out),
        on(PostPublished, "posts.announce", use.announce),
        on(PostEdited, "posts.edited", lambda _, e: use.tell_watchers.edited(e.post_id)),
        on(PostDeleted, "posts.deleted", lambda _, e: use.tell_watchers.deleted(e.post_id)),
        on(PostDeleted, "posts.purge", lambda _, e: use.purge(e.post_id)),
        on(PostReacted, "posts.counted", lambda _, e: use.tell_watchers.counted(e.post_id, e.author_id)),
        on(
            ReactionWithdrawn, "posts.counted", lambda _, e: use.tell_watchers.counted(e.post_id, e.author_id)
        ),
        on(AccountRegistered, "posts.timeline", lambda _, e: use.build(e.account_id)),
        on(SignedIn, "posts.timeline", lambda _, e: use.build(e.account_id)),
        on(AccountFollowed, "posts.backfill", lambda _, e: use.backfill(e.follower_id, e.followee_id)),
        on(AccountUnfollowed, "posts.prune", lambda _, e: use.prune(e.follower_id, e.followee_id)),
        on(AccountWidelyFollowed, "posts.pull", lambda _, e: use.pull(e.account_id)),
    )


def notification_subscriptions(use: NotificationWork) -> Sequence[Subscription]:
    """Tell people what others did, and take it back when it is no longer so."""
    return (
        on(
            AccountFollowed,
            "notifications.follow",
            lambda d, e: use.of_follow(d, e.follower_id, e.followee_id),
        ),
        on(
            FollowRequested,
            "notifications.follow_request",
            lambda d, e: use.of_follow_request(d, e.follower_id, e.followee_id),
        ),
        on(
            PostReacted,
            "notifications.reaction",
            lambda d, e: use.of_reaction(d, e.account_id, e.post_id, e.author_id, e.kind),
        ),
        on(
            ReactionWithdrawn,
            "notifications.withdraw",
            lambda d, e: use.withdraw(d, reaction(e.account_id, e.post_id, e.author_id)),
        ),
        on(
            AccountUnfollowed,
            "notifications.withdraw",
            lambda d, e: use.withdraw(d, follow(e.follower_id, e.followee_id)),
        ),
        on(
            FollowRequestWithdrawn,
            "notifications.withdraw",
            lambda d, e: use.withdraw(d, follow_request(e.follower_id, e.followee_id)),
        ),
        on(
            AccountBlocked,
            "notifications.block",
            lambda _, e: use.remove_between(e.blocker_id, e.blocked_id),
        ),
        on(PostDeleted, "notifications.post_deleted", lambda _, e: use.remove_about(e.post_id)),
    )


def letter_subscriptions(use: LetterWork) -> Sequence[Subscription]:
    """Send letters, each once."""
    return (
        on(VerificationRequested, "accounts.verify", use.verification),
        on(PasswordResetRequested, "accounts.reset", use.password_reset),
        on(EmailChangeRequested, "accounts.ask_old_address", use.ask_old),
        on(EmailChangeRequested, "accounts.ask_new_address", use.ask_new),
        on(EmailChanged, "accounts.tell_of_address", use.tell_owner.email_changed),
        on(PasswordChanged, "accounts.tell_of_password", use.tell_owner.password_changed),
        on(SecondFactorRemoved, "accounts.tell_of_factor", use.tell_owner.second_factor_removed),
        on(RegistrationApproved, "accounts.tell_of_approval", use.tell_owner.approved),
    )


def account_subscriptions(end_suspension: EndSuspension) -> Sequence[Subscription]:
    """Do what is due to accounts."""
    return (on(SuspensionExpired, "accounts.end_suspension", lambda d, e: end_suspension(d, e.account_id)),)
