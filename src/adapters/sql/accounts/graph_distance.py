"""Blocks and mutes in SQL, for commands."""

from datetime import datetime

from sqlalchemy import bindparam, delete
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.dialect import upsert
from adapters.sql.schema.accounts import blocks, mutes
from adapters.sql.schema.metadata import Id

_WHO = bindparam("who", type_=Id())
_WHOM = bindparam("whom", type_=Id())
_UNBLOCK = delete(blocks).where(blocks.c.blocker_id == _WHO, blocks.c.blocked_id == _WHOM)
_UNMUTE = delete(mutes).where(mutes.c.muter_id == _WHO, mutes.c.muted_id == _WHOM)


class SqlBlocks:
    """Blocks as rows."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, block_id: str, blocker_id: str, blocked_id: str) -> None:
        """Insert, unless it is there."""
        row = {"id": block_id, "blocker_id": blocker_id, "blocked_id": blocked_id}
        await self._connection.execute(upsert(self._connection, blocks).on_conflict_do_nothing(), row)

    async def remove(self, blocker_id: str, blocked_id: str) -> bool:
        """Delete the row."""
        pair = {"who": blocker_id, "whom": blocked_id}
        return (await self._connection.execute(_UNBLOCK, pair)).rowcount == 1


class SqlMutes:
    """Mutes as rows; those that have ended stay until they are renewed or removed, and mean nothing."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, mute_id: str, muter_id: str, muted_id: str, until: datetime | None) -> None:
        """Insert, or move the end."""
        row = {"id": mute_id, "muter_id": muter_id, "muted_id": muted_id, "until": until}
        statement = upsert(self._connection, mutes)
        moved = statement.on_conflict_do_update(
            index_elements=["muter_id", "muted_id"], set_={"until": statement.excluded.until}
        )
        await self._connection.execute(moved, row)

    async def remove(self, muter_id: str, muted_id: str) -> bool:
        """Delete the row."""
        pair = {"who": muter_id, "whom": muted_id}
        return (await self._connection.execute(_UNMUTE, pair)).rowcount == 1
