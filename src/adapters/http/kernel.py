"""What the kernel is made of, handed in by the entry point."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from attrs import field, frozen

from adapters.http.routing import Route
from adapters.http.settings import HttpSettings
from platform_core.shared.actor import Authenticator
from platform_core.shared.idempotency import IdempotencyKeys
from platform_core.shared.ids import Ids
from platform_core.shared.limits import RateLimiter

Position = Callable[[str], Awaitable[int]]
"""Tells the ``seq`` of an account's newest durable event."""
Observer = Callable[[Route, int, float], None]
"""Is told route, status and seconds of each answer: the hook for metrics."""


@frozen
class Kernel:
    """The ports and settings that every route shares."""

    authenticator: Authenticator
    limiter: RateLimiter
    idempotency: IdempotencyKeys
    ids: Ids
    position: Position
    cursor_secret: bytes = field(repr=False)
    settings: HttpSettings = field(factory=HttpSettings)
    observe: Observer | None = None


KERNEL = web.AppKey("kernel", Kernel)
ROUTES = web.AppKey("routes", tuple[Route, ...])
