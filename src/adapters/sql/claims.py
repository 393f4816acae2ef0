"""Who works on a database: one process that is alone, or several that know of each other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from adapters.sql.engines import Database

# Advisory locks of a session: PostgreSQL gives them back whenever the connection ends, however it ends.
_TAKE = {
    True: text("SELECT pg_try_advisory_lock(7310312059)"),
    False: text("SELECT pg_try_advisory_lock_shared(7310312059)"),
}


@asynccontextmanager
async def claimed(database: Database, *, alone: bool) -> AsyncIterator[bool]:
    """Claim a PostgreSQL database meanwhile; False if somebody else's claim does not allow it."""
    connection = await database.reading.connect()
    try:
        yield bool((await connection.execute(_TAKE[alone])).scalar())
    finally:
        with suppress(DBAPIError, OSError):
            # Not back into the pool: the lock belongs to the connection.
            await connection.invalidate()
            await connection.close()
