"""Where pull-to-refresh goes on from: a little before the newest, without what was delivered already.

Keys are minted before they are committed, and a timeline is written after that, so a row can turn up below
one that a reader has seen. Whoever asked only for what is above the newest would never get it. So a refresh
reads again what is younger than ``WINDOW`` before the newest key, and leaves out what its token names.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from attrs import evolve, frozen

WINDOW = 30_000
"""Milliseconds: what turns up later than that is seen when the list is read anew."""
MOST = 100
"""Keys that a token names at most, so that it fits into an address."""
_TAIL_BITS = 80
"""A UUIDv7 begins with 48 bits of milliseconds (RFC 9562, section 5.7)."""


@frozen
class Refresh:
    """A point in a list: rows above ``floor`` are asked for, but none of ``delivered`` (newest first)."""

    floor: str
    delivered: tuple[str, ...] = ()

    @property
    def token(self) -> str:
        """Return the point as text: the floor, and the delivered keys packed if there are any."""
        if not self.delivered:
            return self.floor
        packed = b"".join(UUID(key).bytes for key in self.delivered)
        return f"{self.floor}.{urlsafe_b64encode(packed).decode()}"

    @classmethod
    def restore(cls, token: str) -> "Refresh":
        """Return the point that a token stands for; a bare key is a point with nothing to leave out."""
        floor, _, packed = token.partition(".")
        bare = urlsafe_b64decode(packed)
        keys = (bare[start : start + 16] for start in range(0, len(bare), 16))
        return cls(floor, tuple(str(UUID(bytes=key)) for key in keys))

    def with_delivered(self, keys: tuple[str, ...], until: str | None) -> "Refresh":
        """Return the point after ``keys`` were delivered; where there is more, not beyond ``until``."""
        merged = tuple(sorted((*keys, *self.delivered), reverse=True))
        return evolve(self, delivered=merged).settled(until)

    def settled(self, until: str | None = None) -> "Refresh":
        """Return the point with its floor raised to ``WINDOW`` below the newest, and nothing below kept."""
        if not self.delivered:
            return self
        floor = max(self.floor, _before(self.delivered[0]))
        if until is not None:
            floor = max(self.floor, min(floor, until))
        kept = tuple(key for key in self.delivered if key > floor)
        if len(kept) > MOST:
            floor, kept = kept[MOST], kept[:MOST]
        return Refresh(floor, kept)


def _before(key: str) -> str:
    """Return the lowest key that is as young as ``WINDOW`` before ``key``."""
    milliseconds = (UUID(key).int >> _TAIL_BITS) - WINDOW
    return str(UUID(int=max(milliseconds, 0) << _TAIL_BITS))
