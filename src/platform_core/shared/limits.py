"""Rate limits: how often something may be done, counted through a port."""

from typing import Protocol

from attrs import frozen


@frozen
class Rate:
    """``amount`` times in ``seconds``; ``name`` keeps the counts of different rates apart."""

    name: str
    amount: int
    seconds: int


@frozen
class Quota:
    """What is left of a rate: is this attempt allowed, how many remain, seconds until that changes."""

    allowed: bool
    remaining: int
    reset_after: int


class RateLimiter(Protocol):
    """Counts attempts. One in-process adapter, one over Valkey that falls back to the first in an outage."""

    async def hit(self, rate: Rate, key: str) -> Quota:
        """Count one attempt of ``key`` and tell whether it is allowed."""
        ...

    async def peek(self, rate: Rate, key: str) -> Quota:
        """Tell what is left without counting."""
        ...
