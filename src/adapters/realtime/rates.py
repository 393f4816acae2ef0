"""How fast one socket may talk."""

import time

GIVE_UP = 10
"""Seconds' worth of refused packets after which a socket has had its chance."""


class TokenBucket:
    """Lets ``rate`` packets through per second; what was not used counts for one second."""

    __slots__ = ("_at", "_left", "_rate", "_refused")

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._left = float(rate)
        self._refused = 0.0
        self._at = time.monotonic()

    def take(self) -> bool:
        """Whether one more packet is allowed now."""
        now = time.monotonic()
        earned = (now - self._at) * self._rate
        self._at = now
        self._left = min(self._rate, self._left + earned)
        # Forgiven as fast as packets are allowed: up to twice the rate a client is refused for ever.
        self._refused = max(0.0, self._refused - earned)
        if self._left < 1:
            self._refused += 1
            return False
        self._left -= 1
        return True

    @property
    def hopeless(self) -> bool:
        """Whether the client goes on although it is refused."""
        return self._refused > GIVE_UP * self._rate
