"""Counts attempts in the memory of this process: enough for one, and the reserve of many."""

from collections.abc import Callable
from itertools import islice
from time import monotonic

from adapters.limits.slots import KEPT, quota, slot_at
from platform_core.shared.limits import Quota, Rate

_MAX_KEYS = 100_000
_SWEPT_PER_HIT = 2


class _Window:
    """The attempts of one key: how many in which slot, oldest slot first."""

    __slots__ = ("slots", "used")

    def __init__(self) -> None:
        self.used = 0
        self.slots: dict[int, int] = {}

    def forget(self, slot: int) -> None:
        """Drop what has left the window that ends in ``slot``."""
        while self.slots:
            oldest = next(iter(self.slots))
            if oldest > slot - KEPT:
                return
            self.used -= self.slots.pop(oldest)

    def count(self, slot: int) -> None:
        # A clock that was set back must not put slots out of order.
        latest = max(slot, next(reversed(self.slots), slot))
        self.slots[latest] = self.slots.get(latest, 0) + 1
        self.used += 1

    def over(self, slot: int) -> bool:
        return next(reversed(self.slots), slot - KEPT) <= slot - KEPT


class InProcessRateLimiter:
    """Counts in dictionaries, one per rate, least recently counted key first."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._windows: dict[str, dict[str, _Window]] = {}

    async def hit(self, rate: Rate, key: str) -> Quota:
        """Count one attempt; one that is refused does not count."""
        now = self._now()
        slot = slot_at(rate, now)
        windows = self._windows.setdefault(rate.name, {})
        window = windows.pop(key, None) or _Window()
        windows[key] = window
        window.forget(slot)
        allowed = window.used < rate.amount
        if allowed:
            window.count(slot)
        self._sweep(windows, slot)
        return quota(rate, window.used, next(iter(window.slots), None), now, allowed=allowed)

    async def peek(self, rate: Rate, key: str) -> Quota:
        """Tell what is left."""
        now = self._now()
        window = self._windows.get(rate.name, {}).get(key) or _Window()
        window.forget(slot_at(rate, now))
        allowed = window.used < rate.amount
        return quota(rate, window.used, next(iter(window.slots), None), now, allowed=allowed)

    def _sweep(self, windows: dict[str, _Window], slot: int) -> None:
        """Drop a few keys that are over, so that what is kept never has to be searched."""
        for key in list(islice(windows, _SWEPT_PER_HIT)):
            if windows[key].over(slot) or len(windows) > _MAX_KEYS:
                del windows[key]
