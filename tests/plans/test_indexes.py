"""Every foreign key can be followed back: what refers to a row is found along an index when the row goes."""

import asyncpg
import pytest
from sqlalchemy import Table, UniqueConstraint

from adapters.sql.engines import open_database
from adapters.sql.migrate import migrate
from adapters.sql.schema import catalogue

_RECKONED = """
    SELECT attrelid::regclass::text, attname, attoptions FROM pg_attribute
    WHERE attoptions IS NOT NULL ORDER BY 1, 2
"""


def _indexed(table: Table) -> list[tuple[str, ...]]:
    """Return the columns of every index that holds all rows of a table."""
    whole = [index for index in table.indexes if index.dialect_options["postgresql"]["where"] is None]
    unique = [made for made in table.constraints if isinstance(made, UniqueConstraint)]
    columns = [
        table.primary_key.columns,
        *(index.columns for index in whole),
        *(made.columns for made in unique),
    ]
    return [tuple(column.name for column in each) for each in columns]


@pytest.mark.parametrize("table", catalogue().tables.values(), ids=str)
def test_every_foreign_key_begins_an_index(table: Table) -> None:
    indexed = _indexed(table)
    for key in table.foreign_key_constraints:
        columns = tuple(key.column_keys)
        assert any(found[: len(columns)] == columns for found in indexed), f"{table}: {columns}"


async def test_the_migrations_say_what_the_tables_say_of_uneven_columns(
    postgres_url: str, postgres_tables_url: str
) -> None:
    database = open_database(postgres_url)
    await migrate(database)
    await database.close()
    said = await _reckoned(postgres_tables_url)
    assert said
    assert await _reckoned(postgres_url) == said


async def _reckoned(url: str) -> list[tuple[str, str, list[str]]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(_RECKONED)]
    finally:
        await connection.close()
