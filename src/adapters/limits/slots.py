"""The arithmetic of slots, shared by both adapters."""

from math import ceil

from platform_core.shared.limits import Quota, Rate

SLOTS = 60
KEPT = SLOTS + 1
"""Slots that reach into the window: sixty, and the one that is leaving it."""


def slot_at(rate: Rate, now: float) -> int:
    """Return the number of the slot that the moment ``now`` (in seconds) falls into."""
    return int(now * SLOTS / rate.seconds)


def quota(rate: Rate, used: int, first: int | None, now: float, *, allowed: bool) -> Quota:
    """Return what is left after ``used`` attempts, the oldest of them in slot ``first``."""
    remaining = max(0, rate.amount - used)
    if first is None:
        return Quota(allowed, remaining, rate.seconds)
    comes_free = (first + KEPT) * rate.seconds / SLOTS
    return Quota(allowed, remaining, max(1, ceil(comes_free - now)))
