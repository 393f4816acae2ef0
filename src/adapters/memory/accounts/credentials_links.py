"""Links sent by mail and changes of address in memory, for commands."""

from collections.abc import Collection
from datetime import datetime

from attrs import evolve

from adapters.memory.store import Staged
from platform_core.accounts.model.credentials_letters import EmailChange, EmailLink, Purpose


class MemoryEmailLinks:
    """Links by digest, changes by account; changes are copied on the way in and out."""

    def __init__(self, staged: Staged) -> None:
        self._links = staged.table("email_links")
        self._changes = staged.table("email_changes")

    async def add(self, link: EmailLink) -> None:
        """Add it, unless it is there."""
        self._links.setdefault(link.digest, link)

    async def take(self, purposes: Collection[Purpose], digest: str, now: datetime) -> EmailLink | None:
        """Drop it and return it."""
        link: EmailLink | None = self._links.get(digest)
        if link is None or link.purpose not in purposes or link.expires_at <= now:
            return None
        del self._links[digest]
        return link

    async def remove_all(self, account_id: str, purposes: Collection[Purpose]) -> None:
        """Drop them."""
        for link in list(self._links.values()):
            if link.account_id == account_id and link.purpose in purposes:
                del self._links[link.digest]

    async def get_change(self, account_id: str) -> EmailChange | None:
        """Return a copy."""
        change: EmailChange | None = self._changes.get(account_id)
        return evolve(change) if change else None

    async def put_change(self, change: EmailChange) -> None:
        """Put a copy."""
        self._changes[change.account_id] = evolve(change)

    async def remove_change(self, account_id: str) -> None:
        """Drop it."""
        self._changes.pop(account_id, None)

    async def remove_ended(self, now: datetime) -> None:
        """Drop what has expired."""
        for table in (self._links, self._changes):
            for key in [key for key, row in table.items() if row.expires_at <= now]:
                del table[key]
