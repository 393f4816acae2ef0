"""Commands touch the rows that they concern, however large the tables are."""

import pytest

from adapters.sql.engines import open_database
from benchmarks.dataset import Dataset
from benchmarks.writing import write_postgres, write_sqlite
from tests.factories import CountingIds, FakeClock
from tests.plans.asking import Judge, all_tables
from tests.plans.backlog import NOW
from tests.plans.commands import Doing, commands
from tests.plans.postgres import Explainer
from tests.plans.recording import recorded
from tests.plans.sqlite import Stepper


@pytest.fixture(params=[8_000, pytest.param(200_000, marks=pytest.mark.full)], ids="{:,} posts".format)
def data(request: pytest.FixtureRequest) -> Dataset:
    """A community in which some accounts and posts have very many rows."""
    return Dataset(request.param, max(3_000, request.param // 10))


async def _breaches(url: str, data: Dataset, judge: Judge) -> list[str]:
    """Do everything once; return what is wrong, with the names of the commands concerned."""
    database, clock = open_database(url), FakeClock(NOW)
    found = []
    try:
        for command in commands(data, Doing(database, clock, CountingIds(clock))):
            with recorded(database) as asked:
                await command.run()
            assert asked, command.name
            if complaint := await judge(asked, command.rows):
                found.append(f"{command.name}: {complaint}")
    finally:
        await database.close()
    return found


async def test_commands_touch_little_on_postgresql(data: Dataset, postgres_tables_url: str) -> None:
    await write_postgres(all_tables(data), postgres_tables_url)
    async with Explainer(postgres_tables_url) as explainer:
        assert not await _breaches(postgres_tables_url, data, explainer.judge)


async def test_commands_touch_little_on_sqlite(data: Dataset, sqlite_tables_url: str) -> None:
    path = sqlite_tables_url.removeprefix("sqlite:///")
    write_sqlite(all_tables(data), path)
    with Stepper(path) as stepper:
        assert not await _breaches(sqlite_tables_url, data, stepper.judge)
