"""Remembers for a second whose token it was, so that a page of ten requests asks the database once."""

from collections.abc import Callable
from hashlib import blake2b
from time import monotonic

from platform_core.shared.actor import Actor, Authenticator
from platform_core.shared.signals import Signals, Topic


class CachedAuthenticator:
    """An authenticator in front of another one.

    An answer is kept for at most a second, and dropped at once when a wake-up says that the access of its
    account has changed; one that was being looked up meanwhile is not kept. Refusals are not remembered.
    """

    def __init__(
        self,
        authenticate: Authenticator,
        signals: Signals,
        *,
        seconds: float = 1.0,
        size: int = 10_000,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._authenticate = authenticate
        self._seconds = seconds
        self._size = size
        self._now = now
        self._known: dict[bytes, tuple[float, Actor]] = {}
        self._changed: dict[str | None, float] = {}
        self._gap = float("-inf")
        signals.subscribe(Topic.ACCESS, self.forget)
        signals.on_gap(self.forget_all)

    async def __call__(self, token: str) -> Actor:
        """Return the actor of the token. Raises ``Unauthenticated``."""
        # Tokens are kept in memory only as digests, as they are in the database; this one is the fastest.
        digest = blake2b(token.encode("utf-8", "replace"), digest_size=32).digest()
        known = self._known.get(digest)
        now = self._now()
        if known is not None:
            asked, actor = known
            if now - asked < self._seconds and self._unchanged(actor.account_id, asked):
                return actor
            del self._known[digest]
        actor = await self._authenticate(token)
        self._keep(digest, now, actor)
        return actor

    def forget(self, account_ids: frozenset[str]) -> None:
        """Ask again for these accounts, from now on."""
        now = self._now()
        for account_id in account_ids:
            self._changed.pop(account_id, None)
            self._changed[account_id] = now
        self._drop_old_changes(now)

    def forget_all(self) -> None:
        """Ask again for everybody: a wake-up may have been lost."""
        self._gap = self._now()

    def _unchanged(self, account_id: str | None, since: float) -> bool:
        return self._gap < since and self._changed.get(account_id, self._gap) < since

    def _keep(self, digest: bytes, asked: float, actor: Actor) -> None:
        if len(self._known) >= self._size:
            del self._known[next(iter(self._known))]
        self._known[digest] = (asked, actor)

    def _drop_old_changes(self, now: float) -> None:
        """What was asked before a change this old has expired by itself."""
        while self._changed:
            oldest = next(iter(self._changed))
            if now - self._changed[oldest] <= self._seconds:
                return
            del self._changed[oldest]
