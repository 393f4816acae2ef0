"""The back ends that one contract suite runs on: memory, SQLite and PostgreSQL.

A test that takes `backend` runs once on each::

    async def test_a_post_is_read_as_it_was_written(backend: Backend) -> None:
        ada = await backend.account("ada")
        async with backend.uow() as uow:
            await uow.posts.add(post(backend.ids.new(), ada))
            await uow.commit()
        reader = backend.adapter(MemoryPostReader, SqlPostReader)
"""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from attrs import define, evolve, field
from sqlalchemy import delete, func, insert, select, update

from adapters.memory.accounts.rows import AccountRow, BlockRow, FollowRow, MuteRow
from adapters.memory.client_events import MemoryClientEventLog
from adapters.memory.idempotency import MemoryIdempotencyKeys
from adapters.memory.notifications import MemoryNotificationReader
from adapters.memory.posts.reader import MemoryPostReader
from adapters.memory.store import MemoryStore
from adapters.memory.unit_of_work import MemoryUnitOfWork
from adapters.sql.client_events import SqlClientEventLog
from adapters.sql.engines import Database, open_database
from adapters.sql.idempotency import SqlIdempotencyKeys
from adapters.sql.migrate import migrate
from adapters.sql.notifications.reader import SqlNotificationReader
from adapters.sql.posts.reader import SqlPostReader
from adapters.sql.schema.metadata import metadata
from adapters.sql.unit_of_work import SqlUnitOfWork
from platform_core.notifications.ports import NotificationReader
from platform_core.posts.ports import PostReader
from platform_core.shared.events import ClientEventLog
from platform_core.shared.idempotency import IdempotencyKeys
from tests.databases import Databases
from tests.factories import CountingIds, FakeClock, RecordingSignals
from tests.not_run import ran_on

# Memory rows by table: their class, and the columns of their key.
_ROWS: Mapping[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "accounts": (AccountRow, ("id",)),
    "follows": (FollowRow, ("follower_id", "followee_id")),
    "follow_requests": (FollowRow, ("follower_id", "followee_id")),
    "blocks": (BlockRow, ("blocker_id", "blocked_id")),
    "mutes": (MuteRow, ("muter_id", "muted_id")),
}


@define
class Backend:
    """One back end, empty at the start of a test, with the clock and the ids that it was given."""

    name: str
    """`memory`, `sqlite` or `postgresql`."""
    store: MemoryStore | None = None
    database: Database | None = None
    clock: FakeClock = field(factory=FakeClock)
    ids: CountingIds = field(init=False)
    signals: RecordingSignals = field(factory=RecordingSignals)
    posts: PostReader = field(init=False)
    notifications: NotificationReader = field(init=False)
    client_events: ClientEventLog = field(init=False)
    idempotency: IdempotencyKeys = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.ids = CountingIds(self.clock)
        self.posts = self.adapter(MemoryPostReader, SqlPostReader, self.clock)
        self.notifications = self.adapter(MemoryNotificationReader, SqlNotificationReader, self.clock)
        self.client_events = self.adapter(MemoryClientEventLog, SqlClientEventLog)
        self.idempotency = self.adapter(MemoryIdempotencyKeys, SqlIdempotencyKeys, self.clock)

    @property
    def in_memory(self) -> bool:
        """Whether nothing is stored in a database."""
        return self.store is not None

    def uow(self, **options: Any) -> Any:
        """Open a unit of work: `async with backend.uow() as uow`. It has the repositories of every context.

        Pass the method itself where a use case asks for `transactions`.
        """
        if self.store is not None:
            return MemoryUnitOfWork(self.store, self.clock, self.ids, self.signals, **options)
        return SqlUnitOfWork(self._database, self.clock, self.ids, self.signals, **options)

    def adapter(self, memory: Callable[..., Any], sql: Callable[..., Any], *rest: object) -> Any:
        """Make any adapter for this back end: `memory(store, *rest)` or `sql(database, *rest)`."""
        return memory(self.store, *rest) if self.store is not None else sql(self._database, *rest)

    @property
    def _database(self) -> Database:
        assert self.database is not None
        return self.database

    async def account(self, handle: str, **columns: Any) -> str:
        """Insert an account, return its id; `columns` are those of the table (`locked=True`, `state=…`)."""
        row = {
            "id": self.ids.new(),
            "handle": handle,
            "email": f"{handle}@example.org",
            "email_verified_at": self.clock.now(),
            "password_hash": "",
            "display_name": handle.title(),
            "created_at": self.clock.now(),
        }
        await self.insert("accounts", **{**row, **columns})
        return str({**row, **columns}["id"])

    async def accounts(self, *handles: str) -> list[str]:
        """Insert several accounts, return their ids in the same order."""
        return [await self.account(handle) for handle in handles]

    async def follow(self, follower_id: str, *followee_ids: str, **columns: Any) -> None:
        """Insert follows, without counting them."""
        for followee_id in followee_ids:
            row = {"follower_id": follower_id, "followee_id": followee_id, "id": self.ids.new()}
            await self.insert("follows", **row, **columns)

    async def unfollow(self, follower_id: str, followee_id: str) -> None:
        """Delete a follow, without counting it."""
        await self.delete("follows", follower_id=follower_id, followee_id=followee_id)

    async def block(self, blocker_id: str, blocked_id: str) -> None:
        """Insert a block; follows stay as they are."""
        await self.insert("blocks", blocker_id=blocker_id, blocked_id=blocked_id, id=self.ids.new())

    async def mute(self, muter_id: str, muted_id: str, **columns: Any) -> None:
        """Insert a mute; `until=` lets it end."""
        await self.insert("mutes", muter_id=muter_id, muted_id=muted_id, id=self.ids.new(), **columns)

    async def account_row(self, account_id: str) -> Any:
        """Return the stored account, its columns as attributes (`posts_count`, `state`, …)."""
        if self.store is not None:
            return self.store.table("accounts")[account_id]
        accounts = metadata.tables["accounts"]
        async with self._database.writing.connect() as connection:
            return (await connection.execute(select(accounts).where(accounts.c.id == account_id))).one()

    async def change_account(self, account_id: str, **columns: Any) -> None:
        """Set columns of an account."""
        if not columns:
            return
        if self.store is not None:
            rows = self.store.table("accounts")
            rows[account_id] = evolve(rows[account_id], **columns)
            return
        accounts = metadata.tables["accounts"]
        async with self._database.writing.begin() as connection:
            await connection.execute(update(accounts).where(accounts.c.id == account_id).values(columns))

    async def count(self, table: str, **equal: Any) -> int:
        """Count the rows of a table, of a database only, that have these values."""
        statement = select(func.count()).select_from(metadata.tables[table]).filter_by(**equal)
        async with self._database.writing.connect() as connection:
            return int((await connection.execute(statement)).scalar_one())

    async def insert(self, table: str, **row: Any) -> None:
        """Insert a row into one of the tables of accounts and their graph."""
        if self.store is not None:
            make, key = _ROWS[table]
            values = tuple(row[name] for name in key)
            self.store.table(table)[values if len(values) > 1 else values[0]] = make(**row)
            return
        async with self._database.writing.begin() as connection:
            await connection.execute(insert(metadata.tables[table]), row)

    async def delete(self, table: str, **key: Any) -> None:
        """Delete the row with this key from one of these tables, if it is there."""
        if self.store is not None:
            values = tuple(key[name] for name in _ROWS[table][1])
            self.store.table(table).pop(values if len(values) > 1 else values[0], None)
            return
        async with self._database.writing.begin() as connection:
            await connection.execute(delete(metadata.tables[table]).filter_by(**key))


@asynccontextmanager
async def memory_backend() -> AsyncIterator[Backend]:
    """Give an empty memory back end."""
    yield Backend("memory", store=MemoryStore())


@asynccontextmanager
async def sql_backend(url: str) -> AsyncIterator[Backend]:
    """Give the back end of the database at `url`, whose tables are there and empty."""
    database = open_database(url)
    try:
        yield Backend(database.writing.dialect.name, database=database)
    finally:
        await database.close()


def create_tables(url: str) -> None:
    """Create every table in the empty database at `url` as an operator does, and close all connections."""

    async def create() -> None:
        database = open_database(url)
        await migrate(database)
        await database.close()

    # In a thread of its own: the caller's may have a loop that runs already.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, create()).result()


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    create_tables(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_tables_url(request: pytest.FixtureRequest, _sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a SQLite database of the test's own with all tables, `sqlite:///…`."""
    ran_on(request, f"SQLite {sqlite3.sqlite_version}")
    shutil.copy(_sqlite_template, tmp_path / "footlights.db")
    return f"sqlite:///{tmp_path / 'footlights.db'}"


@pytest.fixture
def postgres_tables_url(
    request: pytest.FixtureRequest, postgres_databases: Databases, postgres_version: str
) -> Iterator[str]:
    """The address of a PostgreSQL database of the test's own with all tables, `postgresql://…`."""
    ran_on(request, postgres_version)
    url = postgres_databases.create(postgres_databases.template("tables", create_tables))
    yield url
    postgres_databases.drop(url)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def backend(request: pytest.FixtureRequest) -> AsyncIterator[Backend]:
    """Each back end in turn, empty; see the top of the module."""
    if request.param == "memory":
        ran_on(request, "memory")
        async with memory_backend() as given:
            yield given
        return
    name = "sqlite_tables_url" if request.param == "sqlite" else "postgres_tables_url"
    async with sql_backend(request.getfixturevalue(name)) as given:
        yield given


@pytest.fixture(params=["sqlite", "postgresql"])
async def sql(request: pytest.FixtureRequest) -> AsyncIterator[Backend]:
    """The two databases only, for what memory cannot show: real concurrency, plans, SQL predicates."""
    name = "sqlite_tables_url" if request.param == "sqlite" else "postgres_tables_url"
    async with sql_backend(request.getfixturevalue(name)) as given:
        yield given


@pytest.fixture
async def memory(request: pytest.FixtureRequest) -> AsyncIterator[Backend]:
    """The memory back end alone, for tests of the core."""
    ran_on(request, "memory")
    async with memory_backend() as given:
        yield given
