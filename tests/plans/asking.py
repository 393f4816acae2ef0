"""Fills a database with the hard accounts, asks each question, and looks at what was done for it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import chain

from attrs import frozen

from adapters.sql.engines import Database, open_database
from benchmarks.credentials import credential_tables
from benchmarks.dataset import Dataset, TableRows
from benchmarks.inboxes import inbox_tables
from tests.factories import CountingIds, FakeClock
from tests.plans.backlog import NOW, backlog_tables
from tests.plans.cases import Case
from tests.plans.recording import Asked, recorded
from tests.plans.surface import make

Judge = Callable[[Sequence[Asked], int], Awaitable[str]]
"""Says what is wrong with statements that may look at so many rows; nothing if nothing is."""


def all_tables(data: Dataset) -> Iterator[TableRows]:
    """Yield every table of a data set with its rows."""
    yield from chain(data.tables(), inbox_tables(data), credential_tables(data), backlog_tables(data))


@frozen
class Asking:
    """Asks questions of one database."""

    database: Database
    clock: FakeClock
    ids: CountingIds

    async def ask(self, case: Case) -> list[Asked]:
        """Put the question through the reader itself; return the statements that it took."""
        reader = make(case.reader, self.database, self.clock, self.ids)
        with recorded(self.database) as asked:
            await getattr(reader, case.method)(*case.arguments, **case.named)
        return asked


@asynccontextmanager
async def asking(url: str) -> AsyncIterator[Asking]:
    """Open the database at `url`, at a moment when everything in it has happened."""
    database, clock = open_database(url), FakeClock(NOW)
    try:
        yield Asking(database, clock, CountingIds(clock))
    finally:
        await database.close()


async def breaches(questions: Asking, cases: Iterable[Case], judge: Judge) -> list[str]:
    """Ask all questions; return what is wrong, with the names of those concerned."""
    found = []
    for case in cases:
        if complaint := await judge(await questions.ask(case), case.rows):
            found.append(f"{case.name}: {complaint}")
    return found
