"""The product with people and things in it, for tests that throw rubbish at it."""

import logging
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.matrix.judge import Judge, judge_of
from tests.matrix.product import Product
from tests.not_run import ran_on

BODY_SECONDS = 0.3
HEAD_SECONDS = 0.6


@pytest.fixture(scope="session")
def _shared_site(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path) -> Iterator[Judge]:
    data = tmp_path_factory.mktemp("fuzz")
    shutil.copy(_sqlite_template, data / "footlights.db")
    short = {"body_seconds": BODY_SECONDS, "head_seconds": HEAD_SECONDS}
    with Product(f"sqlite:///{data / 'footlights.db'}", data, http_settings=short) as product:
        judge = judge_of(product)
        yield judge
        judge.rows.close()


@pytest.fixture
def site(
    request: pytest.FixtureRequest, _shared_site: Judge, caplog: pytest.LogCaptureFixture
) -> Iterator[Judge]:
    """A product that is impatient with bodies; every test finds it as it was made, and leaves it so.

    Nothing that clients send may be logged as an error of ours.
    """
    ran_on(request, f"SQLite {sqlite3.sqlite_version}")
    yield _shared_site
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info]
    assert not errors, errors


@pytest.fixture
def fresh_site(request: pytest.FixtureRequest, sqlite_tables_url: str, tmp_path: Path) -> Iterator[Judge]:
    """A product of the test's own."""
    with Product(sqlite_tables_url, tmp_path) as product:
        judge = judge_of(product)
        yield judge
        judge.rows.close()
