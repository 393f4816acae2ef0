"""Accounts over HTTP: one's own, those of others, and what nobody else may see."""

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from adapters.http.settings import HttpSettings
from tests.backends import Backend
from tests.http.accounts_site import Site

VIEW = {
    *("id", "handle", "display_name", "bio", "avatar", "banner", "website", "links", "locked", "role"),
    *("created_at", "counts", "viewer", "revision"),
}
PRIVATE = {
    *("email", "email_verified", "pending_email", "state", "locale", "time_zone", "payout_address"),
    "birth_date",
}


@pytest.fixture
async def site(sql: Backend, aiohttp_client: AiohttpClient) -> Site:
    return await Site(sql).start(aiohttp_client)


async def test_an_account_is_read_by_id_and_by_handle(site: Site) -> None:
    ada = await site.backend.account("ada")
    by_id = await site.get(f"/accounts/{ada}")
    assert by_id == await site.get("/accounts/by-handle/ADA")
    assert set(by_id) == VIEW
    assert by_id["created_at"] == "2030-01-01T12:00:00Z"
    assert by_id["counts"] == {"posts": 0, "followers": 0, "following": 0}
    assert by_id["viewer"] == {
        "following": False,
        "requested": False,
        "followed_by": False,
        "blocking": False,
        "muting": False,
        "notify": None,
        "show_reposts": None,
        "mutual_followers": None,
    }
    assert await site.get(f"/accounts/{ada}/stats") == by_id["counts"]


async def test_ones_own_account_has_more(site: Site) -> None:
    ada = await site.backend.account("ada")
    me = await site.get("/accounts/me", ada)
    assert set(me) == VIEW | PRIVATE
    assert (me["email"], me["email_verified"], me["state"]) == ("ada@example.org", True, "active")
    assert (await site.call("GET", "/accounts/me"))[0] == 401


async def test_a_profile_is_changed_in_parts(site: Site) -> None:
    ada = await site.backend.account("ada")
    links = [{"label": "Notes", "url": "https://notes.example"}]
    given = {
        "display_name": "Ada Lovelace",
        "bio": "First of all",
        "website": "https://ada.example",
        "links": links,
        "locale": "en-GB",
        "time_zone": "Europe/London",
        "locked": True,
        "payout_address": "ada@paypal.example",
    }
    status, me = await site.call("PATCH", "/accounts/me", ada, json=given)
    assert status == 200
    assert {name: me[name] for name in given} == given
    status, me = await site.call("PATCH", "/accounts/me", ada, json={"bio": ""})
    assert (me["bio"], me["display_name"], me["revision"]) == ("", "Ada Lovelace", 2)
    seen = await site.get(f"/accounts/{ada}")
    assert not PRIVATE & set(seen)
    assert (seen["links"], seen["locked"]) == (links, True)


@pytest.mark.parametrize(
    "given",
    [
        {"handle": "other"},
        {"email": "x@example.org"},
        {"role": "administrator"},
        {"display_name": ""},
        {"display_name": None},
        {"display_name": "x" * 101},
        {"bio": "x" * 501},
        {"website": "javascript:alert(1)"},
        {"links": [{"label": "x", "url": "data:text/html,x"}]},
        {"links": [{"label": "x"}]},
        {"links": [{"label": "x", "url": "https://a.example"}] * 5},
        {"time_zone": "Nowhere/AtAll"},
        {"locale": "??"},
        {"locked": "yes"},
        {"payout_address": "me"},
    ],
)
async def test_what_a_profile_refuses_changes_nothing(site: Site, given: dict[str, object]) -> None:
    ada = await site.backend.account("ada")
    status, problem = await site.call("PATCH", "/accounts/me", ada, json={"bio": "new", **given})
    assert status == 422
    assert problem["errors"][0]["field"].split(".")[0].split("[")[0] in given
    assert (await site.get("/accounts/me", ada))["bio"] == ""


async def test_two_devices_do_not_overwrite_each_other(site: Site) -> None:
    ada = await site.backend.account("ada")
    headers = {"Authorization": f"Bearer member:{ada}"}
    async with site.client.get("/api/v1/accounts/me", headers=headers) as response:
        tag = response.headers["ETag"]
    match = {"If-Match": tag}
    first, _ = await site.call("PATCH", "/accounts/me", ada, headers=match, json={"bio": "one"})
    second, problem = await site.call("PATCH", "/accounts/me", ada, headers=match, json={"bio": "two"})
    assert (first, second) == (200, 412)
    assert problem["current"]["bio"] == "one"


async def test_a_batch_leaves_out_whom_one_may_not_see(site: Site) -> None:
    ada, bob, eve = await site.backend.accounts("ada", "bob", "eve")
    gone = await site.backend.account("gone", state="suspended")
    await site.accounts.block(eve, ada)
    found = await site.get("/accounts", ada, params=[("id", who) for who in (bob, gone, eve, ada)])
    assert [one["handle"] for one in found] == ["bob", "ada"]
    too_many = [("id", site.backend.ids.new()) for _ in range(101)]
    assert (await site.call("GET", "/accounts", ada, params=too_many))[0] == 422
    assert (await site.call("GET", "/accounts", ada))[0] == 422


@pytest.mark.parametrize("path", ["/accounts/{}", "/accounts/{}/stats", "/accounts/{}/followers"])
async def test_who_is_gone_was_never_there(site: Site, path: str) -> None:
    viewer = await site.backend.account("viewer")
    never = await site.answer("GET", path.format(site.backend.ids.new()), viewer)
    assert never[0] == 404
    for state in ("pending", "suspended", "deleted"):
        gone = await site.backend.account(f"was_{state}", state=state)
        assert await site.answer("GET", path.format(gone), viewer) == never
        handle = await site.answer("GET", f"/accounts/by-handle/was_{state}", viewer)
        assert handle == await site.answer("GET", "/accounts/by-handle/never_was", viewer)
    for garbage in ("garbage", "%00", "' or 1=1"):
        assert (await site.call("GET", path.format(garbage), viewer))[0] == 404


async def test_without_public_reads_everything_needs_a_session(
    sql: Backend, aiohttp_client: AiohttpClient
) -> None:
    site = await Site(sql, HttpSettings(public_reads=False)).start(aiohttp_client)
    ada = await sql.account("ada")
    for path in (
        f"/accounts/{ada}",
        "/accounts/by-handle/ada",
        f"/accounts?id={ada}",
        f"/accounts/{ada}/stats",
    ):
        assert (await site.call("GET", path))[0] == 401
        assert (await site.call("GET", path, ada))[0] == 200
