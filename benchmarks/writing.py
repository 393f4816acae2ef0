"""Writes the rows of a data set to either database, in bulk; the tables are there and empty."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from benchmarks.dataset import TableRows


async def write_postgres(tables: Iterable[TableRows], url: str) -> None:
    """Copy all rows, then let the planner look at them."""
    connection = await asyncpg.connect(url)
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_jsonb, decoder=bytes, format="binary"
    )
    for table, columns, rows in tables:
        await connection.copy_records_to_table(table, columns=columns, records=rows)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


def write_sqlite(tables: Iterable[TableRows], path: str) -> None:
    """Insert all rows in one transaction; without statistics, as everywhere in the product."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    for table, columns, rows in tables:
        names, marks = ",".join(f'"{name}"' for name in columns), ",".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"
        connection.executemany(statement, (tuple(map(_plain, row)) for row in rows))
    connection.commit()
    connection.close()


def _jsonb(value: Any) -> bytes:
    # Version 1 of the binary form is a byte with that number and the text.
    return b"\x01" + json.dumps(value).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return json.dumps(value) if isinstance(value, dict | list) else value
