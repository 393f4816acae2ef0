"""Answers that handlers make themselves, kernels without extras, and faults that show at the start."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from attrs import evolve, frozen

from adapters.http.application import make_application
from adapters.http.call import Answer, Call
from adapters.http.kernel import KERNEL
from adapters.http.positions import EventPositions
from adapters.http.routing import BASE, Gate, Route, get, patch, post
from platform_core.shared.actor import Scope
from platform_core.shared.pagination import Page
from tests.http.kernel_toy import NoteView, Toy, bearer


class Odd:
    """Handlers that do what few do."""

    def routes(self) -> Sequence[Route]:
        return (
            get("/made", self.made, gate=Gate.OPEN, produces="text/html"),
            get("/streamed", self.streamed, gate=Gate.OPEN, produces="application/zip"),
            get("/undeclared", self.undeclared, gate=Gate.OPEN),
            get("/subclass", self.subclass, gate=Gate.OPEN, answer=NoteView),
            get("/wrapped", self.wrapped, gate=Gate.OPEN, answer=Page[NoteView]),
            get("/empty", self.empty, gate=Gate.OPEN),
            get("/things/{id}", self.undeclared, gate=Gate.OPEN, documented=False),
        )

    async def made(self, call: Call) -> web.Response:
        """Return a page with a policy of its own."""
        headers = {"Content-Security-Policy": "default-src 'self'"}
        return web.Response(text="<p>hello", content_type="text/html", headers=headers)

    async def streamed(self, call: Call) -> web.StreamResponse:
        """Stream."""
        response = web.StreamResponse()
        await response.prepare(call.request)
        for _ in range(3):
            await response.write(b"abc")
        await response.write_eof()
        return response

    async def undeclared(self, call: Call) -> NoteView:
        """Return a view that the route does not declare."""
        return NoteView("", "undeclared")

    async def subclass(self, call: Call) -> NoteView:
        """Return something more special than what is declared."""

        @frozen
        class Special(NoteView):
            """A special note."""

        return Special("", "special")

    async def wrapped(self, call: Call) -> Answer:
        """Return a page with a status of its own."""
        return Answer(Page((NoteView("", "a"),)), status=206, headers={"X-Part": "1"})

    async def empty(self, call: Call) -> Answer:
        """Return nothing, with a header."""
        return Answer(headers={"X-Part": "1"})


@pytest.fixture
async def client(aiohttp_client: Any) -> TestClient:
    kernel = evolve(Toy().app[KERNEL], observe=None)
    return await aiohttp_client(make_application((Odd(),), kernel))


async def test_a_response_that_a_handler_made_keeps_its_headers_and_gets_ours(client: TestClient):
    answer = await client.get(f"{BASE}/made")
    assert await answer.text() == "<p>hello"
    assert answer.headers["Content-Security-Policy"] == "default-src 'self'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content_type == "text/html"


async def test_a_response_that_was_streamed_is_left_alone(client: TestClient):
    assert await (await client.get(f"{BASE}/streamed")).read() == b"abc" * 3


async def test_a_view_that_was_not_declared_is_a_fault(client: TestClient):
    assert (await client.get(f"{BASE}/undeclared")).status == 500


async def test_a_more_special_view_is_encoded_too(client: TestClient):
    assert (await (await client.get(f"{BASE}/subclass")).json())["text"] == "special"


async def test_a_page_may_have_a_status_of_its_own(client: TestClient):
    answer = await client.get(f"{BASE}/wrapped")
    assert (answer.status, answer.headers["X-Part"]) == (206, "1")
    assert (await answer.json())["next_cursor"] is None


async def test_nothing_may_have_headers(client: TestClient):
    answer = await client.get(f"{BASE}/empty")
    assert (answer.status, answer.headers["X-Part"]) == (204, "1")


async def handler(call: Call) -> None:
    """Do nothing."""


def test_a_post_that_is_replayed_must_say_how_its_answer_is_made():
    with pytest.raises(TypeError, match="then="):
        post("/things", handler, scope=Scope.POSTS_WRITE, answer=NoteView)
    for options in ({"secret": True}, {"idempotent": False}):
        assert not post("/things", handler, scope=Scope.POSTS_WRITE, answer=NoteView, **options).idempotent
    assert not post("/auth/things", handler, scope=Scope.ACCOUNTS_WRITE, answer=NoteView).idempotent


def test_one_path_under_two_names_is_refused_at_the_start():
    class Group:
        def routes(self) -> Sequence[Route]:
            options: dict[str, Any] = {"scope": Scope.POSTS_READ}
            return get("/a/{id}", handler, **options), patch("/a/{a_id}", handler, **options)

    with pytest.raises(ValueError, match="two names"):
        make_application((Group(),), Toy().app[KERNEL])


async def test_positions_are_asked_before_the_handler_and_kept_within_bounds(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("adapters.http.positions._SIZE", 2)
    asked: list[str] = []

    async def position(account_id: str) -> int:
        asked.append(account_id)
        return len(asked)

    positions = EventPositions(position)
    assert [await positions(account) for account in ("a", "b", "a", "c", "a")] == ["1", "2", "1", "3", "4"]


async def test_requests_sent_in_one_breath_are_answered_in_order(aiohttp_client: Any):
    toy = Toy()
    client = await aiohttp_client(toy.server())
    reader, writer = await asyncio.open_connection(client.host, client.port)
    for number in range(5):
        writer.write(f"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Request-Id: r{number}\r\n\r\n".encode())
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: last\r\n\r\n")
    answers = (await reader.read()).decode()
    found = [line.split(": ")[1] for line in answers.splitlines() if line.startswith("X-Request-Id")]
    assert found == ["r0", "r1", "r2", "r3", "r4", "last"]
    writer.close()
    await writer.wait_closed()


async def test_a_fault_while_reading_the_position_is_answered(aiohttp_client: Any):
    async def position(account_id: str) -> int:
        raise OSError("no database")

    kernel = evolve(Toy().app[KERNEL], position=position)
    toy = Toy()
    client = await aiohttp_client(make_application((toy.notes,), kernel))
    assert (await client.get(f"{BASE}/limited", headers=bearer())).status == 500
    assert toy.notes.calls == []
