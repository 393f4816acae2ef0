"""Rows of the accounts context, with the same columns as the SQL tables."""

from datetime import date, datetime

from attrs import frozen


@frozen
class AccountRow:
    """A row of ``accounts``, by id."""

    id: str
    handle: str
    email: str
    password_hash: str
    display_name: str
    created_at: datetime
    email_verified_at: datetime | None = None
    bio: str = ""
    avatar_id: str | None = None
    banner_id: str | None = None
    website: str = ""
    links: tuple[tuple[str, str], ...] = ()
    payout_address: str = ""
    locale: str = "en"
    time_zone: str = "UTC"
    birth_date: date | None = None
    locked: bool = False
    role: str = "member"
    state: str = "active"
    suspended_until: datetime | None = None
    revision: int = 0
    posts_count: int = 0
    followers_count: int = 0
    following_count: int = 0
    pulling: bool = False
    pulled: bool = False


@frozen
class FollowRow:
    """A row of ``follows`` or ``follow_requests``, by (follower, followee)."""

    follower_id: str
    followee_id: str
    id: str
    notify: str = "none"
    show_reposts: bool = True
    pulled: bool = False


@frozen
class BlockRow:
    """A row of ``blocks``, by (blocker, blocked)."""

    blocker_id: str
    blocked_id: str
    id: str


@frozen
class MuteRow:
    """A row of ``mutes``, by (muter, muted)."""

    muter_id: str
    muted_id: str
    id: str
    until: datetime | None = None
