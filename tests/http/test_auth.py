"""Registration, log-in and sessions over HTTP."""

import asyncio
from typing import Any

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from adapters.http.settings import HttpSettings
from platform_core.accounts.model.credentials_registering import RegistrationMode, RegistrationPolicy
from tests.backends import Backend
from tests.credentials import ANOTHER, PASSWORD
from tests.http.auth_site import AuthSite


@pytest.fixture
async def site(sql: Backend, aiohttp_client: AiohttpClient) -> AuthSite:
    return await AuthSite(sql).start(aiohttp_client)


async def in_mode(site: AuthSite, aiohttp_client: AiohttpClient, policy: RegistrationPolicy) -> AuthSite:
    other = AuthSite(site.backend)
    other.desk.policy = policy
    return await other.start(aiohttp_client)


def wanted(**given: Any) -> dict[str, Any]:
    asked = {"email": "ada@example.org", "password": PASSWORD, "handle": "ada", "display_name": "Ada"}
    return {**asked, **given}


async def test_who_registers_gets_a_token_and_the_account(site: AuthSite) -> None:
    status, answer = await site.call("POST", "/auth/register", wanted())
    assert status == 201
    assert set(answer) == {"token", "account"}
    account = answer["account"]
    assert (account["handle"], account["email"], account["email_verified"]) == (
        "ada",
        "ada@example.org",
        False,
    )
    assert await site.get("/accounts/me", answer["token"]) == account


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"email": "nonsense"}, "email", "format"),
    ({"handle": "a"}, "handle", "format"),
    ({"handle": "admin"}, "handle", "reserved"),
    ({"password": "short"}, "password", "length"),
    ({"password": "password1"}, "password", "common"),
    ({"password": "é" * 1_024}, "password", "length"),
    ({"display_name": " "}, "display_name", "required"),
    ({"birth_date": "yesterday"}, "birth_date", "format"),
    ({"session": "forever"}, "session", "enum"),
    ({"role": "administrator"}, "role", "unknown_field"),
]


async def test_what_is_wrong_with_a_registration_is_said_by_field(site: AuthSite) -> None:
    for given, field, code in WRONG:
        status, answer = await site.call("POST", "/auth/register", wanted(**given))
        assert status == 422
        assert [(error["field"], error["code"]) for error in answer["errors"]] == [(field, code)]


async def test_what_is_taken_is_a_conflict(site: AuthSite) -> None:
    await site.register()
    outcomes = [
        await site.call("POST", "/auth/register", wanted(**given))
        for given in ({"email": "other@example.org"}, {"handle": "other"})
    ]
    assert [(status, answer["code"]) for status, answer in outcomes] == [
        (409, "handle_taken"),
        (409, "email_taken"),
    ]


async def test_where_the_operator_approves_one_is_told_to_wait(
    site: AuthSite, aiohttp_client: AiohttpClient
) -> None:
    site = await in_mode(site, aiohttp_client, RegistrationPolicy(RegistrationMode.APPROVAL))
    assert await site.call("POST", "/auth/register", wanted()) == (202, {"state": "pending"})
    status, answer = await site.call("POST", "/auth/login", {"login": "ada", "password": PASSWORD})
    assert (status, answer["code"]) == (403, "account_pending")


async def test_a_closed_server_says_so(site: AuthSite, aiohttp_client: AiohttpClient) -> None:
    site = await in_mode(site, aiohttp_client, RegistrationPolicy(RegistrationMode.CLOSED))
    status, answer = await site.call("POST", "/auth/register", wanted())
    assert (status, answer["code"]) == (403, "registration_closed")


async def test_a_birth_date_is_asked_for_where_an_age_is(
    site: AuthSite, aiohttp_client: AiohttpClient
) -> None:
    site = await in_mode(site, aiohttp_client, RegistrationPolicy(minimum_age=16))
    status, answer = await site.call("POST", "/auth/register", wanted())
    assert (status, answer["errors"][0]["field"]) == (422, "birth_date")
    account = (await site.register(birth_date="2000-02-29"))["account"]
    assert account["birth_date"] == "2000-02-29"


async def test_an_administrator_invites(site: AuthSite, aiohttp_client: AiohttpClient) -> None:
    site = await in_mode(site, aiohttp_client, RegistrationPolicy(RegistrationMode.INVITATION))
    await site.desk.create_administrator("root@example.org", "root", PASSWORD)
    root = (await site.post("/auth/login", {"login": "root", "password": PASSWORD}))["token"]
    assert await site.get("/admin/invitations", root) == {
        "items": [],
        "next_cursor": None,
        "prev_cursor": None,
    }
    made = await site.post("/admin/invitations", {"uses": 2, "note": "friends"}, root)
    refused = await site.call("POST", "/auth/register", wanted())
    assert (refused[0], refused[1]["code"]) == (422, "invalid_invitation")
    ada = (await site.register(invitation=made["code"]))["token"]
    (listed,) = (await site.get("/admin/invitations", root))["items"]
    assert listed == {**made["invitation"], "uses_left": 1}
    assert (listed["note"], listed["uses"]) == ("friends", 2)
    assert (await site.call("GET", "/admin/invitations", token=ada))[0] == 403
    for _ in range(2):
        assert (await site.call("DELETE", f"/admin/invitations/{listed['id']}", token=root))[0] == 204
    assert (await site.call("POST", "/auth/register", wanted(handle="bob", email="b@c.de", invitation="x")))[
        0
    ] == 422


async def test_logging_in_gives_a_token_and_the_account(site: AuthSite) -> None:
    account = (await site.register())["account"]
    answer = await site.post("/auth/login", {"login": "ADA@example.org", "password": PASSWORD})
    assert answer == {"token": answer["token"], "account": account}
    assert await site.get("/accounts/me", answer["token"]) == account


async def test_a_refused_log_in_is_the_same_for_everybody(site: AuthSite) -> None:
    await site.register()
    answers = []
    for login in ("ada", "nobody", "nobody@example.org"):
        asked = {"login": login, "password": ANOTHER}
        status, answer = await site.call("POST", "/auth/login", asked, X_Request_Id="same")
        answers.append((status, answer))
    assert answers[0] == answers[1] == answers[2]
    assert (answers[0][0], answers[0][1]["code"]) == (401, "invalid_credentials")


async def test_too_many_failures_have_to_wait(site: AuthSite) -> None:
    await site.register()
    asked = {"login": "ada", "password": ANOTHER}
    for _ in range(5):
        assert (await site.call("POST", "/auth/login", asked))[0] == 401
    async with site.client.post("/api/v1/auth/login", json={**asked, "password": PASSWORD}) as response:
        assert response.status == 429
        assert 0 < int(response.headers["Retry-After"]) <= 31 * 60


async def test_a_browser_keeps_its_session_in_a_cookie(site: AuthSite) -> None:
    origin = str(site.client.make_url("")).rstrip("/")
    async with site.client.post(
        "/api/v1/auth/register", json=wanted(session="cookie"), headers={"Origin": origin}
    ) as response:
        cookie, answer = response.headers["Set-Cookie"], await response.json()
    assert set(answer) == {"account"}, "a token that scripts can read is none"
    for flag in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"):
        assert flag in cookie
    assert (await site.get("/accounts/me"))["handle"] == "ada"
    (session,) = (await site.get("/auth/sessions"))["items"]
    assert (session["kind"], session["current"]) == ("browser", True)
    assert (await site.call("POST", "/auth/logout"))[0] == 403, "which page asks?"
    assert (await site.call("POST", "/auth/logout", Origin=origin))[0] == 204
    assert not list(site.client.session.cookie_jar)
    assert (await site.call("GET", "/accounts/me"))[0] == 401


async def test_over_https_the_cookie_is_for_this_host_alone(
    sql: Backend, aiohttp_client: AiohttpClient
) -> None:
    secure = HttpSettings(public_url="https://example.org")
    site = await AuthSite(sql, secure).start(aiohttp_client)
    await site.desk.register()
    asked = {"login": "ada", "password": PASSWORD, "session": "cookie"}
    async with site.client.post("/api/v1/auth/login", json=asked) as response:
        cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-footlights=")
    assert "Secure" in cookie


async def test_logging_out_ends_the_session(site: AuthSite) -> None:
    token = await site.token()
    async with site.client.post(
        "/api/v1/auth/logout", headers={"Authorization": f"Bearer {token}"}
    ) as response:
        assert response.status == 204
        assert "Set-Cookie" not in response.headers
    assert (await site.call("GET", "/accounts/me", token=token))[0] == 401


async def test_one_sees_and_ends_ones_sessions(site: AuthSite) -> None:
    first = await site.token()
    login = {"login": "ada", "password": PASSWORD}
    second = (await site.post("/auth/login", login, User_Agent="Telephone/1.0"))["token"]
    third = (await site.post("/auth/login", login))["token"]
    listed = (await site.get("/auth/sessions", first))["items"]
    assert [one["current"] for one in listed] == [False, False, True]
    assert [one["device"] for one in listed][1] == "Telephone/1.0"
    assert set(listed[0]) == {
        *("id", "kind", "device", "address", "created_at", "last_used_at", "expires_at", "current")
    }
    for _ in range(2):
        assert (await site.call("DELETE", f"/auth/sessions/{listed[1]['id']}", token=first))[0] == 204
    assert (await site.call("GET", "/auth/sessions", token=second))[0] == 401
    assert (await site.call("DELETE", "/auth/sessions", token=first))[0] == 204
    assert (await site.call("GET", "/auth/sessions", token=third))[0] == 401
    assert len((await site.get("/auth/sessions", first))["items"]) == 1


async def test_bytes_that_are_no_text_do_not_keep_anybody_out(site: AuthSite) -> None:
    await site.register()
    body = b'{"login": "ada", "password": "a long way home"}'
    head = (
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nUser-Agent: \xff\xfe\r\nConnection: close\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    server = site.client.server
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(head + body)
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.close()
    await writer.wait_closed()
    status, _ = await site.call("GET", "/accounts/me", Authorization="Bearer \xff")
    assert status == 401


async def test_an_access_token_is_shown_once_and_does_what_it_may(site: AuthSite) -> None:
    ada = await site.token()
    asked = {"name": "Backup", "scopes": ["accounts:read"], "password": PASSWORD}
    made = await site.post("/auth/tokens", asked, ada)
    (listed,) = (await site.get("/auth/tokens", ada))["items"]
    assert made["access_token"] == listed
    assert (listed["name"], listed["scopes"], listed["expires_at"]) == ("Backup", ["accounts:read"], None)
    assert (await site.get("/accounts/me", made["token"]))["handle"] == "ada"
    refused = await site.call("PATCH", "/accounts/me", {"bio": "x"}, made["token"])
    assert (refused[0], refused[1]["code"]) == (403, "insufficient_scope")
    for path in ("/auth/sessions", "/auth/tokens", "/auth/totp"):
        status, answer = await site.call("GET", path, token=made["token"])
        assert (status, answer["code"]) == (403, "session_required")
    assert (await site.call("DELETE", f"/auth/tokens/{listed['id']}", token=ada))[0] == 204
    assert (await site.call("GET", "/accounts/me", token=made["token"]))[0] == 401


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"password": ANOTHER}, 403, "wrong_password"),
    ({"scopes": ["admin"]}, 422, "invalid"),
    ({"scopes": ["everything"]}, 422, "invalid"),
    ({"scopes": []}, 422, "invalid"),
    ({"expires_at": "2020-01-01T00:00:00Z"}, 422, "invalid"),
    ({"expires_at": "2040-01-01T00:00:00"}, 422, "invalid"),
]


async def test_an_access_token_that_may_not_be_is_refused(site: AuthSite) -> None:
    ada = await site.token()
    for given, status, code in REFUSED:
        asked = {"name": "Backup", "scopes": ["posts:read"], "password": PASSWORD, **given}
        outcome = await site.call("POST", "/auth/tokens", asked, ada)
        assert (outcome[0], outcome[1]["code"]) == (status, code)
    assert (await site.get("/auth/tokens", ada))["items"] == []


async def test_a_secret_is_not_kept_for_who_repeats_the_request(site: AuthSite) -> None:
    ada = await site.token()
    asked = {"name": "Backup", "scopes": ["posts:read"], "password": PASSWORD}
    made = [await site.post("/auth/tokens", asked, ada, Idempotency_Key="same") for _ in range(2)]
    assert made[0]["token"] != made[1]["token"]


async def test_the_document_says_what_may_be_absent(site: AuthSite) -> None:
    document = site.document()
    schemas = document["components"]["schemas"]
    assert schemas["SignedInView"]["required"] == []
    assert set(schemas["SignedInView"]["properties"]) == {"token", "account", "mfa_token"}
    assert "x-optional" not in str(document)
    assert "id" in schemas["MeView"]["required"]
    assert {"201", "202", "409"} <= set(document["paths"]["/api/v1/auth/register"]["post"]["responses"])
