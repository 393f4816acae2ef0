"""The two set-ups as fixtures: started once in a run and shared by all tests that walk through them.

Whoever interrupts a process starts it again before leaving.
"""

import sqlite3
from collections.abc import Iterator

import pytest

from adapters.sql.recount import Drift
from tests.databases import Databases
from tests.e2e.served import Site, distributed, embedded, migrate
from tests.not_run import ran_on


@pytest.fixture(scope="session")
def embedded_site() -> Iterator[Site]:
    """SQLite in one process."""
    with embedded() as site:
        yield site
        drifts = site.drifts()
    _left_in_order(drifts, site.troubles())


@pytest.fixture(scope="session")
def distributed_site(postgres_databases: Databases) -> Iterator[Site]:
    """PostgreSQL and Valkey with two web processes and a worker."""
    url = postgres_databases.create()
    migrate(url)
    with distributed(url) as site:
        yield site
        drifts = site.drifts()
    postgres_databases.drop(url)
    _left_in_order(drifts, site.troubles())


def _left_in_order(drifts: list[Drift], troubles: list[str]) -> None:
    """Fail the run for counters that are wrong, and for errors in the logs."""
    assert not drifts, drifts
    assert not troubles, "\n".join(troubles[:5])


@pytest.fixture(params=["embedded", "distributed"])
def site(request: pytest.FixtureRequest) -> Site:
    """Each set-up in turn."""
    given: Site = request.getfixturevalue(f"{request.param}_site")
    if request.param == "embedded":
        ran_on(request, f"SQLite {sqlite3.sqlite_version}")
    else:
        ran_on(request, request.getfixturevalue("postgres_version"))
    return given
