"""The names of everything that the server sends, in one table.

What a client sends is in the tables of the contexts (``posts.py`` and so on), joined in ``server.py``.
"""

from collections.abc import Mapping

from attrs import frozen

from platform_core.shared.actor import Scope


@frozen
class Durable:
    """A durable event: what a client reloads that may have missed some, and the scope to receive it."""

    reload: str
    scope: Scope


DURABLE: Mapping[str, Durable] = {
    "notification:created": Durable("notifications", Scope.NOTIFICATIONS_READ),
    "badge:changed": Durable("notifications", Scope.NOTIFICATIONS_READ),
    "post:published": Durable("feeds", Scope.POSTS_READ),
    "media:ready": Durable("media", Scope.POSTS_READ),
    "media:failed": Durable("media", Scope.POSTS_READ),
}

ROOM = frozenset({"post:edited", "post:deleted", "post:counted"})
"""Told to whoever watches the thing; never replayed."""

MERGED = frozenset({"post:counted"})
"""Room events of which only the last value counts: at most ``MERGED_PER_SECOND`` of them reach a room."""

CLOSING = frozenset({"post:deleted"})
"""Room events after which there is nothing left to watch."""

MERGED_PER_SECOND = 4

RESYNC = "resync"
"""Tells a client that events are missing which nobody keeps any more: ``{"reload", "last_event_id"}``."""

RELOAD = tuple(sorted({durable.reload for durable in DURABLE.values()}))
"""All that a client reloads on ``resync``."""


def all_names() -> frozenset[str]:
    """Return every name that the server may send."""
    return frozenset(DURABLE) | ROOM | {RESYNC}


def may_receive(name: str, scopes: frozenset[str]) -> bool:
    """Whether a token with these scopes is told of durable events of this name."""
    return name in DURABLE and DURABLE[name].scope in scopes
