"""What goes back: views, lists and their cursors, entity tags, refusals, and the headers beside them."""

import json
import logging
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from yarl import URL

from platform_core.shared.errors import DomainError
from tests.http.kernel_toy import KINDS, MISSING, NoteNotFound, Toy, bearer

NOTES = "/api/v1/notes"


@pytest.fixture
def toy() -> Toy:
    return Toy()


@pytest.fixture
async def client(toy: Toy, aiohttp_client: Any) -> TestClient:
    return await aiohttp_client(toy.server())


async def test_all_that_is_not_there_looks_the_same(client: TestClient):
    paths = (
        f"/notes/{MISSING}",
        "/notes/not-an-id",
        f"/notes/{MISSING.upper()}",
        f"/notes/{MISSING}%00",
        f"/notes/{MISSING}/",
        "/nowhere",
        "/tags/%00",
    )
    answers = [
        await client.get(f"/api/v1{path}", headers=bearer(X_Request_Id="same")) for path in (*paths, "/../x")
    ]
    assert {answer.status for answer in answers} == {404}
    assert len({await answer.read() for answer in answers}) == 1
    problem = await answers[0].json()
    assert problem == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing here.",
        "code": "not_found",
        "request_id": "same",
    }
    assert NoteNotFound().detail not in json.dumps(problem)


@pytest.mark.parametrize(("kind", "status"), KINDS)
async def test_each_kind_of_refusal_has_its_status(
    client: TestClient, toy: Toy, kind: type[DomainError], status: int
):
    toy.notes.raising = kind
    answer = await client.get("/api/v1/raises", headers=bearer())
    assert answer.status == status
    problem = await answer.json()
    assert problem["code"] == kind.code
    assert problem["detail"] == kind.detail
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


async def test_a_fault_of_ours_tells_nothing_and_is_logged_with_the_requests_id(
    client: TestClient, toy: Toy, caplog: pytest.LogCaptureFixture
):
    class SecretFault(Exception):
        """Says what nobody outside should read."""

    toy.notes.raising = SecretFault
    with caplog.at_level(logging.ERROR):
        answer = await client.get("/api/v1/raises", headers=bearer(X_Request_Id="trace-me"))
    assert answer.status == 500
    assert (await answer.json())["code"] == "internal"
    assert "Secret" not in await answer.text()
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "SecretFault" in caplog.text
    assert "trace-me" in caplog.text


async def test_a_method_that_is_not_there_is_told_which_ones_are(client: TestClient, toy: Toy):
    answer = await client.put(NOTES, headers=bearer())
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert (await answer.json())["code"] == "method_not_allowed"
    answer = await client.post(f"{NOTES}/{toy.note().id}")
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH"
    options = await client.options(NOTES)
    assert (options.status, options.headers["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert (await client.options("/api/v1/nowhere")).status == 404
    assert (await client.request("PROPFIND", NOTES)).status == 405


async def test_head_says_what_get_would_without_the_body(client: TestClient, toy: Toy):
    path = f"{NOTES}/{toy.note().id}"
    got, headed = await client.get(path), await client.head(path)
    assert headed.status == 200
    assert await headed.read() == b""
    for name in ("ETag", "Content-Length", "Content-Type"):
        assert headed.headers[name] == got.headers[name]
    assert (await client.head(f"{NOTES}/{MISSING}")).status == 404


async def test_request_ids_go_through_if_they_fit_into_a_log_line(client: TestClient):
    answer = await client.get(NOTES, headers={"X-Request-Id": "from-the-proxy.1"})
    assert answer.headers["X-Request-Id"] == "from-the-proxy.1"
    for bad in ("a b", "x" * 129, "é", "<script>", ""):
        answer = await client.get(NOTES, headers={"X-Request-Id": bad})
        assert len(answer.headers["X-Request-Id"]) == 36


async def test_what_has_not_changed_is_not_sent_again(client: TestClient, toy: Toy):
    path = f"{NOTES}/{toy.note().id}"
    first = await client.get(path)
    tag = first.headers["ETag"]
    assert tag.startswith('"1-')
    for condition in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = await client.get(path, headers={"If-None-Match": condition})
        assert (again.status, await again.read()) == (304, b"")
        assert again.headers["ETag"] == tag
    for condition in ('"x"', "garbage", tag.strip('"'), ""):
        assert (await client.get(path, headers={"If-None-Match": condition})).status == 200


async def test_a_view_without_revision_is_tagged_by_its_bytes(client: TestClient):
    answer = await client.get("/api/v1/instance")
    tag = answer.headers["ETag"]
    assert (await client.get("/api/v1/instance", headers={"If-None-Match": tag})).status == 304


async def test_a_change_of_what_was_read_goes_through_and_gives_the_next_tag(client: TestClient, toy: Toy):
    path = f"{NOTES}/{toy.note().id}"
    tag = (await client.get(path)).headers["ETag"]
    answer = await client.patch(path, json={"text": "new"}, headers=bearer(If_Match=tag))
    assert answer.status == 200
    assert answer.headers["ETag"].startswith('"2-')
    assert (await client.patch(path, json={}, headers=bearer(If_Match=answer.headers["ETag"]))).status == 200
    assert (await client.patch(path, json={}, headers=bearer(If_Match="*"))).status == 200
    assert (await client.patch(path, json={}, headers=bearer())).status == 200


@pytest.mark.parametrize("condition", ['"7"', '"7-abc"', "garbage", '"-1"', '"9999999999999999999"', '""'])
async def test_a_change_of_something_older_is_refused_with_the_present_view(
    client: TestClient, toy: Toy, condition: str
):
    note = toy.note("present")
    path = f"{NOTES}/{note.id}"
    answer = await client.patch(path, json={"text": "mine"}, headers=bearer(If_Match=condition))
    assert answer.status == 412
    problem = await answer.json()
    assert problem["code"] == "stale"
    assert problem["current"] == {"id": note.id, "text": "present", "tags": [], "revision": 1}
    assert toy.notes.rows[note.id] == note


async def test_several_tags_to_match_are_refused(client: TestClient, toy: Toy):
    path = f"{NOTES}/{toy.note().id}"
    answer = await client.patch(path, json={}, headers=bearer(If_Match='"1-a", "2-b"'))
    assert answer.status == 422


async def pages(client: TestClient, direction: str, url: str) -> list[list[str]]:
    """Follow the cursors to the end."""
    found = []
    while url:
        answer = await client.get(url)
        page = await answer.json()
        found.append([item["text"] for item in page["items"]])
        cursor = page[f"{direction}_cursor"]
        link = answer.links.get(direction)
        assert (link is not None) == (cursor is not None)
        url = str(URL(link["url"]).relative()) if link is not None else ""
    return found


async def test_a_list_is_walked_to_its_end_by_the_links(client: TestClient, toy: Toy):
    for number in range(5):
        toy.note(f"n{number}")
    assert await pages(client, "next", f"{NOTES}?limit=2") == [["n4", "n3"], ["n2", "n1"], ["n0"]]
    assert await pages(client, "next", f"{NOTES}?limit=5") == [["n4", "n3", "n2", "n1", "n0"]]
    assert await pages(client, "next", NOTES) == [["n4", "n3", "n2", "n1", "n0"]]


async def test_a_list_without_filters_is_walked_too(client: TestClient, toy: Toy):
    for number in range(3):
        toy.note(f"n{number}")
    assert await pages(client, "next", "/api/v1/plain?limit=2") == [["n2", "n1"], ["n0"]]


async def test_the_previous_cursor_finds_what_is_new(client: TestClient, toy: Toy):
    toy.note("old")
    page = await (await client.get(NOTES)).json()
    for text in ("newer", "newest"):
        toy.note(text)
    fresh = await (await client.get(NOTES, params={"cursor": page["prev_cursor"]})).json()
    assert [item["text"] for item in fresh["items"]] == ["newest", "newer"]
    empty = await (await client.get(NOTES, params={"cursor": fresh["prev_cursor"]})).json()
    assert empty["items"] == []
    assert empty["prev_cursor"], "a client can keep asking"


async def test_an_empty_list_is_a_list(client: TestClient):
    answer = await client.get(NOTES)
    assert await answer.json() == {"items": [], "next_cursor": None, "prev_cursor": None}
    assert "Link" not in answer.headers


async def test_a_cursor_is_good_for_its_list_alone(client: TestClient, toy: Toy):
    for number in range(3):
        toy.note(f"n{number}", "red")
    page = await (await client.get(f"{NOTES}?limit=1&tag=red")).json()
    cursor = page["next_cursor"]
    assert (await client.get(NOTES, params={"tag": "red", "cursor": cursor})).status == 200
    flipped = cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1]
    others = ({"tag": "blue", "cursor": cursor}, {"cursor": cursor}, {"tag": "red", "cursor": flipped})
    garbage = ("", "%", "AAAA", "é", "a" * 1000, cursor * 2, "\u0130")
    for query in (*others, *({"tag": "red", "cursor": text} for text in garbage)):
        answer = await client.get(NOTES, params=query)
        assert answer.status == 422, query
        errors = (await answer.json())["errors"]
        assert [(error["field"], error["code"]) for error in errors] == [("cursor", "invalid_cursor")]


async def test_a_cursor_of_another_server_is_garbage(client: TestClient, toy: Toy):
    from adapters.wire.cursors import Cursors

    cursor = Cursors(b"the secret of another").following(b"/api/v1/notes?{}", "x")
    assert (await client.get(NOTES, params={"cursor": cursor or ""})).status == 422


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1.5", "", "1e1", "٣", "9" * 50, " 5"])
async def test_limits_out_of_bounds_are_refused(client: TestClient, limit: str):
    answer = await client.get(NOTES, params={"limit": limit})
    assert answer.status == 422
    assert (await answer.json())["errors"][0]["field"] == "limit"


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("nope=1", "nope", "unknown_field"),
        ("limit=1&limit=2", "limit", "repeated"),
        ("tag=a&tag=b", "tag", "repeated"),
        ("tag=%00", "query", "text"),
        ("tag=%ff", "query", "text"),
        ("tag=%ed%a0%80", "query", "text"),
        ("id=x", "id[0]", "pattern"),
        ("&".join([f"id={MISSING}"] * 101), "id", "length"),
        ("&".join(["a=1"] * 300), "query", "length"),
    ],
)
async def test_query_strings_are_checked_like_bodies(client: TestClient, query: str, field: str, code: str):
    answer = await client.get(URL(f"{NOTES}?{query}", encoded=True))
    assert answer.status == 422
    errors = (await answer.json())["errors"]
    assert [(error["field"], error["code"]) for error in errors] == [(field, code)]


async def test_a_route_without_query_refuses_one(client: TestClient, toy: Toy):
    answer = await client.get(f"{NOTES}/{toy.note().id}?expand=1")
    assert answer.status == 422


async def test_repeated_parameters_make_a_list(client: TestClient, toy: Toy):
    await client.get(f"{NOTES}?id={MISSING}&id={MISSING}&tag=a%20b")
    query = toy.notes.calls[-1].query
    assert (query.id, query.tag) == ([MISSING, MISSING], "a b")


async def test_a_get_with_a_session_tells_where_the_events_stand(client: TestClient, toy: Toy):
    answer = await client.get("/api/v1/limited", headers=bearer())
    assert answer.headers["X-Event-Position"] == "7"
    toy.events = 8
    within_a_second = await client.get("/api/v1/limited", headers=bearer())
    assert within_a_second.headers["X-Event-Position"] == "7", "an older position is always a valid one"
    assert "X-Event-Position" not in (await client.get(NOTES)).headers


async def test_what_is_personal_is_stored_by_nobody(client: TestClient, toy: Toy):
    path = f"{NOTES}/{toy.note().id}"
    assert (await client.get(path, headers=bearer())).headers["Cache-Control"] == "private, no-store"
    public = await client.get(path)
    assert public.headers["Cache-Control"] == "no-cache"
    assert {"Authorization", "Cookie"} <= set(public.headers["Vary"].split(", "))


async def test_each_answer_is_observed(client: TestClient, toy: Toy):
    await client.get(NOTES)
    await client.get("/api/v1/limited")
    assert toy.observed == [("GET /api/v1/notes", 200), ("GET /api/v1/limited", 401)]


async def test_text_in_a_path_is_decoded(client: TestClient):
    answer = await client.get("/api/v1/tags/%C3%A9%20t%C3%A9", headers=bearer())
    assert (await answer.json())["text"] == "é té"


async def test_handlers_outside_the_kernel_are_answered_for(toy: Toy, aiohttp_client: Any):
    async def fault(request: web.Request) -> web.Response:
        raise RuntimeError("no details please")

    async def large(request: web.Request) -> web.Response:
        raise web.HTTPRequestEntityTooLarge(1, 2)

    async def away(request: web.Request) -> web.Response:
        raise web.HTTPFound("/docs")

    async def teapot(request: web.Request) -> web.Response:
        raise web.HTTPUnprocessableEntity

    for name, handler in (("fault", fault), ("large", large), ("away", away), ("odd", teapot)):
        toy.app.router.add_get(f"/{name}", handler)
    client = await aiohttp_client(toy.server())
    statuses = [
        (await client.get(f"/{name}", allow_redirects=False)).status
        for name in ("fault", "large", "away", "odd")
    ]
    assert statuses == [500, 413, 302, 400]
    assert "details" not in await (await client.get("/fault")).text()
