"""Fixtures of the journeys: the two set-ups that people walk through."""

import sqlite3
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.databases import Databases
from tests.e2e.client import People, people_at
from tests.e2e.served import Site, distributed, embedded, migrate
from tests.not_run import ran_on
from tests.servers import ValkeyServer


@pytest.fixture(scope="session")
def embedded_site() -> Iterator[Site]:
    """SQLite in one process, shared by the tests that interrupt nothing."""
    with embedded() as site:
        yield site
    assert not site.troubles()


@pytest.fixture(scope="session")
def distributed_site(postgres_databases: Databases) -> Iterator[Site]:
    """PostgreSQL and Valkey with two web processes and a worker, shared likewise."""
    url = postgres_databases.create(postgres_databases.template("migrated", migrate))
    with ValkeyServer() as valkey, distributed(url, valkey.url) as site:
        yield site
    postgres_databases.drop(url)
    assert not site.troubles()


@pytest.fixture(params=["embedded", "distributed"])
def site(request: pytest.FixtureRequest) -> Site:
    """Each set-up in turn."""
    given: Site = request.getfixturevalue(f"{request.param}_site")
    if request.param == "embedded":
        ran_on(request, f"SQLite {sqlite3.sqlite_version}")
    else:
        ran_on(request, request.getfixturevalue("postgres_version"))
    return given


@pytest.fixture
async def people(site: Site) -> AsyncIterator[People]:
    """The people who come to the site in this test."""
    async with people_at(site) as present:
        yield present
