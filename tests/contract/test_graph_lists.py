"""The lists of the graph are the same on every back end: complete, in order, and only for whom they are."""

import pytest
from attrs import evolve

from platform_core.accounts.model.profile import AccountView
from platform_core.shared.pagination import Page, PageRequest
from tests.accounts import Accounts
from tests.backends import Backend

PAGE = PageRequest()


@pytest.fixture
def accounts(backend: Backend) -> Accounts:
    return Accounts(backend)


def ids(page: Page[AccountView] | None) -> list[str]:
    assert page is not None
    return [view.id for view in page.items]


async def test_followers_are_listed_latest_first_page_by_page(backend: Backend, accounts: Accounts) -> None:
    star = await backend.account("star")
    fans = [await backend.account(f"fan{number}") for number in range(7)]
    for fan in fans:
        await accounts.follow(fan, star)
    seen: list[str] = []
    page = PageRequest(limit=3)
    while True:
        found = await accounts.graph.followers(None, star, page)
        seen += ids(found)
        if found is None or found.next is None:
            break
        page = PageRequest(limit=3, before=found.next)
    assert seen == fans[::-1]


async def test_a_list_shows_what_came_since(backend: Backend, accounts: Accounts) -> None:
    star, ann, ben, cleo = await backend.accounts("star", "ann", "ben", "cleo")
    await accounts.follow(ann, star)
    first = await accounts.graph.followers(star, star, PAGE)
    assert first is not None
    await accounts.follow(ben, star)
    await accounts.follow(cleo, star)
    newer = await accounts.graph.followers(star, star, evolve(PAGE, after=first.previous))
    assert ids(newer) == [cleo, ben]


async def test_each_item_says_how_the_viewer_stands_to_it(backend: Backend, accounts: Accounts) -> None:
    ada, bob, eve = await backend.accounts("ada", "bob", "eve")
    await accounts.follow(bob, eve)
    await accounts.follow(ada, bob)
    await accounts.follow(bob, ada)
    page = await accounts.graph.followers(ada, eve, PAGE)
    assert page is not None
    own = page.items[0].viewer
    assert (own.following, own.followed_by, own.mutual_followers) == (True, True, None)
    following = await accounts.graph.following(ada, bob, PAGE)
    assert ids(following) == [ada, eve]


async def test_who_is_gone_or_blocks_is_in_no_list(backend: Backend, accounts: Accounts) -> None:
    star, ann, ben, cleo, dora = await backend.accounts("star", "ann", "ben", "cleo", "dora")
    for fan in (ann, ben, cleo, dora):
        await accounts.follow(fan, star)
        await accounts.follow(star, fan)
    await backend.change_account(ann, state="suspended")
    await backend.change_account(ben, state="deleted")
    viewer = await backend.account("viewer")
    await accounts.block(cleo, viewer)
    assert ids(await accounts.graph.followers(viewer, star, PAGE)) == [dora]
    assert ids(await accounts.graph.following(viewer, star, PAGE)) == [dora]
    await accounts.block(viewer, dora)
    assert ids(await accounts.graph.followers(viewer, star, PAGE)) == []
    assert ids(await accounts.graph.followers(None, star, PAGE)) == [dora, cleo]


async def test_a_limited_account_is_listed_for_its_followers_only(
    backend: Backend, accounts: Accounts
) -> None:
    star, limited, follower, stranger = await backend.accounts("star", "limited", "follower", "stranger")
    await backend.change_account(limited, state="limited")
    await accounts.follow(limited, star)
    await accounts.follow(follower, limited)
    for viewer, shown in ((None, []), (stranger, []), (follower, [limited]), (limited, [limited])):
        assert ids(await accounts.graph.followers(viewer, star, PAGE)) == shown
    assert ids(await accounts.graph.followers(star, star, PAGE)) == [limited]


@pytest.mark.parametrize("how", [{"locked": True}, {"state": "limited"}])
async def test_the_lists_of_a_withdrawn_account_are_for_its_followers(
    backend: Backend, accounts: Accounts, how: dict[str, object]
) -> None:
    ada, fan, stranger = await backend.accounts("ada", "fan", "stranger")
    await accounts.follow(fan, ada)
    await backend.change_account(ada, **how)
    for read in (accounts.graph.followers, accounts.graph.following):
        assert await read(None, ada, PAGE) is None
        assert await read(stranger, ada, PAGE) is None
        assert await read(fan, ada, PAGE) is not None
        assert await read(ada, ada, PAGE) is not None


async def test_the_lists_of_whom_one_may_not_see_are_not_there(backend: Backend, accounts: Accounts) -> None:
    ada, bob = await backend.accounts("ada", "bob")
    gone = await backend.account("gone", state="suspended")
    await accounts.block(ada, bob)
    for viewer, owner in ((bob, ada), (ada, bob), (ada, gone), (ada, backend.ids.new())):
        assert await accounts.graph.followers(viewer, owner, PAGE) is None
        assert await accounts.graph.following(viewer, owner, PAGE) is None


async def test_ones_own_lists(backend: Backend, accounts: Accounts) -> None:
    me = await backend.account("me", locked=True)
    ann, ben, cleo = await backend.accounts("ann", "ben", "cleo")
    for who in (ann, ben, cleo):
        await accounts.follow(who, me)
        await accounts.mute(me, who)
    assert ids(await accounts.graph.follow_requests(me, PAGE)) == [cleo, ben, ann]
    await accounts.block(me, ann)
    await accounts.block(ben, me)
    assert ids(await accounts.graph.follow_requests(me, PAGE)) == [cleo]
    assert ids(await accounts.graph.blocks(me, PAGE)) == [ann]
    assert ids(await accounts.graph.mutes(me, PAGE)) == [cleo, ann]
    await backend.change_account(cleo, state="suspended")
    assert ids(await accounts.graph.follow_requests(me, PAGE)) == []
    assert await accounts.graph.count_follow_requests(me) == 0


async def test_a_block_can_be_found_and_ended_though_the_other_blocks_too(
    backend: Backend, accounts: Accounts
) -> None:
    ada = await backend.account("ada")
    bob = await backend.account("bob", bio="secret", website="https://example.org")
    await backend.block(ada, bob)
    await backend.block(bob, ada)
    (view,) = (await accounts.graph.blocks(ada, PAGE)).items
    assert (view.id, view.viewer.blocking) == (bob, True)
    assert (view.bio, view.website, view.links, view.counts) == ("", "", (), None)


async def test_relationships_with_many_at_once(backend: Backend, accounts: Accounts) -> None:
    me, ann, ben, cleo, dora = await backend.accounts("me", "ann", "ben", "cleo", "dora")
    locked = await backend.account("locked", locked=True)
    await accounts.follow(me, ann)
    await accounts.follow(ben, me)
    await accounts.mute(me, ben)
    await accounts.follow(me, locked)
    await accounts.block(cleo, me)
    await accounts.block(me, dora)
    asked = [dora, locked, cleo, ben, ann, ben, backend.ids.new()]
    found = await accounts.graph.relationships(me, asked)
    assert [one.id for one in found] == [dora, locked, ben, ann]
    blocked, requested, follower, followed = found
    assert blocked.blocking
    assert (requested.requested, requested.following, requested.notify) == (True, False, "none")
    assert (follower.followed_by, follower.muting, follower.following) == (True, True, False)
    assert (followed.following, followed.show_reposts, followed.blocking) == (True, True, False)


async def test_suggestions_are_whom_those_one_follows_follow_most(
    backend: Backend, accounts: Accounts
) -> None:
    me, ann, ben, cleo = await backend.accounts("me", "ann", "ben", "cleo")
    twice, once, popular = await backend.accounts("twice", "once", "popular")
    await backend.change_account(popular, followers_count=9)
    for whom in (ann, ben, cleo):
        await accounts.follow(me, whom)
    await accounts.follow(ann, twice)
    await accounts.follow(ben, twice)
    await accounts.follow(ben, once)
    await accounts.follow(ann, me)
    await accounts.follow(ann, ben)
    found = await accounts.graph.suggestions(me, 10)
    assert [view.id for view in found] == [twice, once, popular]
    assert [view.id for view in await accounts.graph.suggestions(me, 1)] == [twice]


async def test_nobody_is_suggested_whom_one_has_dealt_with(backend: Backend, accounts: Accounts) -> None:
    me, friend = await backend.accounts("me", "friend")
    await accounts.follow(me, friend)
    others = await backend.accounts("muted", "blocked", "blocker", "limited", "suspended", "good")
    muted, blocked, blocker, limited, suspended, good = others
    asked = await backend.account("asked", locked=True)
    for whom in (*others, asked):
        await accounts.follow(friend, whom)
    await accounts.mute(me, muted)
    await accounts.block(me, blocked)
    await accounts.block(blocker, me)
    await accounts.follow(me, asked)
    await backend.change_account(limited, state="limited")
    await backend.change_account(suspended, state="suspended")
    assert [view.id for view in await accounts.graph.suggestions(me, 10)] == [good]


async def test_the_follows_of_who_is_suspended_weigh_nothing(backend: Backend, accounts: Accounts) -> None:
    me, gone, friend, first, second = await backend.accounts("me", "gone", "friend", "first", "second")
    await accounts.follow(me, gone)
    await accounts.follow(me, friend)
    await backend.follow(gone, first)
    await backend.follow(friend, second)
    await backend.change_account(gone, state="suspended")
    assert [view.id for view in await accounts.graph.suggestions(me, 10)] == [second, first]


async def test_a_newcomer_is_suggested_the_most_followed(backend: Backend, accounts: Accounts) -> None:
    me, few, many = await backend.accounts("me", "few", "many")
    await backend.change_account(few, followers_count=1)
    await backend.change_account(many, followers_count=2)
    assert [view.id for view in await accounts.graph.suggestions(me, 10)] == [many, few]
