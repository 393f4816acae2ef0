"""What an operator wants to know of the database: its version, its clock, and what waits in it."""

from datetime import datetime
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, DateTime, func, literal_column, select, text

from adapters.sql.engines import Database
from adapters.sql.schema.accounts import accounts
from adapters.sql.schema.outbox import outbox, parked_events, timers

_VERSION = {"postgresql": text("SHOW server_version"), "sqlite": text("SELECT sqlite_version()")}
_NAME = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
# The one place that asks a database for the time: to compare its clock with ours.
_CLOCK = select(literal_column("clock_timestamp()", DateTime(timezone=True)))


@frozen
class Health:
    """What the database says of itself; ``clock`` only where it has one of its own."""

    version: str
    clock: datetime | None
    accounts: int
    waiting: int
    oldest_waiting: datetime | None
    timers: int
    parked: int


async def version_of(database: Database) -> str:
    """Return name and version, of an empty database as well."""
    return await database.read(_version)


async def health(database: Database) -> Health:
    """Look at a migrated database."""
    return await database.read(_look)


def _version(connection: Connection) -> str:
    name = connection.dialect.name
    number = str(connection.execute(_VERSION[name]).scalar_one()).partition(" ")[0]
    return f"{_NAME[name]} {number}"


def _look(connection: Connection) -> Health:
    def count(table: Any) -> int:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()

    has_clock = connection.dialect.name == "postgresql"
    return Health(
        version=_version(connection),
        clock=connection.execute(_CLOCK).scalar_one() if has_clock else None,
        accounts=count(accounts),
        waiting=count(outbox),
        oldest_waiting=connection.execute(select(func.min(outbox.c.occurred_at))).scalar(),
        timers=count(timers),
        parked=count(parked_events),
    )
