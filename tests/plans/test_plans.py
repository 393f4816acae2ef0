"""Each query touches the page that it returns, however large the tables are and whoever asks."""

import pytest

from benchmarks.dataset import Dataset
from benchmarks.writing import write_postgres, write_sqlite
from tests.plans.asking import all_tables, asking, breaches
from tests.plans.cases import cases
from tests.plans.postgres import Explainer
from tests.plans.sqlite import Stepper
from tests.plans.surface import WITHOUT_CASE, methods, readers

MOST_STATEMENTS = 3
"""A home feed reads its timeline, where that ends, and what is below."""


@pytest.fixture(params=[12_000, pytest.param(200_000, marks=pytest.mark.full)], ids="{:,} posts".format)
def data(request: pytest.FixtureRequest) -> Dataset:
    """A community with accounts that make each list as hard as it gets."""
    return Dataset(request.param, max(3_500, request.param // 10))


async def test_postgresql_touches_the_page_only(data: Dataset, postgres_tables_url: str) -> None:
    await write_postgres(all_tables(data), postgres_tables_url)
    async with asking(postgres_tables_url) as questions, Explainer(postgres_tables_url) as explainer:
        assert not await breaches(questions, cases(data), explainer.judge)
        # Lists do not depend on what the planner believes: it knows nothing after a restore.
        await explainer.forget_statistics()
        assert not await breaches(questions, cases(data), explainer.judge)


async def test_sqlite_touches_the_page_only(data: Dataset, sqlite_tables_url: str) -> None:
    path = sqlite_tables_url.removeprefix("sqlite:///")
    write_sqlite(all_tables(data), path)
    async with asking(sqlite_tables_url) as questions:
        with Stepper(path) as stepper:
            assert not await breaches(questions, cases(data), stepper.judge)


async def test_a_page_takes_a_few_statements_whatever_its_size(sqlite_tables_url: str) -> None:
    data = Dataset(3_000, 2_500)
    write_sqlite(all_tables(data), sqlite_tables_url.removeprefix("sqlite:///"))
    async with asking(sqlite_tables_url) as questions:
        for case in filter(lambda case: case.of_many, cases(data)):
            for limit in (1, 100):
                taken = await questions.ask(case.with_limit(limit))
                assert len(taken) <= MOST_STATEMENTS, f"{case.name}, {limit}"


def test_every_question_to_a_reader_has_a_case() -> None:
    asked = {f"{case.reader.__name__}.{case.method}" for case in cases(Dataset(100, 2_500))}
    there = {name for reader in readers() for name in methods(reader)}
    assert there - asked - WITHOUT_CASE.keys() == set(), "add a case, or say why it needs none"
    assert WITHOUT_CASE.keys() - there == set(), "no longer there"
