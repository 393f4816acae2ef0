"""Rate limits of routes: counts, tells the client what is left, refuses what is too much.

The fields are those of draft-ietf-httpapi-ratelimit-headers-10: ``RateLimit-Policy: "name";q=30;w=60`` and
``RateLimit: "name";r=29;t=12``.
"""

from multidict import CIMultiDict

from adapters.http.addresses import address_key
from adapters.http.routing import Gate, Route
from platform_core.shared.actor import Actor
from platform_core.shared.errors import RateLimited
from platform_core.shared.limits import Rate, RateLimiter


class Throttle:
    """Counts the requests of one route against its rate."""

    def __init__(self, route: Route, anonymous: Rate, limiter: RateLimiter) -> None:
        self._rate = route.limit
        self._anonymous = anonymous if route.gate is Gate.PUBLIC else None
        self._limiter = limiter

    def applies(self, actor: Actor) -> bool:
        """Whether anything has to be counted for this actor."""
        return self._rate is not None or (self._anonymous is not None and actor.account_id is None)

    async def check(self, actor: Actor, address: str, headers: CIMultiDict[str]) -> None:
        """Count the request and write what is left into ``headers``. Raises ``RateLimited``."""
        key = actor.account_id or address_key(address)
        if self._anonymous is not None and actor.account_id is None:
            await self._count(self._anonymous, key, headers)
        if self._rate is not None:
            await self._count(self._rate, key, headers)

    async def _count(self, rate: Rate, key: str, headers: CIMultiDict[str]) -> None:
        quota = await self._limiter.hit(rate, key)
        # A field may come several times: each rate adds its own item to the list.
        headers.add("RateLimit-Policy", f'"{rate.name}";q={rate.amount};w={rate.seconds}')
        headers.add("RateLimit", f'"{rate.name}";r={quota.remaining};t={quota.reset_after}')
        if not quota.allowed:
            raise RateLimited(quota.reset_after)
