"""Connections that are slow, idle, or not HTTP at all."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from tests.http.kernel_toy import Toy

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
async def client(aiohttp_client: Any) -> TestClient:
    return await aiohttp_client(Toy(head_seconds=0.3, keepalive_seconds=0.8).server())


Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[], Awaitable[Connection]]


@pytest.fixture
async def connect(client: TestClient) -> AsyncIterator[Connect]:
    """Opens connections, and closes what the test leaves open."""
    writers = []

    async def open_one() -> Connection:
        reader, writer = await asyncio.open_connection(client.host, client.port)
        writers.append(writer)
        return reader, writer

    yield open_one
    for writer in writers:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def seconds_until_closed(reader: asyncio.StreamReader) -> float:
    """Read to the end and tell how long it took."""
    began = asyncio.get_running_loop().time()
    async with asyncio.timeout(5):
        await reader.read()
    return asyncio.get_running_loop().time() - began


async def answered(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
    return head.split(b"\r\n")[0]


async def test_a_connection_that_says_nothing_is_closed(connect: Connect):
    reader, _ = await connect()
    assert 0.2 < await seconds_until_closed(reader) < 0.7


async def test_a_head_that_dribbles_is_cut_off(connect: Connect):
    reader, writer = await connect()
    closed = asyncio.create_task(seconds_until_closed(reader))
    writer.write(b"GET /healthz HTTP/1.1\r\n")
    for number in range(50):
        if closed.done():
            break
        writer.write(f"X-{number}: y\r\n".encode())
        await asyncio.sleep(0.02)
    assert 0.2 < await closed < 0.7


async def test_a_second_head_that_dribbles_is_cut_off_too(connect: Connect):
    reader, writer = await connect()
    writer.write(REQUEST)
    assert await answered(reader) == b"HTTP/1.1 200 OK"
    await asyncio.sleep(0.4)
    writer.write(b"GET /healthz HTTP/1.1\r\n")
    assert 0.2 < await seconds_until_closed(reader) < 0.7


async def test_an_idle_connection_lives_as_long_as_keep_alive_says(connect: Connect):
    reader, writer = await connect()
    for _ in range(3):
        writer.write(REQUEST)
        assert await answered(reader) == b"HTTP/1.1 200 OK"
        await asyncio.sleep(0.5)
    assert 0.1 < await seconds_until_closed(reader) < 0.9


async def test_a_head_in_two_parts_is_fine(connect: Connect):
    reader, writer = await connect()
    for _ in range(2):
        writer.write(REQUEST[:20])
        await asyncio.sleep(0.05)
        writer.write(REQUEST[20:])
        assert await answered(reader) == b"HTTP/1.1 200 OK"


async def test_what_is_not_http_gets_a_400_and_no_traceback(
    connect: Connect, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.INFO, "aiohttp"):
        for garbage in (
            b"\x16\x03\x01\x02\x00\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET / HTTP/1.1\r\nA\x00: b\r\n\r\n",
        ):
            reader, writer = await connect()
            writer.write(garbage)
            answer = await reader.read()
            assert b" 400 " in answer.split(b"\r\n")[0]
            head, _, body = answer.partition(b"\r\n\r\n")
            assert b"application/problem+json" in head
            assert json.loads(body)["code"] == "bad_request"
    assert not [record for record in caplog.records if record.name.startswith("aiohttp.server")]


async def test_a_head_that_is_too_large_is_refused(connect: Connect):
    reader, writer = await connect()
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000 + b"\r\n\r\n")
    assert b" 400 " in (await reader.read()).split(b"\r\n")[0]


async def test_each_request_is_one_line_of_the_access_log(
    client: TestClient, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.INFO, "footlights.access"):
        await client.get("/api/v1/notes?cursor=secret", headers={"X-Request-Id": "r-1"})
    lines = [record for record in caplog.records if record.name == "footlights.access"]
    assert [record.getMessage().rsplit(" ", 2)[0] for record in lines] == ["GET /api/v1/notes 422"]
    assert lines[0].request_id == "r-1"  # type: ignore[attr-defined]


async def test_a_fault_of_the_library_itself_is_answered(
    aiohttp_client: Any, monkeypatch: pytest.MonkeyPatch
):
    async def fault(app: web.Application, request: web.Request) -> web.Response:
        raise RuntimeError("inside the library")

    monkeypatch.setattr(web.Application, "_handle", fault)
    client = await aiohttp_client(Toy().server())
    answer = await client.get("/healthz")
    assert answer.status == 500
    assert "inside" not in await answer.text()
