"""The tables that migrations make are the tables of the code, on both databases."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from adapters.sql import migrations
from adapters.sql.engines import Database, open_database
from adapters.sql.migrate import configuration, migrate, revisions
from adapters.sql.schema import catalogue
from tests.backends import Backend

_POSTGRES = """
SELECT 'column', table_name || '.' || column_name, data_type, coalesce(character_maximum_length::text, '')
       || ' ' || is_nullable || ' ' || coalesce(column_default, '') || ' ' || coalesce(collation_name, '')
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', indexname, tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conname, conrelid::regclass::text, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
"""
_SQLITE = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"


def _described(connection: Connection) -> set[tuple[Any, ...]]:
    """Return everything that the database knows of its tables, in its own words."""
    catalog = _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE
    rows = connection.execute(text(catalog))
    return {tuple(_plain(part) for part in row) for row in rows if "alembic_version" not in str(row)}


def _plain(part: object) -> object:
    """Drop what makes no difference: line breaks, and the order of a table's constraints."""
    if not isinstance(part, str) or not part.startswith("CREATE TABLE"):
        return part
    return frozenset(line.strip().rstrip(",").replace('"', "") for line in part.splitlines())


async def _described_in(database: Database) -> set[tuple[Any, ...]]:
    async with database.writing.connect() as connection:
        return await connection.run_sync(_described)


def _differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), catalogue()))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return str(request.getfixturevalue("postgres_url"))


async def test_migrations_make_the_tables_of_the_code(sql: Backend) -> None:
    assert sql.database is not None
    async with sql.database.writing.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_migrations_make_them_in_every_detail(
    sql: Backend, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Predicates of partial indexes, actions of foreign keys, defaults: what a comparison of names misses."""
    assert sql.database is not None
    migrated = await _described_in(sql.database)
    empty = f"sqlite:///{tmp_path / 'empty.db'}"
    database = open_database(request.getfixturevalue("postgres_url") if sql.database.is_postgres else empty)
    async with database.writing.begin() as connection:
        await connection.run_sync(catalogue().create_all)
    created = await _described_in(database)
    await database.close()
    assert migrated - created == set()
    assert created - migrated == set()


async def test_an_empty_database_is_brought_to_the_newest_revision(empty_url: str) -> None:
    database = open_database(empty_url)
    before = await migrate(database)
    assert (before.present, before.behind) == (None, True)
    after = await revisions(database)
    assert after.current
    assert not after.behind
    again = await migrate(database)
    assert again == after
    await database.close()


async def test_two_that_migrate_at_once_do_it_once(empty_url: str) -> None:
    databases = [open_database(empty_url) for _ in range(2)]
    await asyncio.gather(*(migrate(database) for database in databases))
    for database in databases:
        assert (await revisions(database)).current
        await database.close()


async def test_every_step_can_be_taken_back(empty_url: str) -> None:
    from alembic import command

    database = open_database(empty_url)
    await migrate(database)
    async with database.writing.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(configuration(sync), "base"))
    assert await _described_in(database) == set()
    await migrate(database)
    assert (await revisions(database)).current
    await database.close()


async def test_the_newest_revision_is_known_without_alembic(sql: Backend) -> None:
    assert sql.database is not None
    async with sql.database.writing.connect() as connection:
        scripts = await connection.run_sync(lambda c: ScriptDirectory.from_config(configuration(c)))
    assert scripts.get_heads() == [migrations.head()]


async def test_tables_ahead_of_the_code_are_left_alone(sql: Backend) -> None:
    assert sql.database is not None
    async with sql.database.writing.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    found = await migrate(sql.database)
    assert (found.present, found.current, found.behind) == ("9999", False, False)
