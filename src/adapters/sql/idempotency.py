"""Idempotency keys in SQL: claimed with a lease, marked in the transaction of the effect."""

from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.dialect import upsert
from adapters.sql.engines import Database
from adapters.sql.schema.outbox import idempotency_keys as keys
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

_THIS = (keys.c.account_id == bindparam("the_account")) & (keys.c.key == bindparam("the_key"))
_GET = select(keys).where(_THIS)
_HELD = _THIS & (keys.c.holder == bindparam("the_holder"))
_MARK = update(keys).where(_HELD).values(outcome=bindparam("new_outcome"))
_ANSWER = update(keys).where(_THIS).values(status=bindparam("status"), body=bindparam("body"))
_RELEASE = delete(keys).where(_HELD, keys.c.outcome.is_(None), keys.c.status.is_(None))
_EXPIRE = delete(keys).where(_THIS, keys.c.claimed_at < bindparam("kept_since"))
# Whoever holds the lease has until its end; then one other may take it over, decided by the old value.
_TAKE_OVER = (
    update(keys)
    .where(_THIS, keys.c.leased_until == bindparam("seen"), keys.c.outcome.is_(None))
    .values(leased_until=bindparam("new_lease"), holder=bindparam("the_holder"))
)


def _named(claim: Claim) -> dict[str, object]:
    return {"the_account": claim.account_id, "the_key": claim.key}


def _held(claim: Claim) -> dict[str, object]:
    return {**_named(claim), "the_holder": claim.holder}


async def mark_claim(connection: AsyncConnection, outcome: str) -> None:
    """Note in the effect's own transaction that the current request's key took effect.

    Raises ``RequestInProgress`` if the lease ran out and another attempt holds the key.
    """
    claim = current_claim.get()
    if claim is None:
        return
    marked = await connection.execute(_MARK, {**_held(claim), "new_outcome": outcome})
    if marked.rowcount != 1:
        raise RequestInProgress


class SqlIdempotencyKeys:
    """Keys as rows; the primary key decides which of two simultaneous requests is the first."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def claim(self, claim: Claim) -> Claimed:
        """Insert the key, or read what became of it."""
        now = self._clock.now()
        row = {
            "account_id": claim.account_id,
            "key": claim.key,
            "fingerprint": claim.fingerprint,
            "claimed_at": now,
            "leased_until": now + LEASE,
            "holder": claim.holder,
        }
        async with self._database.writing.begin() as connection:
            await connection.execute(_EXPIRE, {**_named(claim), "kept_since": now - KEPT})
            first = await connection.execute(upsert(connection, keys).on_conflict_do_nothing(), row)
            if first.rowcount == 1:
                return Claimed()
            stored = (await connection.execute(_GET, _named(claim))).first()
            return Claimed() if stored is None else await self._repeated(connection, claim, stored)

    async def _repeated(self, connection: AsyncConnection, claim: Claim, stored: Row[object]) -> Claimed:
        if stored.fingerprint != claim.fingerprint:
            raise KeyReused
        if stored.status is not None:
            return Claimed(answer=Answer(stored.status, stored.body or b""))
        if stored.outcome is not None:
            return Claimed(outcome=stored.outcome)
        now = self._clock.now()
        if stored.leased_until > now:
            raise RequestInProgress
        taken = {**_held(claim), "seen": stored.leased_until, "new_lease": now + LEASE}
        if (await connection.execute(_TAKE_OVER, taken)).rowcount != 1:
            raise RequestInProgress
        return Claimed()

    async def answer(self, claim: Claim, answer: Answer) -> None:
        """Store status and body."""
        async with self._database.writing.begin() as connection:
            given = {**_named(claim), "status": answer.status, "body": answer.body}
            await connection.execute(_ANSWER, given)

    async def release(self, claim: Claim) -> None:
        """Delete the key if nothing was done under it."""
        async with self._database.writing.begin() as connection:
            await connection.execute(_RELEASE, _held(claim))
