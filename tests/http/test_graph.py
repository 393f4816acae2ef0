"""Following, blocking and muting over HTTP."""

from datetime import timedelta

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from tests.backends import Backend
from tests.factories import NEW_YEAR
from tests.http.accounts_site import Site


@pytest.fixture
async def site(sql: Backend, aiohttp_client: AiohttpClient) -> Site:
    return await Site(sql).start(aiohttp_client)


async def test_a_follow_needs_no_body_and_says_how_one_stands(site: Site) -> None:
    ada, bob = await site.backend.accounts("ada", "bob")
    for _ in range(2):
        status, view = await site.call("PUT", f"/accounts/{bob}/follow", ada)
        assert status == 200
        assert view["counts"]["followers"] == 1
        assert (view["viewer"]["following"], view["viewer"]["notify"]) == (True, "none")
    loud = {"notify": "all", "show_reposts": False}
    _, view = await site.call("PUT", f"/accounts/{bob}/follow", ada, json=loud)
    assert {name: view["viewer"][name] for name in loud} == loud
    _, view = await site.call("PUT", f"/accounts/{bob}/follow", ada, json={})
    assert {name: view["viewer"][name] for name in loud} == loud
    for _ in range(2):
        assert await site.call("DELETE", f"/accounts/{bob}/follow", ada) == (204, None)
    assert (await site.get(f"/accounts/{bob}", ada))["counts"]["followers"] == 0


@pytest.mark.parametrize("body", [{"notify": "some"}, {"notify": None}, {"show_reposts": 1}, {"until": None}])
async def test_a_follow_on_other_terms_is_refused(site: Site, body: dict[str, object]) -> None:
    ada, bob = await site.backend.accounts("ada", "bob")
    status, _ = await site.call("PUT", f"/accounts/{bob}/follow", ada, json=body)
    assert status == 422
    assert (await site.get(f"/accounts/{bob}", ada))["viewer"]["following"] is False


async def test_oneself_is_neither_followed_nor_blocked_nor_muted(site: Site) -> None:
    ada = await site.backend.account("ada")
    for verb in ("follow", "block", "mute"):
        status, problem = await site.call("PUT", f"/accounts/{ada}/{verb}", ada)
        assert (status, problem["errors"][0]["code"]) == (422, "oneself")


async def test_a_locked_account_answers_its_requests(site: Site) -> None:
    bob = await site.backend.account("bob", locked=True)
    ann, ben = await site.backend.accounts("ann", "ben")
    for who in (ann, ben):
        _, view = await site.call("PUT", f"/accounts/{bob}/follow", who)
        assert (view["viewer"]["following"], view["viewer"]["requested"]) == (False, True)
    listed = await site.get("/accounts/me/follow-requests", bob)
    assert [one["handle"] for one in listed["items"]] == ["ben", "ann"]
    site.unread = 7
    assert await site.get("/accounts/me/badges", bob) == {"follow_requests": 2, "notifications": 7}
    status, view = await site.call("PUT", f"/accounts/me/follow-requests/{ann}", bob)
    assert (status, view["viewer"]["followed_by"]) == (200, True)
    assert await site.call("DELETE", f"/accounts/me/follow-requests/{ben}", bob) == (204, None)
    assert (await site.call("PUT", f"/accounts/me/follow-requests/{ben}", bob))[0] == 404
    assert (await site.get("/accounts/me/follow-requests", bob))["items"] == []
    followers = await site.get(f"/accounts/{bob}/followers", ann)
    assert [one["id"] for one in followers["items"]] == [ann]
    assert (await site.call("GET", f"/accounts/{bob}/followers", ben))[0] == 404
    assert await site.call("DELETE", f"/accounts/me/followers/{ann}", bob) == (204, None)
    assert (await site.get(f"/accounts/{bob}", ann))["viewer"]["following"] is False


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/accounts/{}"),
        ("GET", "/accounts/{}/stats"),
        ("GET", "/accounts/{}/followers"),
        ("GET", "/accounts/{}/following"),
        ("PUT", "/accounts/{}/follow"),
        ("PUT", "/accounts/{}/block"),
        ("PUT", "/accounts/{}/mute"),
        ("PUT", "/accounts/me/follow-requests/{}"),
        ("DELETE", "/accounts/{}/follow"),
        ("DELETE", "/accounts/me/followers/{}"),
    ],
)
async def test_to_the_blocked_it_is_as_if_the_other_never_was(site: Site, method: str, path: str) -> None:
    ada, bob = await site.backend.accounts("ada", "bob")
    await site.accounts.follow(ada, bob)
    await site.accounts.follow(bob, ada)
    assert (await site.call("PUT", f"/accounts/{bob}/block", ada))[0] == 200
    never = site.backend.ids.new()
    blocked = await site.answer(method, path.format(ada), bob)
    assert blocked == await site.answer(method, path.format(never), bob)
    assert blocked[0] == (204 if method == "DELETE" else 404)
    assert ada.encode() not in blocked[2]


async def test_to_the_blocked_handle_lists_and_batches_are_empty_too(site: Site) -> None:
    ada, bob, eve = await site.backend.accounts("ada", "bob", "eve")
    await site.accounts.follow(ada, eve)
    await site.accounts.block(ada, bob)
    hidden = await site.answer("GET", "/accounts/by-handle/ada", bob)
    assert hidden == await site.answer("GET", "/accounts/by-handle/never", bob)
    assert await site.get("/accounts", bob, params={"id": ada}) == []
    assert await site.get("/accounts/relationships", bob, params={"id": ada}) == []
    assert (await site.get(f"/accounts/{eve}/followers", bob))["items"] == []
    suggested = await site.get("/accounts/suggestions", bob)
    assert [one["handle"] for one in suggested["items"]] == ["eve"]


async def test_who_blocks_can_see_and_undo_it(site: Site) -> None:
    ada = await site.backend.account("ada")
    bob = await site.backend.account("bob", bio="secret")
    _, view = await site.call("PUT", f"/accounts/{bob}/block", ada)
    assert (view["viewer"]["blocking"], view["bio"], view["counts"]) == (True, "", None)
    assert [one["handle"] for one in (await site.get("/accounts/me/blocks", ada))["items"]] == ["bob"]
    status, problem = await site.call("PUT", f"/accounts/{bob}/follow", ada)
    assert (status, problem["code"]) == (409, "blocked_by_you")
    assert await site.call("DELETE", f"/accounts/{bob}/block", ada) == (204, None)
    assert (await site.get(f"/accounts/{bob}", ada))["bio"] == "secret"


async def test_a_mute_can_have_an_end(site: Site) -> None:
    ada, bob = await site.backend.accounts("ada", "bob")
    until = (NEW_YEAR + timedelta(hours=1)).isoformat()
    _, view = await site.call("PUT", f"/accounts/{bob}/mute", ada, json={"until": until})
    assert view["viewer"]["muting"] is True
    assert [one["handle"] for one in (await site.get("/accounts/me/mutes", ada))["items"]] == ["bob"]
    site.backend.clock.advance(hours=2)
    assert (await site.get("/accounts/me/mutes", ada))["items"] == []
    for past in (until, "tomorrow", "2031-01-01T00:00:00"):
        status, _ = await site.call("PUT", f"/accounts/{bob}/mute", ada, json={"until": past})
        assert status == 422
    assert (await site.call("PUT", f"/accounts/{bob}/mute", ada))[0] == 200
    assert await site.call("DELETE", f"/accounts/{bob}/mute", ada) == (204, None)


async def test_followers_come_in_pages_that_fit_together(site: Site) -> None:
    star = await site.backend.account("star")
    fans = [await site.backend.account(f"fan{number}") for number in range(5)]
    for fan in fans:
        await site.accounts.follow(fan, star)
    path, seen = f"/accounts/{star}/followers?limit=2", []
    first = page = await site.get(path)
    while True:
        seen += [one["id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        page = await site.get(f"{path}&cursor={page['next_cursor']}")
    assert seen == fans[::-1]
    late = await site.backend.account("late")
    await site.accounts.follow(late, star)
    newer = await site.get(f"{path}&cursor={first['prev_cursor']}")
    assert [one["id"] for one in newer["items"]] == [late]
    foreign = await site.call("GET", f"/accounts/{star}/following?cursor={first['next_cursor']}")
    assert foreign[0] == 422


async def test_relationships_with_up_to_a_hundred_in_one_call(site: Site) -> None:
    ada, bob, eve = await site.backend.accounts("ada", "bob", "eve")
    await site.accounts.follow(ada, bob)
    await site.accounts.follow(eve, ada)
    found = await site.get("/accounts/relationships", ada, params=[("id", bob), ("id", eve)])
    assert found[0] == {
        "id": bob,
        "following": True,
        "requested": False,
        "followed_by": False,
        "blocking": False,
        "muting": False,
        "notify": "none",
        "show_reposts": True,
    }
    assert (found[1]["id"], found[1]["followed_by"]) == (eve, True)


async def test_suggestions_are_one_page(site: Site) -> None:
    me, friend, good = await site.backend.accounts("me", "friend", "good")
    await site.accounts.follow(me, friend)
    await site.accounts.follow(friend, good)
    page = await site.get("/accounts/suggestions?limit=5", me)
    assert [one["handle"] for one in page["items"]] == ["good"]
    assert (page["next_cursor"], page["prev_cursor"]) == (None, None)


async def test_what_is_ones_own_needs_a_session(site: Site) -> None:
    ada = await site.backend.account("ada")
    own = ("follow-requests", "blocks", "mutes", "badges")
    reads = (
        *(f"/accounts/me/{name}" for name in own),
        "/accounts/suggestions",
        f"/accounts/relationships?id={ada}",
    )
    for path in reads:
        assert (await site.call("GET", path))[0] == 401
    for verb in ("follow", "block", "mute"):
        for method in ("PUT", "DELETE"):
            assert (await site.call(method, f"/accounts/{ada}/{verb}"))[0] == 401
