"""What the kernel makes of bodies: the strict decoder, sizes, types, and clients that are slow or lie."""

import asyncio
import gzip
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from tests.http.kernel_toy import Toy, bearer

NOTES = "/api/v1/notes"
HEAD = f"POST {NOTES} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ada\r\nContent-Type: application/json\r\n"


@pytest.fixture
def toy() -> Toy:
    return Toy(body_limit=4096, body_seconds=0.3)


@pytest.fixture
async def client(toy: Toy, aiohttp_client: Any) -> TestClient:
    return await aiohttp_client(toy.server())


async def refused(client: TestClient, body: Any, status: int, **headers: str) -> dict[str, Any]:
    """Send a body, expect that status, and return the problem document."""
    headers = bearer(**{"Content_Type": "application/json", **headers})
    answer = await client.post(NOTES, data=body, headers=headers)
    assert answer.status == status, await answer.text()
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Cache-Control"] == "private, no-store"
    problem = json.loads(await answer.read())
    assert problem["status"] == status
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    return problem


async def test_a_good_body_is_decoded_into_the_declared_struct(client: TestClient, toy: Toy):
    answer = await client.post(NOTES, json={"text": "Grüße 👋", "tags": ["a"]}, headers=bearer())
    assert answer.status == 201
    assert (await answer.json())["text"] == "Grüße 👋"
    assert toy.notes.calls[-1].body.tags == ["a"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"{'text': 'a'}",
        b'{"text": "a",}',
        b'{"text": "a"} {}',
        b'{"text": "a", "text": "b"}',
        b'{"text": NaN}',
        b'{"text": -Infinity}',
        b'{"text": 1e999}',
        b'{"text": ' + b"9" * 4000 + b"}",
        b'{"text": 1.' + b"9" * 4000 + b"}",
        b'{"text": "\x00"}',
        b'{"text": "\xff"}',
        b'{"text": "\xed\xa0\x80"}',
        b'\xef\xbb\xbf{"text": "a"}',
        '{"text": "a"}'.encode("utf-16"),
        b"[" * 4000,
        b'{"text":' * 400 + b"1" + b"}" * 400,
        b'{"text": "' + b'\\"' * 2000,
    ],
)
async def test_malformed_json_is_a_400(client: TestClient, body: bytes):
    assert (await refused(client, body, 400))["code"] == "malformed_json"


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "text", "missing"),
        ({"text": "a", "no": 1}, "no", "unknown_field"),
        ({"text": 1}, "text", "type"),
        ({"text": None}, "text", "type"),
        ({"text": ""}, "text", "length"),
        ({"text": "a" * 51}, "text", "length"),
        ({"text": "a", "tags": "a"}, "tags", "type"),
        ({"text": "a", "tags": ["a", {}]}, "tags[1]", "type"),
        ({"text": "a", "tags": ["a"] * 4}, "tags", "length"),
        ([], "body", "type"),
        ("text", "body", "type"),
        (10**18, "body", "type"),
        ({"text": "half \ud83d"}, "text", "text"),
        ({"text": "\0"}, "text", "text"),
        ({"text": "a", "\udc00": 1}, "body", "text"),
        ({"text": "a", "tags": ["a", "\0"]}, "tags[1]", "text"),
    ],
)
async def test_well_formed_but_wrong_names_the_field(client: TestClient, body: Any, field: str, code: str):
    problem = await refused(client, json.dumps(body), 422)
    assert problem["code"] == "invalid"
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, code)]
    assert problem["errors"][0]["message"]


async def test_an_error_does_not_send_back_all_that_was_sent(client: TestClient):
    problem = await refused(client, json.dumps({"text": "a", "x" * 3000: 1}), 422)
    assert len(problem["errors"][0]["field"]) <= 200


async def test_brackets_in_texts_are_not_depth(client: TestClient):
    answer = await client.post(NOTES, json={"text": "[" * 50}, headers=bearer())
    assert answer.status == 201


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/xml", "multipart/form-data"],
)
async def test_other_types_are_a_415(client: TestClient, content_type: str):
    await refused(client, b'{"text": "a"}', 415, Content_Type=content_type)


async def test_a_charset_in_the_type_does_not_matter(client: TestClient):
    headers = bearer(Content_Type="application/json; charset=utf-8")
    assert (await client.post(NOTES, data=b'{"text": "a"}', headers=headers)).status == 201


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
async def test_compressed_bodies_are_a_415_and_never_inflated(client: TestClient, encoding: str):
    await refused(client, gzip.compress(b'{"text": "a"}'), 415, Content_Encoding=encoding)


async def test_a_body_that_says_it_is_too_large_is_a_413(client: TestClient):
    assert (await refused(client, b'"' + b"a" * 5000 + b'"', 413))["code"] == "body_too_large"


async def test_a_chunked_body_is_counted_while_it_arrives(client: TestClient):
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1000
            await asyncio.sleep(0)

    await refused(client, endless(), 413)


async def test_a_small_chunked_body_is_fine(client: TestClient):
    async def parts() -> AsyncIterator[bytes]:
        yield b'{"text": '
        await asyncio.sleep(0.01)
        yield b'"in parts"}'

    headers = bearer(Content_Type="application/json")
    assert (await client.post(NOTES, data=parts(), headers=headers)).status == 201


async def test_a_body_that_never_ends_is_a_408(client: TestClient):
    async def slow() -> AsyncIterator[bytes]:
        yield b'{"text": '
        await asyncio.sleep(5)

    problem = await asyncio.wait_for(refused(client, slow(), 408), 3)
    assert problem["code"] == "body_timeout"


async def test_a_body_that_breaks_off_harms_nobody(client: TestClient):
    reader, writer = await asyncio.open_connection(client.host, client.port)
    head = (
        f"POST {NOTES} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ada\r\nContent-Type: application/json\r\n"
    )
    writer.write(f"{head}Transfer-Encoding: chunked\r\n\r\nZZ\r\n".encode())
    assert b" 400 " in await reader.readline()
    writer.close()
    assert (await client.get(NOTES)).status == 200


async def test_a_body_whose_fields_are_all_optional_may_be_left_out(client: TestClient, toy: Toy):
    path = f"{NOTES}/{toy.note().id}/mood"
    assert (await client.put(path, headers=bearer())).status == 204
    assert toy.notes.calls[-1].body.mood == "calm"
    assert (await client.put(path, json={"mood": "loud"}, headers=bearer())).status == 204
    assert toy.notes.calls[-1].body.mood == "loud"


async def test_a_body_that_turns_bad_on_the_way_ends_with_the_deadline(client: TestClient):
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n".encode())
    await asyncio.sleep(0.05)
    writer.write(b"not a length\r\n")
    async with asyncio.timeout(3):
        assert (await reader.readline()).split()[1] in (b"400", b"408")
    writer.close()
    await writer.wait_closed()


async def test_a_client_that_goes_away_is_no_fault_of_ours(
    client: TestClient, toy: Toy, caplog: pytest.LogCaptureFixture
):
    _, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(f'{HEAD}Content-Length: 100\r\n\r\n{{"text":'.encode())
    await asyncio.sleep(0.05)
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.05)
    assert toy.observed == [("POST /api/v1/notes", 400)]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
