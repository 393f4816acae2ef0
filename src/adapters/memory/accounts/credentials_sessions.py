"""Sessions and access tokens in memory, for commands."""

from collections.abc import Callable
from datetime import datetime

from attrs import evolve

from adapters.memory.store import Staged
from platform_core.accounts.model.credentials_sessions import Session, SessionLifetimes


class MemorySessions:
    """Sessions and access tokens by digest."""

    def __init__(self, staged: Staged) -> None:
        self._rows = staged.table("sessions")

    async def add(self, session: Session) -> None:
        """Add it."""
        self._rows[session.digest] = session

    async def note_use(self, session_id: str, at: datetime, not_since: datetime) -> None:
        """Move the moment on where it is old enough."""
        for session in self._rows.values():
            if session.id == session_id:
                if session.last_used_at is None or session.last_used_at <= not_since:
                    self._rows[session.digest] = evolve(session, last_used_at=at)
                return

    async def remove(self, account_id: str, session_id: str) -> bool:
        """Drop it, if it is the account's."""
        return self._drop(lambda session: session.account_id == account_id and session.id == session_id)

    async def remove_all(self, account_id: str, *, keep: str | None = None) -> None:
        """Drop the account's."""
        self._drop(lambda session: session.account_id == account_id and session.id != keep)

    async def remove_sessions(self, account_id: str, *, keep: str | None = None) -> None:
        """Drop the account's that are no access tokens."""
        self._drop(
            lambda session: (
                session.account_id == account_id and session.id != keep and not session.is_access_token
            )
        )

    async def count_access_tokens(self, account_id: str) -> int:
        """Count them."""
        return sum(row.account_id == account_id and row.is_access_token for row in self._rows.values())

    async def remove_ended(self, now: datetime, lifetimes: SessionLifetimes) -> None:
        """Drop all that have ended."""
        self._drop(lambda session: not session.is_alive(now, lifetimes))

    def _drop(self, which: Callable[[Session], bool]) -> bool:
        gone = [digest for digest, session in self._rows.items() if which(session)]
        for digest in gone:
            del self._rows[digest]
        return bool(gone)
