"""Second factors, recovery codes and waiting log-ins in memory, for commands."""

from collections.abc import Collection
from datetime import datetime

from attrs import evolve

from adapters.memory.store import Staged
from platform_core.accounts.model.credentials_factors import Challenge, SecondFactor


class MemorySecondFactors:
    """Second factors by account, copied on the way in and out; recovery codes in a set beside each."""

    def __init__(self, staged: Staged) -> None:
        self._rows = staged.table("second_factors")
        self._codes = staged.table("recovery_codes")
        self._challenges = staged.table("sign_in_challenges")

    async def get(self, account_id: str) -> SecondFactor | None:
        """Return a copy."""
        factor: SecondFactor | None = self._rows.get(account_id)
        return evolve(factor) if factor else None

    async def put(self, factor: SecondFactor) -> None:
        """Put a copy."""
        self._rows[factor.account_id] = evolve(factor)

    async def remove(self, account_id: str) -> None:
        """Drop factor and codes."""
        self._rows.pop(account_id, None)
        self._codes.pop(account_id, None)

    async def put_recovery_codes(self, account_id: str, digests: Collection[str]) -> None:
        """Replace the set."""
        self._codes[account_id] = frozenset(digests)

    async def use_recovery_code(self, account_id: str, digest: str) -> bool:
        """Take it out of the set."""
        codes: frozenset[str] = self._codes.get(account_id, frozenset())
        self._codes[account_id] = codes - {digest}
        return digest in codes

    async def add_challenge(self, challenge: Challenge) -> None:
        """Add it."""
        self._challenges[challenge.digest] = challenge

    async def end_challenge(self, digest: str) -> bool:
        """Drop it."""
        return self._challenges.pop(digest, None) is not None

    async def remove_ended(self, now: datetime) -> None:
        """Drop what has expired."""
        for digest in [row.digest for row in self._challenges.values() if row.expires_at <= now]:
            del self._challenges[digest]
