"""The product with the world of the matrix in it, on both databases; made once for all tests of a process."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backends import create_tables
from tests.databases import Databases
from tests.matrix.judge import Judge, judge_of
from tests.matrix.product import Product
from tests.not_run import ran_on


@pytest.fixture(scope="session")
def _sqlite_judge(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path) -> Iterator[Judge]:
    data = tmp_path_factory.mktemp("matrix")
    shutil.copy(_sqlite_template, data / "footlights.db")
    with Product(f"sqlite:///{data / 'footlights.db'}", data) as product:
        judge = judge_of(product)
        yield judge
        judge.rows.close()


@pytest.fixture(scope="session")
def _postgres_judge(
    tmp_path_factory: pytest.TempPathFactory, postgres_databases: Databases
) -> Iterator[Judge]:
    url = postgres_databases.create(postgres_databases.template("tables", create_tables))
    with Product(url, tmp_path_factory.mktemp("matrix")) as product:
        judge = judge_of(product)
        yield judge
        judge.rows.close()
    postgres_databases.drop(url)


@pytest.fixture
def on_sqlite(request: pytest.FixtureRequest, _sqlite_judge: Judge) -> Judge:
    """The judge of a product on SQLite."""
    ran_on(request, f"SQLite {sqlite3.sqlite_version}")
    return _sqlite_judge


@pytest.fixture
def on_postgres(request: pytest.FixtureRequest, _postgres_judge: Judge, postgres_version: str) -> Judge:
    """The judge of a product on PostgreSQL."""
    ran_on(request, postgres_version)
    return _postgres_judge
