"""How accounts stand to each other, for the other contexts' commands and readers."""

from datetime import datetime

from attrs import evolve

from adapters.memory.accounts.rows import AccountRow, MuteRow
from adapters.memory.store import MemoryStore, Staged
from platform_core.shared.views import AccountCard
from platform_core.shared.visibility import AccountState, Author, Relationship


def card_of(row: AccountRow) -> AccountCard:
    """Build the card of an account."""
    return AccountCard(row.id, row.handle, row.display_name, None, row.locked)


def standing(
    tables: MemoryStore | Staged, viewer_id: str | None, author_id: str
) -> tuple[Author, Relationship]:
    """Return the author's state and how the viewer stands to the author."""
    row: AccountRow | None = tables.table("accounts").get(author_id)
    if row is None:
        return Author(AccountState.DELETED), Relationship()
    blocks = tables.table("blocks")
    blocked = (viewer_id, author_id) in blocks or (author_id, viewer_id) in blocks
    follows = (viewer_id, author_id) in tables.table("follows")
    return Author(AccountState(row.state), row.locked), Relationship(viewer_id == author_id, follows, blocked)


def is_muted(tables: MemoryStore | Staged, viewer_id: str | None, author_id: str, now: datetime) -> bool:
    """Whether the viewer has muted the author for now."""
    row: MuteRow | None = tables.table("mutes").get((viewer_id, author_id))
    return row is not None and (row.until is None or row.until > now)


class MemoryRelationships:
    """Looks how a viewer stands to an author."""

    def __init__(self, staged: Staged) -> None:
        self._staged = staged

    async def between(self, viewer_id: str, author_id: str) -> tuple[Author, Relationship]:
        """Look at this transaction's tables."""
        return standing(self._staged, viewer_id, author_id)


class MemoryFollowers:
    """Walks over an author's followers."""

    def __init__(self, staged: Staged) -> None:
        self._staged = staged

    async def list_ids(self, author_id: str, after: str, limit: int) -> list[str]:
        """Sort and cut."""
        follows = self._staged.table("follows")
        return sorted(who for who, whom in follows if whom == author_id and who > after)[:limit]


class MemoryAuthors:
    """What posts need to know and change of their authors' accounts."""

    def __init__(self, staged: Staged, needs_verified_email: bool) -> None:
        self._staged = staged
        self._needs_verified_email = needs_verified_email

    async def may_publish(self, author_id: str) -> bool:
        """Look at the e-mail address where the operator asks for a verified one."""
        row: AccountRow = self._staged.table("accounts")[author_id]
        return not self._needs_verified_email or row.email_verified_at is not None

    async def add_posts(self, author_id: str, amount: int) -> None:
        """Change the counter."""
        accounts = self._staged.table("accounts")
        row: AccountRow = accounts[author_id]
        accounts[author_id] = evolve(row, posts_count=row.posts_count + amount)
