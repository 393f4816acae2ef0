"""What the program says about itself: the OpenAPI document, its page, health and readiness."""

import asyncio
import re
from typing import Any

import jsonschema_rs
import pytest
from aiohttp.test_utils import TestClient
from attrs import evolve
from schemathesis.specs.openapi.definitions import OPENAPI_31

from adapters.http.application import all_routes
from tests.http.kernel_toy import Toy, bearer


@pytest.fixture
def toy() -> Toy:
    return Toy()


@pytest.fixture
async def client(toy: Toy, aiohttp_client: Any) -> TestClient:
    return await aiohttp_client(toy.server())


@pytest.fixture
async def document(client: TestClient) -> dict[str, Any]:
    return await (await client.get("/api/v1/openapi.json")).json()


async def test_the_document_is_valid_openapi(document: dict[str, Any]):
    jsonschema_rs.validator_for(OPENAPI_31).validate(document)


async def test_every_reference_leads_somewhere(document: dict[str, Any]):
    references = set(re.findall(r"'\$ref': '#/([^']+)'", repr(document)))
    for reference in references:
        place: Any = document
        for part in reference.split("/"):
            place = place[part]
        assert place


async def test_every_documented_route_is_in_it_once(document: dict[str, Any], toy: Toy):
    named = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert named == {route.name for route in all_routes(toy.app) if route.documented}
    ids = [
        operation["operationId"] for methods in document["paths"].values() for operation in methods.values()
    ]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z0-9_]+", operation_id) for operation_id in ids)


async def test_inputs_are_closed_and_bounded(document: dict[str, Any]):
    note = document["components"]["schemas"]["NoteInput"]
    assert note["additionalProperties"] is False
    assert note["required"] == ["text"]
    assert note["properties"]["text"] == {"type": "string", "minLength": 1, "maxLength": 50}
    bodies = document["paths"]
    assert bodies["/api/v1/notes"]["post"]["requestBody"]["required"] is True
    assert bodies["/api/v1/notes/{note_id}/mood"]["put"]["requestBody"]["required"] is False


async def test_parameters_say_what_they_are(document: dict[str, Any]):
    listing = {p["name"]: p for p in document["paths"]["/api/v1/notes"]["get"]["parameters"]}
    assert set(listing) == {"tag", "id", "limit", "cursor"}
    assert listing["tag"]["schema"] == {"type": "string"}
    assert listing["id"]["schema"]["items"]["format"] == "uuid"
    assert listing["limit"]["schema"]["maximum"] == 100
    showing = {p["name"]: p for p in document["paths"]["/api/v1/notes/{note_id}"]["get"]["parameters"]}
    assert showing["note_id"]["schema"]["format"] == "uuid"
    assert "If-None-Match" in showing
    assert "NoteFilter" not in document["components"]["schemas"]


async def test_answers_of_views_are_complete(document: dict[str, Any]):
    view = document["components"]["schemas"]["NoteView"]
    assert set(view["required"]) == {"id", "text", "tags", "revision"}
    listing = document["paths"]["/api/v1/notes"]["get"]["responses"]["200"]
    schema = listing["content"]["application/json"]["schema"]
    assert set(schema["required"]) == {"items", "next_cursor", "prev_cursor"}
    assert schema["properties"]["items"]["items"] == {"$ref": "#/components/schemas/NoteView"}
    assert {"Link", "X-Event-Position"} <= set(listing["headers"])


async def test_each_route_declares_what_it_may_refuse_with(document: dict[str, Any]):
    def statuses(method: str, path: str) -> set[str]:
        return set(document["paths"][path][method]["responses"])

    assert statuses("post", "/api/v1/notes") >= {
        "201",
        "400",
        "401",
        "402",
        "403",
        "409",
        "413",
        "415",
        "422",
        "503",
    }
    assert statuses("patch", "/api/v1/notes/{note_id}") >= {"200", "404", "412"}
    assert statuses("get", "/api/v1/limited") == {"204", "400", "401", "403", "422", "429", "503"}
    assert statuses("get", "/api/v1/instance") == {"200", "304", "400", "422", "503"}
    conflict = document["paths"]["/api/v1/notes"]["post"]["responses"]["409"]
    assert conflict["description"] == "Conflict: text_taken"


async def test_security_and_prose_come_from_the_route(document: dict[str, Any]):
    listing = document["paths"]["/api/v1/notes"]["get"]
    assert listing["security"] == [{}, {"bearer": ["posts:read"]}, {"cookie": ["posts:read"]}]
    assert listing["summary"] == "List notes, newest first."
    assert listing["description"] == "With a tag: those that carry it."
    assert document["paths"]["/api/v1/person"]["get"]["x-gate"] == "person"
    assert document["paths"]["/api/v1/instance"]["get"]["security"] == []


async def test_answers_keep_to_the_document(client: TestClient, toy: Toy, document: dict[str, Any]):
    def check(name: str, instance: Any) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        jsonschema_rs.validator_for(schema).validate(instance)

    toy.note("a", "b")
    note = toy.note()
    path = f"/api/v1/notes/{note.id}"
    check("NoteView", await (await client.get(path)).json())
    check("InstanceView", await (await client.get("/api/v1/instance")).json())
    wrong = await client.post("/api/v1/notes", json={"text": 1}, headers=bearer())
    check("Problem", await wrong.json())
    stale = await client.patch(path, json={}, headers=bearer(If_Match='"9"'))
    check("Problem", await stale.json())


async def test_answers_that_are_no_views_have_their_type(toy: Toy):
    from adapters.http.openapi import document as make

    pages = [evolve(route, documented=True) for route in all_routes(toy.app) if route.path == "/docs"]
    answer = make(pages, "1")["paths"]["/docs"]["get"]["responses"]["200"]
    assert answer["content"] == {"text/html": {"schema": {"type": "string"}}}


async def test_the_document_is_cached_by_its_tag(client: TestClient):
    answer = await client.get("/api/v1/openapi.json")
    again = await client.get("/api/v1/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status == 304


async def test_the_page_loads_nothing_from_outside(client: TestClient):
    page = await client.get("/docs")
    assert page.content_type == "text/html"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    text = await page.text()
    assert not re.search(r"<script>|<style>|\son\w+=|https?://", text)
    for address in re.findall(r'(?:src|href)="(/[^"]+)"', text):
        part = await client.get(address)
        assert part.status == 200
        assert not re.search(r"https?://", await part.text())


async def test_alive_and_ready(client: TestClient, toy: Toy):
    async def good() -> None: ...

    async def broken() -> None:
        raise OSError("the password is hunter2")

    assert await (await client.get("/healthz")).json() == {"status": "alive", "failing": []}
    toy.readiness.checks = {"migrations": good}
    assert await (await client.get("/readyz")).json() == {"status": "ready", "failing": []}
    toy.readiness.checks = {"database": broken, "migrations": good}
    answer = await client.get("/readyz")
    assert answer.status == 503
    assert await answer.json() == {"status": "not_ready", "failing": ["database"]}
    toy.readiness.checks = {}
    toy.readiness.draining = True
    answer = await client.get("/readyz")
    assert (answer.status, (await answer.json())["failing"]) == (503, ["draining"])


async def test_a_check_that_hangs_is_a_check_that_fails(
    client: TestClient, toy: Toy, monkeypatch: pytest.MonkeyPatch
):
    async def hangs() -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr("adapters.http.system._CHECK_SECONDS", 0.05)
    toy.readiness.checks = {"valkey": hangs}
    assert (await client.get("/readyz")).status == 503
