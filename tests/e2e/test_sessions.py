"""What ends a session ends it everywhere: at other processes, and on open sockets."""

import time

from aiohttp import ClientSession, CookieJar

from tests.e2e.client import A_SECOND, BASE, PASSWORD, People, Person
from tests.e2e.served import Site


async def test_a_revoked_session_is_refused_and_its_socket_closed_at_another_process(
    site: Site, people: People
) -> None:
    ada = await people.register("ada", site.here)
    phone = await people.sign_in(ada, site.there)
    ear, kept = await phone.listen(), await ada.listen()
    sessions = (await ada.get("/auth/sessions")).items
    (other,) = [session for session in sessions if not session["current"]]

    (await ada.delete(f"/auth/sessions/{other['id']}")).ok  # noqa: B018 (asserts)

    assert await ear.closes() < A_SECOND
    assert (await phone.get("/accounts/me")).status == 401
    assert kept.open
    assert (await ada.get("/accounts/me")).status == 200


async def test_logging_out_closes_ones_own_socket(site: Site, people: People) -> None:
    ada = await people.register("ada", site.there)
    ear = await ada.listen()

    (await ada.post("/auth/logout")).ok  # noqa: B018 (asserts)

    assert await ear.closes() < A_SECOND
    assert (await ada.get("/accounts/me")).status == 401


async def test_a_changed_password_ends_the_other_sessions(site: Site, people: People) -> None:
    ada = await people.register("ada", site.here)
    phone = await people.sign_in(ada, site.there)
    ear = await phone.listen()

    wanted = {"password": PASSWORD, "new_password": "another lantern 43 quiet"}
    (await ada.post("/auth/password/change", wanted)).ok  # noqa: B018 (asserts)

    assert await ear.closes() < A_SECOND
    assert (await phone.get("/accounts/me")).status == 401
    assert (await ada.get("/accounts/me")).status == 200


async def test_a_suspended_account_is_out_and_gone_within_a_second(site: Site, people: People) -> None:
    admin = await _administrator(site, people)
    ada = await people.register("ada", site.there)
    post_id = await ada.publish("Before")
    ear = await ada.listen()

    began = time.monotonic()
    (await admin.patch(f"/admin/accounts/{ada.id}", {"state": "suspended", "reason": "Trial"})).ok  # noqa: B018

    assert await ear.closes() < A_SECOND
    assert (await ada.get("/accounts/me")).status == 401
    assert time.monotonic() - began < 2 * A_SECOND
    stranger = people.anybody(site.there)
    assert (await stranger.get(f"/posts/{post_id}")).status == 404
    assert (await stranger.get(f"/accounts/{ada.id}")).status == 404
    (await admin.patch(f"/admin/accounts/{ada.id}", {"state": "active"})).ok  # noqa: B018
    assert (await stranger.get(f"/posts/{post_id}")).status == 200


async def test_a_browser_signs_in_with_a_cookie_and_needs_a_known_origin(site: Site, people: People) -> None:
    ada = await people.register("ada", site.here)
    browser = people.anybody(site.here)
    await browser.http.close()
    # The cookie is for one host, whichever its port; aiohttp keeps none for addresses unless told to.
    browser.http = ClientSession(cookie_jar=CookieJar(unsafe=True))

    entered = await browser.post(
        "/auth/login", {"login": ada.handle, "password": PASSWORD, "session": "cookie"}, Origin=site.here.url
    )
    assert entered.ok.get("token") is None
    cookie = entered.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie

    assert (await browser.get("/accounts/me")).ok["handle"] == ada.handle
    wanted = {"text": "From a browser"}
    assert (await browser.post("/posts", wanted)).status == 403
    assert (await browser.post("/posts", wanted, Origin="https://elsewhere.example")).status == 403
    assert (await browser.post("/posts", wanted, Origin=site.here.url)).status == 201
    both = await browser.ask("GET", "/accounts/me", headers={"Authorization": f"Bearer {ada.token}"})
    assert (both.status, both.body["code"]) == (400, "two_credentials")
    (await browser.post("/auth/logout", Origin=site.here.url)).ok  # noqa: B018 (asserts)
    assert (await browser.get("/accounts/me")).status == 401


async def _administrator(site: Site, people: People) -> Person:
    """Make an administrator with the operator's command: once or again is the same."""
    known = ("--email", "root@example.org", "--handle", "the_root")
    site.run("create-admin", *known, FOOTLIGHTS_ADMIN_PASSWORD=PASSWORD)
    admin = people.anybody(site.here)
    entered = await admin.http.post(
        f"{site.here.url}{BASE}/auth/login", json={"login": "the_root", "password": PASSWORD}
    )
    admin.token = (await entered.json())["token"]
    return admin
