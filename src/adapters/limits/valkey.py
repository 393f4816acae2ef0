"""Counts attempts in Valkey, for all processes together; in an outage each process counts for itself."""

import asyncio
import logging
from collections.abc import Callable
from time import monotonic

from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.limits.in_process import InProcessRateLimiter
from adapters.limits.slots import KEPT, SLOTS, quota, slot_at
from platform_core.shared.limits import Quota, Rate

log = logging.getLogger("footlights.limits")

_PATIENCE = 0.5
_OUTAGE = 2.0
_PREFIX = "footlights:rate"

# One round trip: forget, sum, decide, count. Slots are the fields of a hash that expires as a whole.
_SCRIPT = """
local slot, kept, amount = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local used, first = 0, -1
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  local at = tonumber(fields[i])
  if at <= slot - kept then
    redis.call('HDEL', KEYS[1], fields[i])
  else
    used = used + tonumber(fields[i + 1])
    if first < 0 or at < first then first = at end
  end
end
local allowed = used < amount
if allowed and ARGV[5] == '1' then
  redis.call('HINCRBY', KEYS[1], slot, 1)
  redis.call('EXPIRE', KEYS[1], ARGV[4])
  used = used + 1
  if first < 0 then first = slot end
end
return {allowed and 1 or 0, used, first}
"""


class ValkeyRateLimiter:
    """Counts in Valkey; whenever it does not answer, in memory, and tries again every two seconds.

    ``now`` is the time in seconds that all processes share.
    """

    def __init__(self, client: Redis, now: Callable[[], float]) -> None:
        self._now = now
        self._script = client.register_script(_SCRIPT)
        self._reserve = InProcessRateLimiter(now)
        self._away_until: float | None = None

    async def hit(self, rate: Rate, key: str) -> Quota:
        """Count one attempt; one that is refused does not count."""
        found = await self._run(rate, key, counts=True)
        return found or await self._reserve.hit(rate, key)

    async def peek(self, rate: Rate, key: str) -> Quota:
        """Tell what is left."""
        found = await self._run(rate, key, counts=False)
        return found or await self._reserve.peek(rate, key)

    async def _run(self, rate: Rate, key: str, *, counts: bool) -> Quota | None:
        """Return the quota, ``None`` in an outage; while it lasts, one attempt at a time asks again."""
        if self._away_until is not None:
            if monotonic() < self._away_until:
                return None
            self._away_until = monotonic() + _OUTAGE
        now = self._now()
        slot = slot_at(rate, now)
        arguments = [slot, KEPT, rate.amount, rate.seconds + rate.seconds // SLOTS + 1, int(counts)]
        try:
            async with asyncio.timeout(_PATIENCE):
                allowed, used, first = await self._script([f"{_PREFIX}:{rate.name}:{key}"], arguments)
        except (RedisError, OSError, TimeoutError) as error:
            self._leave(error)
            return None
        self._return()
        return quota(rate, used, None if first < 0 else first, now, allowed=bool(allowed))

    def _leave(self, error: Exception) -> None:
        if self._away_until is None:
            log.warning("Valkey does not answer (%s): each process counts rates for itself", error)
        self._away_until = monotonic() + _OUTAGE

    def _return(self) -> None:
        if self._away_until is not None:
            log.info("Valkey answers again: rates are counted for all processes together")
            self._away_until = None
