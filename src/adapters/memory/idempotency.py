"""Idempotency keys in memory."""

from datetime import datetime

from attrs import evolve, frozen

from adapters.memory.store import MemoryStore, Staged
from platform_core.shared.clock import Clock
from platform_core.shared.idempotency import (
    KEPT,
    LEASE,
    Answer,
    Claim,
    Claimed,
    KeyReused,
    RequestInProgress,
    current_claim,
)


@frozen
class KeyRow:
    """What became of a key."""

    fingerprint: str
    claimed_at: datetime
    leased_until: datetime
    holder: str
    outcome: str | None = None
    answer: Answer | None = None


def _key(claim: Claim) -> tuple[str, str]:
    return claim.account_id, claim.key


def mark_claim(staged: Staged, outcome: str) -> None:
    """Note among the effect's own changes that the current request's key took effect."""
    claim = current_claim.get()
    if claim is None:
        return
    table = staged.table("idempotency_keys")
    if not _holds(claim, table.get(_key(claim))):
        raise RequestInProgress
    table[_key(claim)] = evolve(table[_key(claim)], outcome=outcome)


def _holds(claim: Claim, row: KeyRow | None) -> bool:
    return row is not None and row.holder == claim.holder


class MemoryIdempotencyKeys:
    """Keys in a table; nothing here awaits, so each call is one step."""

    def __init__(self, store: MemoryStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def claim(self, claim: Claim) -> Claimed:
        """Add the key, or read what became of it."""
        table = self._store.table("idempotency_keys")
        now = self._clock.now()
        row: KeyRow | None = table.get(_key(claim))
        if row is not None and row.claimed_at >= now - KEPT:
            answered = _repeated(row, claim, now)
            if answered is not None:
                return answered
        table[_key(claim)] = KeyRow(claim.fingerprint, now, now + LEASE, claim.holder)
        return Claimed()

    async def answer(self, claim: Claim, answer: Answer) -> None:
        """Store the answer."""
        table = self._store.table("idempotency_keys")
        table[_key(claim)] = evolve(table[_key(claim)], answer=answer)

    async def release(self, claim: Claim) -> None:
        """Drop the key if nothing was done under it."""
        table = self._store.table("idempotency_keys")
        row: KeyRow | None = table.get(_key(claim))
        if row is not None and _holds(claim, row) and row.outcome is None and row.answer is None:
            del table[_key(claim)]


def _repeated(row: KeyRow, claim: Claim, now: datetime) -> Claimed | None:
    if row.fingerprint != claim.fingerprint:
        raise KeyReused
    if row.answer is not None:
        return Claimed(answer=row.answer)
    if row.outcome is not None:
        return Claimed(outcome=row.outcome)
    if row.leased_until > now:
        raise RequestInProgress
    return None
