"""Passwords, addresses and second factors over HTTP, and the page that links lead to."""

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from platform_core.accounts.model.credentials_letters import (
    ConfirmNewAddress,
    ConfirmOldAddress,
    ResetPassword,
    VerifyAddress,
)
from tests.backends import Backend
from tests.credentials import ANOTHER, PASSWORD
from tests.http.auth_site import AuthSite

ACCEPTED = {"state": "accepted"}


@pytest.fixture
async def site(sql: Backend, aiohttp_client: AiohttpClient) -> AuthSite:
    return await AuthSite(sql).start(aiohttp_client)


async def test_an_address_is_verified_by_the_link(site: AuthSite) -> None:
    ada = await site.token()
    first = await site.desk.link(VerifyAddress)
    assert await site.call("POST", "/auth/email/resend", token=ada) == (202, ACCEPTED)
    assert len(await site.desk.letters(VerifyAddress)) == 1
    assert await site.post("/auth/email/verify", {"token": first.token}) == {"state": "verified"}
    assert (await site.get("/accounts/me", ada))["email_verified"] is True
    status, answer = await site.call("POST", "/auth/email/verify", {"token": first.token})
    assert (status, answer["code"], answer["errors"][0]["field"]) == (422, "invalid_link", "token")


async def test_an_address_is_changed_with_a_confirmation_at_both(site: AuthSite) -> None:
    ada = await site.token()
    await site.post("/auth/email/verify", {"token": (await site.desk.link(VerifyAddress)).token})
    asked = {"email": "new@example.org", "password": PASSWORD}
    assert await site.call("POST", "/auth/email/change", asked, ada) == (202, ACCEPTED)
    letters = await site.desk.letters()
    states = [(await site.post("/auth/email/verify", {"token": letter.token}))["state"] for letter in letters]
    assert {type(letter) for letter in letters} == {ConfirmOldAddress, ConfirmNewAddress}
    assert states == ["confirmed", "changed"]
    assert (await site.get("/accounts/me", ada))["email"] == "new@example.org"


async def test_the_old_address_stops_a_change(site: AuthSite) -> None:
    ada = await site.token()
    await site.post("/auth/email/verify", {"token": (await site.desk.link(VerifyAddress)).token})
    await site.post("/auth/email/change", {"email": "new@example.org", "password": PASSWORD}, ada)
    letter = await site.desk.link(ConfirmOldAddress)
    assert (await site.call("POST", "/auth/email/stop", {"token": letter.stop_token}))[0] == 204
    assert (await site.call("POST", "/auth/email/verify", {"token": letter.token}))[0] == 422


async def test_a_change_of_address_does_not_tell_whose_it_is(site: AuthSite) -> None:
    ada = await site.token()
    await site.register("bob")
    answers = [
        await site.call("POST", "/auth/email/change", {"email": email, "password": PASSWORD}, ada)
        for email in ("bob@example.org", "nobody@example.org")
    ]
    assert answers == [(202, ACCEPTED)] * 2


async def test_a_forgotten_password_is_set_anew(site: AuthSite) -> None:
    ada = await site.token()
    answers = [
        await site.call("POST", "/auth/password/forgot", {"email": email})
        for email in ("ada@example.org", "nobody@example.org")
    ]
    assert answers == [(202, ACCEPTED)] * 2
    letter = await site.desk.link(ResetPassword)
    asked = {"token": letter.token, "password": ANOTHER}
    assert await site.call("POST", "/auth/password/reset", asked) == (204, None)
    assert (await site.call("GET", "/accounts/me", token=ada))[0] == 401
    assert (await site.post("/auth/login", {"login": "ada", "password": ANOTHER}))["token"]


async def test_a_password_is_changed_and_other_sessions_end(site: AuthSite) -> None:
    ada = await site.token()
    other = (await site.post("/auth/login", {"login": "ada", "password": PASSWORD}))["token"]
    asked = {"password": ANOTHER, "new_password": "yet another way"}
    status, answer = await site.call("POST", "/auth/password/change", asked, ada)
    assert (status, answer["code"]) == (403, "wrong_password")
    asked = {"password": PASSWORD, "new_password": "password1"}
    status, answer = await site.call("POST", "/auth/password/change", asked, ada)
    assert [(error["field"], error["code"]) for error in answer["errors"]] == [("new_password", "common")]
    asked = {"password": PASSWORD, "new_password": ANOTHER}
    assert (await site.call("POST", "/auth/password/change", asked, ada))[0] == 204
    assert (await site.get("/accounts/me", ada))["handle"] == "ada"
    assert (await site.call("GET", "/accounts/me", token=other))[0] == 401


async def test_a_second_factor_from_beginning_to_end(site: AuthSite) -> None:
    ada, login = await site.token(), {"login": "ada", "password": PASSWORD}
    assert await site.get("/auth/totp", ada) == {"enabled": False, "recovery_codes_left": 0}
    status, enrolment = await site.call("POST", "/auth/totp", {"password": PASSWORD}, ada)
    assert (status, set(enrolment)) == (201, {"secret", "uri", "qr_svg"})
    code = site.desk.code(enrolment["secret"])
    codes = (await site.post("/auth/totp/confirm", {"code": code}, ada))["recovery_codes"]
    assert await site.get("/auth/totp", ada) == {"enabled": True, "recovery_codes_left": 10}

    challenge = await site.post("/auth/login", login)
    assert set(challenge) == {"mfa_token"}
    refused = await site.call("POST", "/auth/mfa", {**challenge, "code": "000000"})
    assert (refused[0], refused[1]["code"]) == (401, "invalid_code")
    site.desk.clock.advance(seconds=30)
    proved = {**challenge, "code": site.desk.code(enrolment["secret"])}
    entered = await site.post("/auth/mfa", proved)
    assert (await site.get("/accounts/me", entered["token"]))["handle"] == "ada"
    over = await site.call("POST", "/auth/mfa", proved)
    assert (over[0], over[1]["code"]) == (401, "mfa_expired")

    by_cookie = {**(await site.post("/auth/login", login)), "code": codes[0], "session": "cookie"}
    assert set(await site.post("/auth/mfa", by_cookie)) == {"account"}
    site.client.session.cookie_jar.clear()
    new = (await site.post("/auth/recovery-codes", {"password": PASSWORD}, ada))["recovery_codes"]
    assert len(set(new) | set(codes)) == 20
    assert (await site.call("POST", "/auth/totp/disable", {"password": PASSWORD}, ada))[0] == 204
    assert (await site.post("/auth/login", login))["token"]


async def test_letters_are_limited(site: AuthSite) -> None:
    ada = await site.token()
    outcomes = [(await site.call("POST", "/auth/email/resend", token=ada))[0] for _ in range(11)]
    assert outcomes == [202] * 10 + [429]


async def test_the_page_behind_links_needs_nothing_from_outside(site: AuthSite) -> None:
    for path, kind in (
        ("/confirm", "text/html"),
        ("/confirm/page.js", "text/javascript"),
        ("/confirm/page.css", "text/css"),
    ):
        async with site.client.get(path) as response:
            text = await response.text()
            assert (response.status, response.content_type) == (200, kind)
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
            assert "://" not in text
    async with site.client.get("/confirm/page.js") as response:
        script = await response.text()
    paths = site.document()["paths"]
    for verb, path in (("verify", "email/verify"), ("stop", "email/stop"), ("reset", "password/reset")):
        assert f"{verb}:" in script
        assert f"/api/v1/auth/{path}" in script
        assert f"/api/v1/auth/{path}" in paths


FOR_SOMEBODY = [
    ("POST", "/auth/logout"),
    ("GET", "/auth/sessions"),
    ("DELETE", "/auth/sessions"),
    ("GET", "/auth/tokens"),
    ("GET", "/auth/totp"),
    ("POST", "/auth/totp"),
    ("POST", "/auth/recovery-codes"),
    ("POST", "/auth/password/change"),
    ("POST", "/auth/email/change"),
    ("POST", "/auth/email/resend"),
    ("GET", "/admin/invitations"),
]


async def test_nobody_does_what_is_for_somebody(site: AuthSite) -> None:
    for method, path in FOR_SOMEBODY:
        assert (await site.call(method, path))[0] == 401
