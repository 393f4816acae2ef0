"""Idempotency keys: one effect for one key, however often the request arrives.

A request with a key claims it with a lease. The unit of work that commits the effect marks the claim in the
same transaction (``current_claim`` tells it which one), and the answer is stored when it is known. Who comes
again gets the stored answer; if the process died in between, the answer is made again from the outcome.
"""

from contextvars import ContextVar
from datetime import timedelta
from typing import Protocol

from attrs import frozen

from platform_core.shared.errors import Conflict, Invalid

LEASE = timedelta(seconds=60)
KEPT = timedelta(hours=24)


class RequestInProgress(Conflict):
    """The first request with this key is still running."""

    code = "request_in_progress"
    detail = "A request with this idempotency key is still running."


class KeyReused(Invalid):
    """The key was used before with another body."""

    code = "idempotency_key_reused"
    detail = "This idempotency key was used with another request."


@frozen
class Claim:
    """A key of one account, with the fingerprint of the request that it stands for.

    ``holder`` is this very attempt: one that outlives its lease, and whose key another attempt has taken
    over, can no longer commit.
    """

    account_id: str
    key: str
    fingerprint: str
    holder: str = ""


@frozen
class Answer:
    """What the first request was answered with."""

    status: int
    body: bytes


@frozen
class Claimed:
    """What became of a claim.

    ``answer`` is set if the request was answered before; ``outcome`` if it took effect but the answer was
    lost; neither if this request is the first and has to do the work.
    """

    answer: Answer | None = None
    outcome: str | None = None


class IdempotencyKeys(Protocol):
    """Remembers keys for 24 hours."""

    async def claim(self, claim: Claim) -> Claimed:
        """Take the key for this request, or tell what became of it before.

        Raises ``RequestInProgress`` while another request holds the lease without effect, and ``KeyReused``
        for another fingerprint.
        """
        ...

    async def answer(self, claim: Claim, answer: Answer) -> None:
        """Store the answer for whoever comes again."""
        ...

    async def release(self, claim: Claim) -> None:
        """Give the key back after a request that had no effect."""
        ...


current_claim: ContextVar[Claim | None] = ContextVar("current_claim", default=None)
"""The claim of the request that is being handled; read by units of work when they commit."""
