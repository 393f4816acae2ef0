"""The one policy of who may see what: nothing, a locked preview, or all of it.

A pure function of the item, its author's state, the viewer's relationship to the author and what the viewer
is entitled to. Every surface goes through it; the SQL predicate that mirrors it is proved equal by a
property test. The truth table is in ``docs/visibility.md``.
"""

from enum import StrEnum

from attrs import frozen


class Access(StrEnum):
    """How much of an item a viewer gets."""

    NOTHING = "nothing"
    PREVIEW = "preview"
    FULL = "full"


class Audience(StrEnum):
    """For whom an item was published."""

    PUBLIC = "public"
    FOLLOWERS = "followers"
    SUBSCRIBERS = "subscribers"
    PAID = "paid"
    PRIVATE = "private"
    COMMUNITY = "community"


class AccountState(StrEnum):
    """What has become of an account."""

    PENDING = "pending"
    ACTIVE = "active"
    LIMITED = "limited"
    SUSPENDED = "suspended"
    DELETED = "deleted"


@frozen
class Item:
    """What the policy needs to know of a published or unpublished thing."""

    audience: Audience
    published: bool = True
    tier_id: str | None = None
    community_id: str | None = None


@frozen
class Author:
    """What the policy needs to know of whoever made it."""

    state: AccountState = AccountState.ACTIVE
    locked: bool = False


@frozen
class Relationship:
    """How the viewer stands to the author; the default is nobody in particular."""

    is_author: bool = False
    following: bool = False
    blocked: bool = False
    """One of the two blocks the other."""


@frozen
class Entitlement:
    """What the viewer has a right to: bought or subscribed this very item, or belongs to its community."""

    to_item: bool = False
    to_community: bool = False


_GONE = frozenset({AccountState.PENDING, AccountState.SUSPENDED, AccountState.DELETED})
_SOLD = frozenset({Audience.SUBSCRIBERS, Audience.PAID})


def access(item: Item, author: Author, viewer: Relationship, right: Entitlement) -> Access:
    """Return how much of ``item`` the viewer gets."""
    if author.state in _GONE:
        return Access.NOTHING
    if viewer.is_author:
        return Access.FULL
    if viewer.blocked or not item.published:
        return Access.NOTHING
    if item.audience is Audience.COMMUNITY:
        return Access.FULL if right.to_community else Access.NOTHING
    if item.audience in _SOLD:
        return _sold(author, viewer, right)
    return Access.FULL if _reaches(item, author, viewer) else Access.NOTHING


def _sold(author: Author, viewer: Relationship, right: Entitlement) -> Access:
    """Whoever has the right sees it all, wherever the author has withdrawn to; others see that it exists."""
    if right.to_item:
        return Access.FULL
    return Access.PREVIEW if viewer.following or _open(author) else Access.NOTHING


def _reaches(item: Item, author: Author, viewer: Relationship) -> bool:
    if item.audience is Audience.FOLLOWERS or (item.audience is Audience.PUBLIC and not _open(author)):
        return viewer.following
    return item.audience is Audience.PUBLIC


def _open(author: Author) -> bool:
    """Public things of locked and limited accounts behave as followers-only."""
    return author.state is AccountState.ACTIVE and not author.locked
