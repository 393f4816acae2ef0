"""Connections: one engine that reads in AUTOCOMMIT, one that writes in transactions.

The settings were measured (``docs/decisions``): no pre-ping, no BEGIN around reads, a whole reader method in
one greenlet hop, and on SQLite one writing connection that begins IMMEDIATE and syncs FULL.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from attrs import frozen
from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import greenlet_spawn

from adapters.sql.plans import READING

T = TypeVar("T")


@frozen
class Database:
    """The two engines of one database."""

    reading: AsyncEngine
    writing: AsyncEngine

    @property
    def is_postgres(self) -> bool:
        """Whether this is PostgreSQL; the alternative is SQLite."""
        return self.writing.dialect.name == "postgresql"

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` on a reading connection, in one greenlet hop.

        A connection that turns out to be lost is replaced and the work done once more: it only reads.
        """
        return await greenlet_spawn(self._read, work)

    def _read(self, work: Callable[[Connection], T]) -> T:
        engine = self.reading.sync_engine
        try:
            with engine.connect() as connection:
                return work(connection)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        with engine.connect() as connection:
            return work(connection)

    async def close(self) -> None:
        """Close all connections."""
        await self.reading.dispose()
        await self.writing.dispose()


def open_database(url: str, *, pool_size: int = 10) -> Database:
    """Open the database that ``url`` names: ``sqlite:///path`` or ``postgresql://…``."""
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url, pool_size)
    return _open_postgres(url, pool_size)


def _open_postgres(url: str, pool_size: int) -> Database:
    target = make_url(url).set(drivername="postgresql+asyncpg")
    shared: dict[str, Any] = {"pool_size": pool_size, "max_overflow": pool_size, "pool_timeout": 10}
    settings = {"application_name": "footlights", "jit": "off"}
    plain: dict[str, Any] = {"server_settings": settings, "timeout": 10}
    lists: dict[str, Any] = {"server_settings": {**settings, **READING}, "timeout": 10}
    writing = create_async_engine(target, connect_args=plain, **shared)
    reading = create_async_engine(target, isolation_level="AUTOCOMMIT", connect_args=lists, **shared)
    for engine in (writing, reading):
        event.listen(engine.sync_engine, "connect", _speak_text_uuids)
    return Database(reading, writing)


def _speak_text_uuids(connection: Any, _record: object) -> None:
    """Exchange uuids as text, so that neither side makes UUID objects for them."""
    connection.run_async(
        lambda driver: driver.set_type_codec(
            "uuid", schema="pg_catalog", encoder=str, decoder=str, format="text"
        )
    )


def _open_sqlite(url: str, pool_size: int) -> Database:
    target = make_url(url).set(drivername="sqlite+aiosqlite")
    pool: dict[str, Any] = {"poolclass": AsyncAdaptedQueuePool, "max_overflow": 0, "pool_timeout": 60}
    writing = create_async_engine(target, pool_size=1, **pool)
    reading = create_async_engine(target, pool_size=pool_size, isolation_level="AUTOCOMMIT", **pool)
    event.listen(writing.sync_engine, "connect", _prepare_sqlite_writer)
    event.listen(writing.sync_engine, "begin", _begin_immediate)
    event.listen(reading.sync_engine, "connect", _prepare_sqlite)
    return Database(reading, writing)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_sqlite_writer(connection: Any, record: object) -> None:
    # The driver must not begin by itself: it would begin deferred, and fail at the first write under load.
    connection.isolation_level = None
    _prepare_sqlite(connection, record)
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
