"""Who gets through: credentials, gates, scopes, cookies and the pages of other origins."""

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from adapters.http.addresses import ClientAddress, address_key
from adapters.http.routing import Gate, Route, get
from platform_core.shared.actor import Role, Scope
from tests.http.kernel_toy import Toy, bearer

APP = "https://app.example"


@pytest.fixture
def toy() -> Toy:
    return Toy(public_url="https://here.example", cors_origins=frozenset({APP}), hsts_seconds=600)


@pytest.fixture
async def client(toy: Toy, aiohttp_client: Any) -> TestClient:
    return await aiohttp_client(toy.server())


@pytest.mark.parametrize(
    ("path", "token", "status"),
    [
        ("/notes", None, 200),
        ("/notes", "reader", 200),
        ("/limited", None, 401),
        ("/limited", "reader", 204),
        ("/person", "script", 403),
        ("/person", "ada", 204),
        ("/moderation", "ada", 403),
        ("/moderation", "moderator", 204),
        ("/moderation", "administrator", 204),
        ("/administration", "moderator", 403),
        ("/administration", "administrator", 204),
        ("/administration", None, 401),
        ("/instance", None, 200),
        ("/instance", "nonsense", 200),
        ("/notes", "nonsense", 401),
        ("/limited", "nonsense", 401),
    ],
)
async def test_each_gate_lets_through_whom_it_is_for(
    client: TestClient, path: str, token: str | None, status: int
):
    answer = await client.get(f"/api/v1{path}", headers=bearer(token) if token else {})
    assert answer.status == status
    if status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


async def test_without_public_reads_everything_needs_a_session(aiohttp_client: Any):
    client = await aiohttp_client(Toy(public_reads=False).server())
    assert (await client.get("/api/v1/notes")).status == 401
    assert (await client.get("/api/v1/notes", headers=bearer())).status == 200
    assert (await client.get("/api/v1/instance")).status == 200


async def test_a_token_without_the_scope_is_told_which_one(client: TestClient):
    answer = await client.post("/api/v1/notes", json={"text": "a"}, headers=bearer("reader"))
    assert answer.status == 403
    assert (await answer.json())["code"] == "insufficient_scope"
    assert 'scope="posts:write"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ", "ada", "Bearer é", "Bearer ada ada"])
async def test_other_schemes_and_garbage_are_a_401(client: TestClient, header: str):
    assert (await client.get("/api/v1/limited", headers={"Authorization": header})).status == 401


async def test_a_bearer_and_a_cookie_at_once_are_a_400(client: TestClient):
    headers = bearer(Cookie="__Host-footlights=ada")
    answer = await client.get("/api/v1/limited", headers=headers)
    assert answer.status == 400
    assert (await answer.json())["code"] == "two_credentials"


async def test_a_cookie_reads_without_an_origin(client: TestClient):
    headers = {"Cookie": "theme=dark; __Host-footlights=ada; a=b"}
    assert (await client.get("/api/v1/person", headers=headers)).status == 204


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 403),
        ("null", 403),
        ("https://evil.example", 403),
        ("https://here.example.evil.example", 403),
        ("http://here.example", 403),
        ("https://here.example:8443", 403),
        ("https://here.example", 201),
        (APP, 201),
    ],
)
async def test_a_change_with_a_cookie_needs_an_origin_of_ours(
    client: TestClient, origin: str | None, status: int
):
    headers = {"Cookie": "__Host-footlights=ada", **({"Origin": origin} if origin else {})}
    answer = await client.post("/api/v1/notes", json={"text": f"from {origin}"}, headers=headers)
    assert answer.status == status
    if status == 403:
        assert (await answer.json())["code"] == "origin_refused"


async def test_a_cookie_of_another_name_is_no_session(client: TestClient):
    for name in ("footlights", "__host-footlights", "x__Host-footlights"):
        assert (await client.get("/api/v1/limited", headers={"Cookie": f"{name}=ada"})).status == 401


async def test_the_cookie_over_https_is_bound_to_the_host(client: TestClient):
    answer = await client.post("/api/v1/auth/session", json={})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-footlights=ada;")
    for flag in ("HttpOnly", "Secure", "Path=/", "SameSite=Lax", "Max-Age=3600"):
        assert flag in cookie
    assert "Domain" not in cookie
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Mood"] == "calm"


async def test_a_trial_on_loopback_does_without_the_prefix(aiohttp_client: Any):
    client = await aiohttp_client(Toy(public_url="http://localhost:8000").server())
    answer = await client.post("/api/v1/auth/session", json={})
    assert answer.headers["Set-Cookie"].startswith("footlights=ada;")
    assert "Secure" not in answer.headers["Set-Cookie"]
    cookie = {"Cookie": "footlights=ada"}
    own = {**cookie, "Origin": f"http://127.0.0.1:{client.port}"}
    assert (await client.post("/api/v1/notes", json={"text": "a"}, headers=own)).status == 201
    for foreign in ("http://127.0.0.1:1", "http://evil.example", "http://[", "null"):
        refused = await client.post(
            "/api/v1/notes", json={"text": "b"}, headers={**cookie, "Origin": foreign}
        )
        assert refused.status == 403
    rebound = {**cookie, "Origin": "http://evil.example", "Host": "evil.example"}
    assert (await client.post("/api/v1/notes", json={"text": "b"}, headers=rebound)).status == 403


async def test_pages_of_listed_origins_may_call(client: TestClient):
    asked = {"Origin": APP, "Access-Control-Request-Method": "PATCH"}
    preflight = await client.options(f"/api/v1/notes/{'0' * 8}-0000-7000-8000-{'0' * 12}", headers=asked)
    assert preflight.status == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == APP
    assert preflight.headers["Access-Control-Allow-Credentials"] == "true"
    assert "PATCH" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Idempotency-Key" in preflight.headers["Access-Control-Allow-Headers"]
    answer = await client.get("/api/v1/notes", headers={"Origin": APP})
    assert answer.headers["Access-Control-Allow-Origin"] == APP
    exposed = answer.headers["Access-Control-Expose-Headers"]
    assert {"Link", "ETag", "X-Event-Position", "RateLimit", "Retry-After"} <= set(exposed.split(", "))
    refusal = await client.get("/api/v1/limited", headers={"Origin": APP})
    assert refusal.headers["Access-Control-Allow-Origin"] == APP, "a page may read why it was refused"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://app.example.evil", "https://here.example"]
)
async def test_pages_of_other_origins_are_not_told_that_they_may(client: TestClient, origin: str):
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    for answer in (
        await client.options("/api/v1/notes", headers=asked),
        await client.get("/api/v1/notes", headers=asked),
    ):
        assert not [name for name in answer.headers if name.startswith("Access-Control")]
        assert "Origin" in answer.headers["Vary"]


async def test_every_answer_carries_the_security_headers(client: TestClient):
    for path in ("/api/v1/notes", "/api/v1/limited", "/api/v1/nowhere", "/", "/healthz"):
        headers = (await client.get(path)).headers
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Strict-Transport-Security"].startswith("max-age=600")
        assert "aiohttp" not in headers["Server"]


async def test_a_route_must_say_who_may_call_it():
    async def handler(call: object) -> None: ...

    with pytest.raises(TypeError):
        get("/things", handler)
    assert get("/things", handler, scope=Scope.POSTS_READ).gate is Gate.SESSION


async def test_two_routes_of_one_name_are_refused_at_the_start():
    class Twice:
        def routes(self) -> list[Route]:
            return [get("/instance", self.show, gate=Gate.OPEN)]

        async def show(self, call: object) -> None: ...

    from adapters.http.application import make_application
    from adapters.http.kernel import KERNEL

    kernel = Toy().app[KERNEL]
    with pytest.raises(ValueError, match="GET /api/v1/instance"):
        make_application((Twice(), Twice()), kernel)


async def test_the_actor_comes_from_the_session_and_goes_to_the_handler(client: TestClient, toy: Toy):
    await client.get("/api/v1/moderation", headers=bearer("moderator", User_Agent="test/1"))
    call = toy.notes.calls[-1]
    assert call.actor.account_id == "mo"
    assert call.actor.role is Role.MODERATOR
    assert call.address == "127.0.0.1"
    assert call.user_agent == "test/1"


async def test_a_changed_access_counts_at_once(client: TestClient, toy: Toy, monkeypatch: pytest.MonkeyPatch):
    from tests.http import kernel_toy

    assert (await client.get("/api/v1/person", headers=bearer())).status == 204
    monkeypatch.delitem(kernel_toy.ACTORS, "ada")
    await toy.bell.publish("access", ["ada"])  # type: ignore[arg-type]
    assert (await client.get("/api/v1/person", headers=bearer())).status == 401


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        ((), "9.9.9.9", "127.0.0.1"),
        (("127.0.0.0/8",), "9.9.9.9", "9.9.9.9"),
        (("127.0.0.0/8",), "1.1.1.1, 9.9.9.9", "9.9.9.9"),
        (("127.0.0.0/8", "10.0.0.0/8"), "1.1.1.1, 9.9.9.9, 10.0.0.3", "9.9.9.9"),
        (("127.0.0.0/8",), "9.9.9.9, garbage", "127.0.0.1"),
        (("127.0.0.0/8",), "", "127.0.0.1"),
        (("10.0.0.0/8",), "9.9.9.9", "127.0.0.1"),
        (("127.0.0.0/8",), "::ffff:9.9.9.9", "9.9.9.9"),
    ],
)
async def test_forwarded_addresses_are_believed_as_far_as_trust_goes(
    aiohttp_client: Any, trusted: tuple[str, ...], forwarded: str, address: str
):
    toy = Toy(trusted_proxies=trusted)
    client = await aiohttp_client(toy.server())
    await client.get("/api/v1/notes", headers={"X-Forwarded-For": forwarded})
    assert toy.notes.calls[-1].address == address


def test_an_ipv6_household_counts_as_one():
    assert address_key("2001:db8:1:2:3:4:5:6") == address_key("2001:db8:1:2::1") == "2001:db8:1:2::/64"
    assert address_key("2001:db8:1:3::1") != address_key("2001:db8:1:2::1")
    assert address_key("::ffff:9.9.9.9") == address_key("9.9.9.9")
    assert address_key("fe80::1%eth0") == "fe80::/64"
    assert address_key("unix") == "unix"
    assert ClientAddress(("unix",))._through_proxies("unix", ["9.9.9.9"]) == "9.9.9.9"


def test_hosts_of_addresses_that_are_none_are_unknown():
    from adapters.http.credentials import _host

    assert _host("http://[") is None
