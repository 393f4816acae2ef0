"""Writes the next migration: the difference between the last step and the tables of today.

A developer's tool. What it writes is a proposal: data that have to move, and what SQLite cannot alter, are
added by hand.
"""

import asyncio
import sys
import tempfile
from typing import Any, Literal

from alembic import command
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, DefaultClause, TextClause

from adapters.sql.engines import open_database
from adapters.sql.migrate import configuration, migrate
from adapters.sql.migrations import head
from adapters.sql.schema import metadata as types


def write(message: str) -> None:
    """Compare an empty, migrated database with the tables of today and write the step between them."""
    asyncio.run(_write(message))


async def _write(message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/empty.db")
        await migrate(database)
        async with database.writing.connect() as connection:
            await connection.run_sync(_propose, message)
        await database.close()


def _propose(connection: Connection, message: str) -> None:
    number = f"{int(head() or 0) + 1:04}"
    config = configuration(connection, render_item=_our_words)
    command.revision(config, message, autogenerate=True, rev_id=number)


def _our_words(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Name column types and defaults as the tables do, rather than what one database makes of them."""
    if kind == "type":
        names = [name for name, own in vars(types).items() if item is own]
        if type(item).__module__ == types.__name__:
            names.append(f"{type(item).__name__}()")
        return f"types.{names[0]}" if names else False
    if kind == "server_default" and isinstance(item, DefaultClause) and isinstance(item.arg, TextClause):
        return f"sa.text({item.arg.text!r})"
    return False


if __name__ == "__main__":
    write(" ".join(sys.argv[1:]))
