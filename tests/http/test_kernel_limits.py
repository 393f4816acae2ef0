"""Rates of routes, as clients see them."""

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from platform_core.shared.limits import Rate
from tests.http.kernel_toy import Toy, bearer


@pytest.fixture
async def client(aiohttp_client: Any) -> TestClient:
    toy = Toy(anonymous_rate=Rate("anonymous", 3, 60), trusted_proxies=("127.0.0.0/8",))
    return await aiohttp_client(toy.server())


async def test_a_limited_route_tells_what_is_left_and_refuses_what_is_too_much(client: TestClient):
    answers = [await client.get("/api/v1/limited", headers=bearer()) for _ in range(6)]
    assert [answer.status for answer in answers] == [204] * 5 + [429]
    assert answers[0].headers["RateLimit-Policy"] == '"notes";q=5;w=60'
    assert answers[0].headers["RateLimit"] in ('"notes";r=4;t=61', '"notes";r=4;t=60')
    assert answers[4].headers["RateLimit"].startswith('"notes";r=0;')
    refused = answers[5]
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    assert refused.headers["RateLimit"].startswith('"notes";r=0;')
    assert (await refused.json())["code"] == "rate_limited"
    assert (await client.get("/api/v1/limited", headers=bearer("grace"))).status == 204


async def test_all_tokens_of_an_account_count_together(client: TestClient):
    for token in ("ada", "script", "reader", "ada", "ada"):
        assert (await client.get("/api/v1/limited", headers=bearer(token))).status == 204
    assert (await client.get("/api/v1/limited", headers=bearer("script"))).status == 429


async def test_anonymous_readers_are_counted_by_address(client: TestClient):
    async def read(address: str) -> int:
        return (await client.get("/api/v1/notes", headers={"X-Forwarded-For": address})).status

    assert [await read("9.9.9.9") for _ in range(4)] == [200, 200, 200, 429]
    assert await read("9.9.9.8") == 200
    assert [await read(f"2001:db8::{number}") for number in range(1, 5)] == [200, 200, 200, 429]
    assert await read("2001:db8:0:1::1") == 200


async def test_readers_with_a_session_are_not(client: TestClient):
    answers = [await client.get("/api/v1/notes", headers=bearer()) for _ in range(5)]
    assert {answer.status for answer in answers} == {200}
    assert "RateLimit" not in answers[0].headers


async def test_open_routes_count_by_address_whatever_token_comes_along(client: TestClient):
    statuses = [
        (await client.post("/api/v1/auth/session", json={}, headers=bearer(f"guess-{number}"))).status
        for number in range(6)
    ]
    assert statuses == [200] * 5 + [429]
