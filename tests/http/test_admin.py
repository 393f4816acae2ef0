"""Running the place over HTTP: who may, what they see, and what it does."""

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from tests.backends import Backend
from tests.http.accounts_site import Site

BOSS = "01b8dd58-e200-7000-8000-eeeeeeeeeeee"
"""Somebody who runs the place; whose token says so."""
VIEW = {
    *("id", "handle", "display_name", "email", "email_verified", "role", "state", "suspended_until"),
    *("locked", "created_at", "counts", "revision"),
}


@pytest.fixture
async def site(sql: Backend, aiohttp_client: AiohttpClient) -> Site:
    return await Site(sql).start(aiohttp_client)


async def test_members_and_nobody_are_kept_out(site: Site) -> None:
    ada = await site.backend.account("ada")
    for method, path in (
        ("GET", "/admin/accounts"),
        ("GET", f"/admin/accounts/{ada}"),
        ("PATCH", f"/admin/accounts/{ada}"),
    ):
        assert (await site.call(method, path))[0] == 401
        assert (await site.call(method, path, ada, json={"role": "administrator"}))[0] == 403
    assert (await site.backend.account_row(ada)).role == "member"


async def test_e_mail_is_shown_to_administrators_only(site: Site) -> None:
    ada = await site.backend.account("ada")
    for role, email in (("administrator", "ada@example.org"), ("moderator", None)):
        view = await site.get(f"/admin/accounts/{ada}", BOSS, role=role)
        assert set(view) == VIEW
        assert view["email"] == email
        listed = await site.get("/admin/accounts", BOSS, role=role)
        assert [one["email"] for one in listed["items"]] == [email]


async def test_accounts_are_filtered_and_found(site: Site) -> None:
    await site.backend.account("ada", state="pending")
    await site.backend.account("adam", role="moderator")
    await site.backend.account("bob")
    for query, expected in (
        ("", ["bob", "adam", "ada"]),
        ("?state=pending", ["ada"]),
        ("?role=moderator", ["adam"]),
        ("?q=ad", ["ada", "adam"]),
        ("?q=ad&state=active", ["adam"]),
        ("?q=BOB@example.org", ["bob"]),
    ):
        page = await site.get(f"/admin/accounts{query}", BOSS, role="administrator")
        assert [one["handle"] for one in page["items"]] == expected, query
    for query in ("?state=deleted", "?role=god", "?sort=email", "?q=" + "x" * 255):
        assert (await site.call("GET", f"/admin/accounts{query}", BOSS, role="administrator"))[0] == 422


async def test_pages_of_found_accounts_fit_together(site: Site) -> None:
    for number in range(5):
        await site.backend.account(f"user{number}")
    seen, cursor = [], ""
    while True:
        page = await site.get(f"/admin/accounts?q=user&limit=2{cursor}", BOSS, role="moderator")
        seen += [one["handle"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [f"user{number}" for number in range(5)]


async def test_a_suspension_hides_the_account_until_it_is_lifted(site: Site) -> None:
    boss = await site.backend.account("boss", role="administrator")
    ada = await site.backend.account("ada")
    given = {"state": "suspended", "suspended_until": "2030-02-01T00:00:00Z", "reason": "spam"}
    status, view = await site.call("PATCH", f"/admin/accounts/{ada}", boss, "administrator", json=given)
    assert status == 200
    assert (view["state"], view["suspended_until"]) == ("suspended", "2030-02-01T00:00:00Z")
    assert (await site.call("GET", f"/accounts/{ada}", boss))[0] == 404
    status, view = await site.call(
        "PATCH", f"/admin/accounts/{ada}", boss, "administrator", json={"state": "active"}
    )
    assert (view["state"], view["suspended_until"], view["revision"]) == ("active", None, 2)
    assert (await site.call("GET", f"/accounts/{ada}", boss))[0] == 200


@pytest.mark.parametrize(
    "given",
    [
        {"state": "deleted"},
        {"state": "pending"},
        {"suspended_until": "2031-01-01T00:00:00Z"},
        {"state": "suspended", "suspended_until": "2029-01-01T00:00:00Z"},
        {"role": "king"},
        {"reason": "x" * 501},
        {"email": "x@example.org"},
    ],
)
async def test_changes_that_make_no_sense_are_refused(site: Site, given: dict[str, object]) -> None:
    ada = await site.backend.account("ada")
    status, _ = await site.call("PATCH", f"/admin/accounts/{ada}", BOSS, "administrator", json=given)
    assert status == 422
    assert (await site.backend.account_row(ada)).revision == 0


async def test_refusals_name_their_reason(site: Site) -> None:
    boss = await site.backend.account("boss", role="administrator")
    helper = await site.backend.account("helper", role="moderator")
    other = await site.backend.account("other")
    for who, role, whom, given, expected in (
        (boss, "administrator", boss, {"role": "member"}, (403, "own_account")),
        (helper, "moderator", helper, {"state": "limited"}, (403, "own_account")),
        (helper, "moderator", boss, {"state": "suspended"}, (403, "above_you")),
        (helper, "moderator", other, {"role": "moderator"}, (403, "above_you")),
        (other, "administrator", boss, {"role": "member"}, (409, "last_administrator")),
        (boss, "administrator", site.backend.ids.new(), {"role": "member"}, (404, "not_found")),
    ):
        status, problem = await site.call("PATCH", f"/admin/accounts/{whom}", who, role, json=given)
        assert (status, problem["code"]) == expected
    assert (await site.backend.account_row(boss)).role == "administrator"


async def test_a_change_of_something_older_is_refused_with_what_is(site: Site) -> None:
    ada = await site.backend.account("ada")
    one, match = f"/admin/accounts/{ada}", {"If-Match": '"0"'}
    for state, expected in (("limited", 200), ("active", 412)):
        status, body = await site.call(
            "PATCH", one, BOSS, "administrator", headers=match, json={"state": state}
        )
        assert status == expected
    assert body["current"]["state"] == "limited"
