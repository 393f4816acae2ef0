"""The chance that the demo is made of: always the same, given the moment that it is seen from."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

SEED = 1879


class Chance:
    """Draws from a fixed seed; ids carry the moment that they are made for."""

    def __init__(self, base: datetime) -> None:
        self.base = base
        self._random = random.Random(SEED)  # noqa: S311
        self.share = self._random.random
        self.among = self._random.choice
        self.normal = self._random.gauss
        self.sample = self._random.sample
        self.draw = self._random.choices

    def id(self, at: datetime) -> str:
        """Return a UUIDv7 of the moment ``at``."""
        bits = self._random.getrandbits(74)
        head = int(at.timestamp() * 1000) << 16 | 7 << 12 | bits >> 62
        digits = f"{head << 64 | 0b10 << 62 | bits & (1 << 62) - 1:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def moment(self, after: datetime, before: datetime) -> datetime:
        """Return a moment in between, in whole milliseconds; evenings are likelier than nights."""
        found = after + (before - after) * self.share()
        if found.hour < 6 and self.share() < 0.8:
            found = min(before, found + timedelta(hours=8 * self.share() + 4))
        return _whole(found)

    def soon(self, after: datetime, hours: float) -> datetime:
        """Return a moment that follows ``after``, on average by so many hours, and is not to come yet."""
        late = after + timedelta(hours=self._random.expovariate(1 / hours))
        return _whole(late) if late < self.base else self.moment(after, self.base)

    def weighted(self, things: Sequence[T], weights: Sequence[float], count: int) -> list[T]:
        """Return up to ``count`` different things, the heavier ones likelier."""
        # Efraimidis and Spirakis: the largest share ** (1 / weight) are a weighted sample.
        keyed = [(self.share() ** (1 / max(weight, 1e-6)), n) for n, weight in enumerate(weights)]
        return [things[n] for _, n in sorted(keyed, reverse=True)[:count]]


def moment_of(id_: str) -> datetime:
    """Return the moment that an id was made for."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(id_[:8] + id_[9:13], 16))


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
