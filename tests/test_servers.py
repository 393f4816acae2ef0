"""The servers that the other tests stand on: private, quick to reset, and never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import asyncpg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.databases import Databases
from tests.servers import PostgresServer, ValkeyServer

OWNER = """
import time
from tests.servers import PostgresServer, ValkeyServer
with PostgresServer() as postgres, ValkeyServer() as valkey:
    print(postgres.directory, postgres.port, valkey.directory, valkey.port, flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def valkey_server() -> Iterator[ValkeyServer]:
    with ValkeyServer() as server:
        yield server


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def ping(port: int) -> bool:
    with redis.Redis(port=port, retry=Retry(NoBackoff(), 0)) as client:
        return bool(client.ping())


async def fetch(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_each_test_has_an_empty_database(postgres_url: str) -> None:
    assert await fetch(postgres_url, "SELECT count(*) FROM pg_stat_user_tables") == 0
    assert await fetch(postgres_url, "SHOW server_version_num") >= "180000"  # type: ignore[operator]


async def test_a_filled_template_is_built_once_and_cloned(postgres_databases: Databases) -> None:
    built = []

    def build(url: str) -> None:
        built.append(url)
        asyncio.run(fetch(url, "CREATE TABLE things AS SELECT 42 AS thing"))

    template = await asyncio.to_thread(postgres_databases.template, "things", build)
    assert postgres_databases.template("things", build) == template
    clones = [postgres_databases.create(template) for _ in range(2)]
    assert [await fetch(url, "SELECT thing FROM things") for url in clones] == [42, 42]
    assert len(built) == 1
    for url in clones:
        postgres_databases.drop(url)


def test_valkey_is_empty_for_each_test(valkey_url: str) -> None:
    with redis.Redis.from_url(valkey_url) as client:
        assert client.dbsize() == 0


def test_valkey_can_be_taken_away_and_comes_back_empty(valkey_server: ValkeyServer) -> None:
    with redis.Redis.from_url(valkey_server.url) as client:
        client.set("key", "value")
    valkey_server.kill()
    with pytest.raises(redis.ConnectionError):
        ping(valkey_server.port)
    valkey_server.start()
    with redis.Redis.from_url(valkey_server.url) as client:
        assert client.get("key") is None


@pytest.mark.parametrize("way", ["restart", "kill"])
async def test_postgresql_comes_back_with_its_data(postgres_server: PostgresServer, way: str) -> None:
    await fetch(postgres_server.url, f"CREATE TABLE {way}_kept AS SELECT 1 AS one")
    getattr(postgres_server, way)()
    postgres_server.start()
    assert await fetch(postgres_server.url, f"SELECT one FROM {way}_kept") == 1


def test_servers_end_when_their_owner_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        postgres_files, postgres_port, valkey_files, valkey_port = owner.stdout.readline().split()
        owner.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 15
    while os.path.exists(postgres_files) or os.path.exists(valkey_files):
        assert time.monotonic() < deadline, "the files of the servers are still there"
        time.sleep(0.05)
    for port in (postgres_port, valkey_port):
        with pytest.raises(redis.ConnectionError):
            ping(int(port))


def test_node_runs(node: str) -> None:
    assert subprocess.check_output([node, "-p", "6 * 7"], text=True).strip() == "42"
