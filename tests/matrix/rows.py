"""All rows of a database: to see whether anything has changed, and to put everything back."""

import asyncio
import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import asyncpg

from adapters.sql.schema.metadata import metadata
from tests.matrix.product import Product

Dump = Mapping[str, Any]
"""The contents of each table, to be compared."""


class Rows(Protocol):
    """The rows of the product's database, seen from outside of the product."""

    def dump(self) -> Dump:
        """Return everything."""
        ...

    def touched(self) -> bool:
        """Whether something may have been written since this was asked before; False is certain."""
        ...

    def restore(self, dump: Dump, tables: Iterable[str]) -> None:
        """Put these tables back."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


def different(before: Dump, after: Dump) -> list[str]:
    """Return the names of the tables whose rows are not the same."""
    return [name for name in before if before[name] != after[name]]


def rows_of(product: Product) -> Rows:
    """Return the rows of a product's database."""
    url = product.settings.database_url
    return SqliteRows(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else PostgresRows(product)


class SqliteRows:
    """Reads the file; the file itself tells when somebody else has written to it."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA synchronous=OFF")
        self._version = self._data_version()

    def dump(self) -> Dump:
        every = {name: f'SELECT * FROM "{name}"' for name in metadata.tables}
        return {
            name: sorted(self._connection.execute(sql).fetchall(), key=repr) for name, sql in every.items()
        }

    def touched(self) -> bool:
        before, self._version = self._version, self._data_version()
        return self._version != before

    def restore(self, dump: Dump, tables: Iterable[str]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for name in tables:
            self._connection.execute(f'DELETE FROM "{name}"')
            if dump[name]:
                places = ", ".join("?" * len(dump[name][0]))
                self._connection.executemany(f'INSERT INTO "{name}" VALUES ({places})', dump[name])
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()

    def _data_version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])


class PostgresRows:
    """Reads all tables in one statement; the write-ahead log tells when nobody has written."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._connection: asyncpg.Connection = product.run(_connect(product.settings.database_url))
        parts = (
            f"SELECT '{name}', coalesce(jsonb_agg(a_row ORDER BY a_row), '[]')::text "
            f'FROM (SELECT to_jsonb(t) AS a_row FROM "{name}" t) all_rows'
            for name in metadata.tables
        )
        self._everything = " UNION ALL ".join(parts)
        self._position = self._wal()

    def dump(self) -> Dump:
        found = self._product.run(self._connection.fetch(self._everything))
        return {name: json.loads(rows) for name, rows in found}

    def touched(self) -> bool:
        before, self._position = self._position, self._wal()
        return self._position != before

    def restore(self, dump: Dump, tables: Iterable[str]) -> None:
        self._product.run(self._restore(dump, tables))
        self._position = self._wal()

    def close(self) -> None:
        self._product.run(self._connection.close())

    async def _restore(self, dump: Dump, tables: Iterable[str]) -> None:
        async with self._connection.transaction():
            await self._connection.execute("SET LOCAL session_replication_role = replica")
            for name in tables:
                kept = f'SELECT * FROM jsonb_populate_recordset(NULL::"{name}", $1::jsonb)'
                await self._connection.execute(f'DELETE FROM "{name}"')
                await self._connection.execute(f'INSERT INTO "{name}" {kept}', json.dumps(dump[name]))

    def _wal(self) -> str:
        return str(self._product.run(self._connection.fetchval("SELECT pg_current_wal_insert_lsn()::text")))


async def _connect(url: str) -> asyncpg.Connection:
    async with asyncio.timeout(20):
        return await asyncpg.connect(url)
