"""Databases to measure on, made by the product's own migrations and filled with a data set."""

import asyncio
import os
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from attrs import frozen

from adapters.sql.engines import open_database
from adapters.sql.migrate import migrate
from benchmarks.credentials import credential_tables
from benchmarks.dataset import Dataset, TableRows
from benchmarks.inboxes import inbox_tables
from benchmarks.writing import write_postgres, write_sqlite

Tell = Callable[[str], None]
"""Says what is being done."""


@frozen
class Place:
    """A filled database."""

    name: str
    data: Dataset
    url: str

    @property
    def path(self) -> str:
        """The file of a SQLite database."""
        return self.url.removeprefix("sqlite:///")


def postgres_place(data: Dataset, url: str, tell: Tell) -> Place:
    """Fill the empty PostgreSQL database at ``url``."""
    _migrate(url)
    asyncio.run(write_postgres(_told(data, "PostgreSQL", tell), url))
    return Place("PostgreSQL", data, url)


def sqlite_place(data: Dataset, folder: Path, tell: Tell) -> Place:
    """Make and fill a SQLite database in ``folder``."""
    path = folder / f"{data.posts}.db"
    _migrate(f"sqlite:///{path}")
    write_sqlite(_told(data, "SQLite", tell), os.fspath(path))
    return Place("SQLite", data, f"sqlite:///{path}")


def _migrate(url: str) -> None:
    async def run() -> None:
        database = open_database(url)
        await migrate(database)
        await database.close()

    asyncio.run(run())


def _told(data: Dataset, name: str, tell: Tell) -> Iterator[TableRows]:
    for table, columns, rows in chain(data.tables(), inbox_tables(data), credential_tables(data)):
        tell(f"{name}, {data.posts:,} posts: writing {table}")
        yield table, columns, rows
