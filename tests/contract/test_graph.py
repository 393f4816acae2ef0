"""Follows, requests, blocks and mutes do the same on every back end."""

import pytest

from platform_core.accounts.model.graph import BlockedByYou, Notify
from platform_core.shared.errors import Invalid, NotFound
from platform_core.shared.pagination import PageRequest
from platform_core.shared.signals import Topic
from tests.accounts import Accounts, events, stored
from tests.backends import Backend

PAGE = PageRequest()
STRANGER = "01b8dd58-e200-7000-8000-ffffffffffff"


@pytest.fixture
def accounts(backend: Backend) -> Accounts:
    return Accounts(backend)


async def names(backend: Backend) -> list[str]:
    return [name for name, _ in await events(backend)]


async def test_a_follow_is_counted_and_told_once(backend: Backend, accounts: Accounts) -> None:
    ada, bob = await backend.accounts("ada", "bob")
    await accounts.follow(ada, bob)
    await accounts.follow(ada, bob)
    assert await accounts.counts(ada) == (0, 1)
    assert await accounts.counts(bob) == (1, 0)
    expected = {"follower_id": ada, "followee_id": bob, "approved": False}
    assert await events(backend) == [("accounts.followed", expected)]


async def test_following_again_changes_what_is_said_and_keeps_the_rest(
    backend: Backend, accounts: Accounts
) -> None:
    ada, bob = await backend.accounts("ada", "bob")
    await accounts.follow(ada, bob, Notify.ALL)
    await accounts.follow(ada, bob, show_reposts=False)
    view = await accounts.reader.by_id(ada, bob)
    assert view is not None
    assert (view.viewer.notify, view.viewer.show_reposts) == ("all", False)
    await accounts.follow(ada, bob, Notify.LIVE, True)
    view = await accounts.reader.by_id(ada, bob)
    assert view is not None
    assert (view.viewer.notify, view.viewer.show_reposts) == ("live", True)
    assert await names(backend) == ["accounts.followed"]


async def test_unfollowing_is_counted_once_too(backend: Backend, accounts: Accounts) -> None:
    ada, bob = await backend.accounts("ada", "bob")
    await accounts.follow(ada, bob)
    await accounts.unfollow(ada, bob)
    await accounts.unfollow(ada, bob)
    assert await accounts.counts(ada) == (0, 0)
    assert await accounts.counts(bob) == (0, 0)
    assert await names(backend) == ["accounts.followed", "accounts.unfollowed"]
    assert backend.signals.woken(Topic.ACCESS) == {ada}


async def test_what_is_taken_from_somebody_who_never_was_is_gone_already(
    backend: Backend, accounts: Accounts
) -> None:
    ada = await backend.account("ada")
    for take in (accounts.unfollow, accounts.remove_follower, accounts.reject, accounts.unblock):
        await take(ada, STRANGER)
    await accounts.unmute(ada, STRANGER)
    assert await names(backend) == []


async def test_oneself_cannot_be_followed_blocked_or_muted(backend: Backend, accounts: Accounts) -> None:
    ada = await backend.account("ada")
    for act in (accounts.follow, accounts.block, accounts.mute):
        with pytest.raises(Invalid):
            await act(ada, ada)
    await accounts.unfollow(ada, ada)
    assert await accounts.counts(ada) == (0, 0)


@pytest.mark.parametrize("state", ["pending", "suspended", "deleted"])
async def test_whoever_is_not_there_cannot_be_followed_blocked_or_muted(
    backend: Backend, accounts: Accounts, state: str
) -> None:
    ada = await backend.account("ada")
    gone = await backend.account("gone", state=state)
    for whom in (gone, STRANGER):
        for act in (accounts.follow, accounts.block, accounts.mute, accounts.approve):
            with pytest.raises(NotFound):
                await act(ada, whom)
    assert await names(backend) == []


async def test_a_locked_account_is_asked_first(backend: Backend, accounts: Accounts) -> None:
    ada = await backend.account("ada")
    bob = await backend.account("bob", locked=True)
    await accounts.follow(ada, bob, Notify.LIVE)
    await accounts.follow(ada, bob, show_reposts=False)
    view = await accounts.reader.by_id(ada, bob)
    assert view is not None
    assert (view.viewer.following, view.viewer.requested) == (False, True)
    assert (view.viewer.notify, view.viewer.show_reposts) == ("live", False)
    assert await accounts.counts(bob) == (0, 0)
    assert [one.id for one in (await accounts.graph.follow_requests(bob, PAGE)).items] == [ada]
    assert await accounts.graph.count_follow_requests(bob) == 1
    assert await names(backend) == ["accounts.follow_requested"]


async def test_an_approved_request_becomes_a_follow_on_its_terms(
    backend: Backend, accounts: Accounts
) -> None:
    ada = await backend.account("ada")
    bob = await backend.account("bob", locked=True)
    await accounts.follow(ada, bob, Notify.LIVE, show_reposts=False)
    await accounts.approve(bob, ada)
    await accounts.approve(bob, ada)
    view = await accounts.reader.by_id(ada, bob)
    assert view is not None
    assert (view.viewer.following, view.viewer.requested) == (True, False)
    assert (view.viewer.notify, view.viewer.show_reposts) == ("live", False)
    assert await accounts.counts(bob) == (1, 0)
    assert await accounts.graph.count_follow_requests(bob) == 0
    expected = {"follower_id": ada, "followee_id": bob, "approved": True}
    assert (await events(backend))[1:] == [("accounts.followed", expected)]


@pytest.mark.parametrize("end", ["reject", "unfollow"])
async def test_a_request_that_is_refused_or_taken_back_is_gone(
    backend: Backend, accounts: Accounts, end: str
) -> None:
    ada = await backend.account("ada")
    bob = await backend.account("bob", locked=True)
    await accounts.follow(ada, bob)
    if end == "reject":
        await accounts.reject(bob, ada)
        await accounts.reject(bob, ada)
    else:
        await accounts.unfollow(ada, bob)
    with pytest.raises(NotFound):
        await accounts.approve(bob, ada)
    assert await accounts.counts(bob) == (0, 0)
    assert await names(backend) == ["accounts.follow_requested", "accounts.follow_request_withdrawn"]


async def test_unlocking_lets_in_whoever_follows_again(backend: Backend, accounts: Accounts) -> None:
    ada = await backend.account("ada")
    bob = await backend.account("bob", locked=True)
    await accounts.follow(ada, bob)
    await backend.change_account(bob, locked=False)
    assert await accounts.counts(bob) == (0, 0)
    await accounts.follow(ada, bob)
    assert await accounts.counts(bob) == (1, 0)
    assert await accounts.graph.count_follow_requests(bob) == 0


async def test_who_follows_keeps_following_when_the_account_is_locked(
    backend: Backend, accounts: Accounts
) -> None:
    ada, bob = await backend.accounts("ada", "bob")
    await accounts.follow(ada, bob)
    await backend.change_account(bob, locked=True)
    await accounts.follow(ada, bob, Notify.ALL)
    assert await accounts.counts(bob) == (1, 0)
    assert await stored(backend, "follow_requests") == 0


async def test_a_removed_follower_follows_no_longer(backend: Backend, accounts: Accounts) -> None:
    ada, bob = await backend.accounts("ada", "bob")
    await accounts.follow(ada, bob)
    await accounts.remove_follower(bob, ada)
    assert await accounts.counts(bob) == (0, 0)
    assert await accounts.counts(ada) == (0, 0)
    assert backend.signals.woken(Topic.ACCESS) == {ada}


async def test_a_block_ends_follows_and_requests_both_ways(backend: Backend, accounts: Accounts) -> None:
    ada = await backend.account("ada", locked=True)
    bob, eve = await backend.accounts("bob", "eve")
    await accounts.follow(ada, bob)
    await accounts.follow(bob, ada)
    await accounts.follow(ada, eve)
    await accounts.block(ada, bob)
    await accounts.block(ada, bob)
    assert await accounts.counts(ada) == (0, 1)
    assert await accounts.counts(bob) == (0, 0)
    assert await stored(backend, "follow_requests") == 0
    assert await names(backend) == [
        *("accounts.followed", "accounts.follow_requested", "accounts.followed"),
        *("accounts.unfollowed", "accounts.follow_request_withdrawn", "accounts.blocked"),
    ]
    assert backend.signals.woken(Topic.ACCESS) == {ada, bob}


async def test_the_blocked_cannot_follow_block_or_mute_back(backend: Backend, accounts: Accounts) -> None:
    ada, bob = await backend.accounts("ada", "bob")
    await accounts.block(ada, bob)
    for act in (accounts.follow, accounts.block, accounts.mute, accounts.approve):
        with pytest.raises(NotFound):
            await act(bob, ada)
    with pytest.raises(BlockedByYou):
        await accounts.follow(ada, bob)


async def test_an_earlier_block_outlives_being_blocked(backend: Backend, accounts: Accounts) -> None:
    ada, bob = await backend.accounts("ada", "bob")
    await backend.block(bob, ada)
    await backend.block(ada, bob)
    await accounts.block(ada, bob)
    await accounts.unblock(ada, bob)
    await accounts.unblock(bob, ada)
    await accounts.follow(ada, bob)
    assert await accounts.counts(bob) == (1, 0)


async def test_after_an_unblock_follows_do_not_come_back(backend: Backend, accounts: Accounts) -> None:
    ada, bob = await backend.accounts("ada", "bob")
    await accounts.follow(bob, ada)
    await accounts.block(ada, bob)
    await accounts.unblock(ada, bob)
    await accounts.unblock(ada, bob)
    assert await accounts.counts(ada) == (0, 0)
    view = await accounts.reader.by_id(bob, ada)
    assert view is not None
    assert not view.viewer.following


async def test_a_mute_ends_when_it_was_said_to(backend: Backend, accounts: Accounts) -> None:
    ada, bob = await backend.accounts("ada", "bob")
    await accounts.mute(ada, bob)
    await accounts.mute(ada, bob, backend.clock.now().replace(hour=13))
    assert [one.id for one in (await accounts.graph.mutes(ada, PAGE)).items] == [bob]
    backend.clock.advance(hours=1)
    assert (await accounts.graph.mutes(ada, PAGE)).items == ()
    view = await accounts.reader.by_id(ada, bob)
    assert view is not None
    assert not view.viewer.muting
    await accounts.mute(ada, bob)
    await accounts.unmute(ada, bob)
    assert await stored(backend, "mutes") == 0


async def test_a_mute_cannot_end_in_the_past(backend: Backend, accounts: Accounts) -> None:
    ada, bob = await backend.accounts("ada", "bob")
    with pytest.raises(Invalid):
        await accounts.mute(ada, bob, backend.clock.now())


async def test_becoming_widely_followed_is_told_once(backend: Backend) -> None:
    accounts = Accounts(backend, widely_followed=2)
    star, *fans = await backend.accounts("star", "ann", "ben", "cleo")
    for fan in fans:
        await accounts.follow(fan, star)
    await accounts.unfollow(fans[0], star)
    await accounts.unfollow(fans[1], star)
    await accounts.follow(fans[1], star)
    told = [payload for name, payload in await events(backend) if name == "accounts.widely_followed"]
    assert told == [{"account_id": star}]
    assert (await backend.account_row(star)).pulling


async def test_approving_can_make_somebody_widely_followed(backend: Backend) -> None:
    accounts = Accounts(backend, widely_followed=1)
    star = await backend.account("star", locked=True)
    fan = await backend.account("fan")
    await accounts.follow(fan, star)
    await accounts.approve(star, fan)
    assert "accounts.widely_followed" in await names(backend)


async def test_a_new_follow_of_a_pulled_author_is_marked(sql: Backend) -> None:
    accounts = Accounts(sql)
    star = await sql.account("star", pulling=True)
    fan = await sql.account("fan")
    await accounts.follow(fan, star)
    async with sql.uow() as uow:
        rows = await uow.connection.exec_driver_sql("SELECT pulled FROM follows")
        assert bool(rows.scalar_one())


async def test_a_rollback_leaves_no_trace(backend: Backend, accounts: Accounts) -> None:
    ada, bob = await backend.accounts("ada", "bob")
    async with backend.uow() as uow:
        await uow.follows.bond(ada, bob)
        await uow.blocks.add(backend.ids.new(), ada, bob)
        await uow.mutes.put(backend.ids.new(), ada, bob, None)
    assert await stored(backend, "blocks") == 0
    assert await stored(backend, "mutes") == 0
