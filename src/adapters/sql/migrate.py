"""Brings the tables to the newest revision; Alembic is loaded only if something is to be done."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from sqlalchemy import Connection, inspect, text

from adapters.sql import migrations
from adapters.sql.engines import Database

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = text("SELECT pg_advisory_xact_lock(7310312058)")
"""Whoever starts second waits here, and then finds nothing to do. The number is ours by accident."""
_REVISION = text("SELECT version_num FROM alembic_version")


@frozen
class Revisions:
    """Where the tables stand (``None``: there are none), and where this code wants them."""

    present: str | None
    head: str

    @property
    def current(self) -> bool:
        """Whether the tables are what this code expects."""
        return self.present == self.head

    @property
    def behind(self) -> bool:
        """Whether steps are missing. Tables ahead of the code are no fault: steps expand first."""
        return self.present is None or self.present < self.head


async def revisions(database: Database) -> Revisions:
    """Read where the tables stand."""
    return Revisions(await database.read(_present), migrations.head())


async def migrate(database: Database) -> Revisions:
    """Take all missing steps in one transaction; return where the tables stood before.

    Two processes that start at once take them once: SQLite has one writer, PostgreSQL an advisory lock.
    """
    before = await revisions(database)
    if before.behind:
        async with database.writing.begin() as connection:
            await connection.run_sync(_upgrade)
    return before


def configuration(connection: Connection, **options: Any) -> "Config":
    """Return what Alembic needs to work on ``connection``, without any file of settings."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection, "options": options})
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: Connection) -> None:
    from alembic import command

    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK)
    command.upgrade(configuration(connection), "head")


def _present(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(_REVISION).scalar()
