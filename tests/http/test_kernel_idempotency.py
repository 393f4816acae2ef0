"""One effect for one key, however often and however many at once."""

import asyncio
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from tests.http.kernel_toy import Toy, bearer

NOTES = "/api/v1/notes"


@pytest.fixture
def toy() -> Toy:
    return Toy()


@pytest.fixture
async def client(toy: Toy, aiohttp_client: Any) -> TestClient:
    return await aiohttp_client(toy.server())


def keyed(key: str = "k1", token: str = "ada") -> dict[str, str]:
    return bearer(token, Idempotency_Key=key)


async def test_who_comes_again_gets_the_first_answer(client: TestClient, toy: Toy):
    first = await client.post(NOTES, json={"text": "once"}, headers=keyed())
    again = await client.post(NOTES, json={"text": "once"}, headers=keyed())
    assert (first.status, again.status) == (201, 201)
    assert await first.read() == await again.read()
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert toy.notes.made == 1


async def test_a_route_without_answer_is_replayed_too(client: TestClient, toy: Toy):
    path = f"{NOTES}/{toy.note().id}/pings"
    answers = [await client.post(path, headers=keyed()) for _ in range(3)]
    assert [answer.status for answer in answers] == [204, 204, 204]
    assert toy.notes.made == 1


async def test_another_body_under_the_same_key_is_refused(client: TestClient, toy: Toy):
    await client.post(NOTES, json={"text": "once"}, headers=keyed())
    answer = await client.post(NOTES, json={"text": "other"}, headers=keyed())
    assert answer.status == 422
    assert (await answer.json())["code"] == "idempotency_key_reused"
    path = f"{NOTES}/{toy.note().id}/pings"
    assert (await client.post(path, headers=keyed())).status == 422, "another path is another request"


async def test_keys_belong_to_their_account(client: TestClient, toy: Toy):
    await client.post(NOTES, json={"text": "a"}, headers=keyed())
    answer = await client.post(NOTES, json={"text": "b"}, headers=keyed(token="grace"))
    assert answer.status == 201
    assert toy.notes.made == 2


async def test_parallel_requests_take_effect_once(client: TestClient, toy: Toy):
    toy.notes.pause.clear()
    first = asyncio.create_task(client.post(NOTES, json={"text": "once"}, headers=keyed()))
    await asyncio.sleep(0.05)
    others = await asyncio.gather(
        *(client.post(NOTES, json={"text": "once"}, headers=keyed()) for _ in range(10))
    )
    assert {answer.status for answer in others} == {409}
    assert all(answer.headers["Retry-After"] == "1" for answer in others)
    assert (await others[0].json())["code"] == "request_in_progress"
    toy.notes.pause.set()
    assert (await first).status == 201
    assert (await client.post(NOTES, json={"text": "once"}, headers=keyed())).status == 201
    assert toy.notes.made == 1


async def test_a_refused_effect_gives_the_key_back(client: TestClient, toy: Toy):
    note = toy.note("taken")
    refused = await client.post(NOTES, json={"text": "taken"}, headers=keyed())
    assert (refused.status, (await refused.json())["code"]) == (409, "text_taken")
    del toy.notes.rows[note.id]
    assert (await client.post(NOTES, json={"text": "taken"}, headers=keyed())).status == 201


async def test_a_crash_between_effect_and_answer_is_made_good(client: TestClient, toy: Toy):
    toy.notes.crash_while_rendering = True
    assert (await client.post(NOTES, json={"text": "once"}, headers=keyed())).status == 500
    toy.notes.crash_while_rendering = False
    answer = await client.post(NOTES, json={"text": "once"}, headers=keyed())
    assert answer.status == 201
    assert (await answer.json())["text"] == "once"
    assert toy.notes.made == 1
    again = await client.post(NOTES, json={"text": "once"}, headers=keyed())
    assert await again.read() == await answer.read()


async def test_a_crash_after_an_effect_without_answer_is_made_good(client: TestClient, toy: Toy):
    path = f"{NOTES}/{toy.note().id}/pings"
    await client.post(path, headers=keyed())
    row = toy.notes.store.table("idempotency_keys")
    row.update({key: _unanswered(value) for key, value in row.items()})
    assert (await client.post(path, headers=keyed())).status == 204
    assert toy.notes.made == 1


def _unanswered(row: Any) -> Any:
    from attrs import evolve

    return evolve(row, answer=None)


async def test_what_the_database_gave_up_is_run_again(client: TestClient, toy: Toy):
    toy.notes.contentions = 3
    assert (await client.post(NOTES, json={"text": "a"}, headers=keyed())).status == 201
    toy.notes.contentions = 4
    answer = await client.post(NOTES, json={"text": "b"}, headers=keyed("k2"))
    assert (answer.status, (await answer.json())["code"]) == (503, "contention")
    toy.notes.contentions = 0
    assert (await client.post(NOTES, json={"text": "b"}, headers=keyed("k2"))).status == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "é", "a\tb"])
async def test_keys_that_nobody_can_log_are_refused(client: TestClient, key: str):
    answer = await client.post(NOTES, json={"text": "a"}, headers=keyed(key))
    assert answer.status == 422
    assert (await answer.json())["errors"][0]["field"] == "Idempotency-Key"


async def test_routes_that_are_not_idempotent_do_not_look_at_keys(client: TestClient):
    for text in ("a", "b"):
        headers = {"Idempotency-Key": "k1"}
        answer = await client.post("/api/v1/auth/session", json={"mood": text}, headers=headers)
        assert (await answer.json())["text"] == text
