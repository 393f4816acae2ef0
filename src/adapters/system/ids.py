"""Ids and secrets from the operating system's randomness."""

import base64
import hashlib
import secrets
import threading

from platform_core.shared.clock import Clock

_COUNTER_BITS = 12
_TAIL_BITS = 62


class UuidV7Ids:
    """Makes UUIDv7 (RFC 9562): milliseconds, a counter within the millisecond, randomness.

    The counter is that of section 6.2, method 1: it starts at a random low value in each millisecond; when
    it runs over, or the clock steps back, the last millisecond is kept and moved on.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._millisecond = 0
        self._counter = 0

    def new(self) -> str:
        """Return an id above all that this object made before."""
        now = int(self._clock.now().timestamp() * 1000)
        with self._lock:
            if now > self._millisecond:
                self._millisecond, self._counter = now, secrets.randbits(_COUNTER_BITS - 1)
            else:
                self._counter += 1
                if self._counter >> _COUNTER_BITS:
                    self._millisecond, self._counter = self._millisecond + 1, 0
            head = self._millisecond << 16 | 7 << 12 | self._counter
        digits = f"{head << 64 | 0b10 << _TAIL_BITS | secrets.randbits(_TAIL_BITS):032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class SystemSecrets:
    """Makes tokens and codes."""

    def token(self) -> str:
        """Return 32 random bytes as URL-safe text."""
        return secrets.token_urlsafe(32)

    def code(self) -> str:
        """Return 80 random bits in Crockford-like base 32, in four groups of four."""
        letters = base64.b32encode(secrets.token_bytes(10)).decode().lower()
        return "-".join(letters[start : start + 4] for start in range(0, 16, 4))

    def digest(self, secret: str) -> str:
        """Return the SHA-256; tokens are random enough to need no salt."""
        return hashlib.sha256(secret.encode()).hexdigest()
