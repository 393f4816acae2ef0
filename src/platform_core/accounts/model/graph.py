"""The rules of the graph between accounts: follows, requests to follow, blocks and mutes."""

from datetime import datetime
from enum import Enum, StrEnum, auto
from typing import ClassVar

from attrs import define, frozen

from platform_core.shared.errors import Conflict, Invalid, NotFound
from platform_core.shared.events import Event
from platform_core.shared.visibility import AccountState

WIDELY_FOLLOWED = 5_000
"""Followers from which on an author's posts are pulled when timelines are read, not written to them."""
MAX_BATCH = 100

_SHOWN = frozenset({AccountState.ACTIVE, AccountState.LIMITED})


class BlockedByYou(Conflict):
    """Whom one blocks one cannot follow."""

    code = "blocked_by_you"
    detail = "Unblock this account before you follow it."


class Notify(StrEnum):
    """What a follower wants to be told of."""

    NONE = "none"
    LIVE = "live"
    ALL = "all"


@frozen
class FollowTerms:
    """How somebody wants to follow."""

    notify: Notify = Notify.NONE
    show_reposts: bool = True


@frozen
class FollowWish:
    """What a follower asks for; ``None`` leaves a term as it is, or as it is at the beginning."""

    notify: Notify | None = None
    show_reposts: bool | None = None


class FollowStep(Enum):
    """What a wish to follow comes to."""

    FOLLOW = auto()
    """A follow begins; a request, if there was one, is done with."""
    REQUEST = auto()
    """The followee is asked first."""
    CHANGE_FOLLOW = auto()
    """The follow is there and gets other terms."""
    CHANGE_REQUEST = auto()
    """The request is there and gets other terms."""
    NOTHING = auto()
    """All is as it was wished."""


@define(kw_only=True)
class Bond:
    """How one account stands to another one: what every change of the graph is decided upon.

    ``follows`` and ``requests`` are from the account to the other, ``followed_by`` and ``requested_by`` from
    the other to the account.
    """

    account_id: str
    other_id: str
    state: AccountState
    """The other account's."""
    locked: bool
    """Whether the other account wants to be asked before it is followed."""
    follows: FollowTerms | None = None
    requests: FollowTerms | None = None
    followed_by: bool = False
    requested_by: FollowTerms | None = None
    blocks: bool = False
    blocked_by: bool = False

    @property
    def visible(self) -> bool:
        """Whether the account may know of the other one."""
        return self.state in _SHOWN and not self.blocked_by

    def terms(self, wish: FollowWish) -> FollowTerms:
        """Return the terms that the wish comes to."""
        present = self.follows or self.requests or FollowTerms()
        return FollowTerms(
            present.notify if wish.notify is None else wish.notify,
            present.show_reposts if wish.show_reposts is None else wish.show_reposts,
        )

    def follow(self, terms: FollowTerms) -> FollowStep:
        """Decide what the wish to follow on these terms comes to.

        Raises ``NotFound`` for an account that is not to be known of, and ``BlockedByYou``.
        """
        if not self.visible:
            raise NotFound
        if self.blocks:
            raise BlockedByYou
        if self.follows is not None:
            return FollowStep.NOTHING if self.follows == terms else FollowStep.CHANGE_FOLLOW
        if not self.locked:
            return FollowStep.FOLLOW
        if self.requests is None:
            return FollowStep.REQUEST
        return FollowStep.NOTHING if self.requests == terms else FollowStep.CHANGE_REQUEST

    def approve(self) -> FollowTerms | None:
        """Decide about letting the other one follow: on the terms it asked for, None if it follows already.

        Raises ``NotFound`` if it neither asks nor follows.
        """
        if self.requested_by is not None and self.visible:
            return self.requested_by
        if not self.followed_by:
            raise NotFound
        return None

    def block(self) -> bool:
        """Decide about a block: whether it has to be made.

        Raises ``NotFound`` for an account that is not to be known of, unless it is blocked already.
        """
        if not self.blocks and not self.visible:
            raise NotFound
        return not self.blocks

    def mute(self) -> None:
        """Decide about a mute. Raises ``NotFound`` for an account that is not to be known of."""
        if not self.visible:
            raise NotFound


def check_distinct(account_id: str, other_id: str) -> None:
    """Raise ``Invalid`` for somebody who means themselves."""
    if account_id == other_id:
        raise Invalid.field("account_id", "oneself", "This cannot be done with one's own account.")


def check_until(until: datetime | None, now: datetime) -> None:
    """Raise ``Invalid`` for an end that is past."""
    if until is not None and until <= now:
        raise Invalid.field("until", "past", "Expected a moment in the future.")


@frozen(kw_only=True)
class AccountRelationship:
    """How the viewer stands to one account."""

    id: str
    following: bool
    requested: bool
    followed_by: bool
    blocking: bool
    muting: bool
    notify: str | None
    show_reposts: bool | None


@frozen
class AccountFollowed(Event):
    """Somebody follows somebody; ``approved`` if the followee was asked and said yes."""

    name: ClassVar[str] = "accounts.followed"
    follower_id: str
    followee_id: str
    approved: bool = False


@frozen
class AccountUnfollowed(Event):
    """Somebody follows somebody no longer, whoever of the two ended it."""

    name: ClassVar[str] = "accounts.unfollowed"
    follower_id: str
    followee_id: str


@frozen
class FollowRequested(Event):
    """Somebody asks to follow."""

    name: ClassVar[str] = "accounts.follow_requested"
    follower_id: str
    followee_id: str


@frozen
class FollowRequestWithdrawn(Event):
    """A request to follow is gone without a follow: taken back, or refused."""

    name: ClassVar[str] = "accounts.follow_request_withdrawn"
    follower_id: str
    followee_id: str


@frozen
class AccountBlocked(Event):
    """Somebody blocks somebody: neither is there for the other any more."""

    name: ClassVar[str] = "accounts.blocked"
    blocker_id: str
    blocked_id: str


@frozen
class AccountWidelyFollowed(Event):
    """An account has come to so many followers that its posts are to be pulled."""

    name: ClassVar[str] = "accounts.widely_followed"
    account_id: str


def pair_stream(one_id: str, other_id: str) -> str:
    """Return the stream key under which all that happens between two accounts stays in order."""
    return "pair:" + ":".join(sorted((one_id, other_id)))
