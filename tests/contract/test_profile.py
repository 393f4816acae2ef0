"""Profiles and views of accounts are the same on every back end."""

from datetime import date, timedelta
from typing import Any

import pytest

from platform_core.accounts.model.credentials_letters import EmailChange
from platform_core.accounts.model.profile import (
    AccountCounts,
    AccountViewer,
    Link,
    MeView,
    Profile,
    ProfileChanges,
)
from platform_core.shared.errors import NotFound, Stale
from platform_core.shared.signals import Topic
from tests.accounts import Accounts
from tests.backends import Backend
from tests.factories import NEW_YEAR, actor

FULL = ProfileChanges(
    display_name="Ada Lovelace",
    bio="First\nof all",
    website="https://ada.example",
    links=(Link("Notes", "https://notes.example/g"), Link("Engine", "http://engine.example")),
    locale="en-GB",
    time_zone="Europe/London",
    locked=True,
    payout_address="ada@paypal.example",
)


@pytest.fixture
def accounts(backend: Backend) -> Accounts:
    return Accounts(backend)


async def test_a_full_profile_comes_back_as_it_was_stored(backend: Backend, accounts: Accounts) -> None:
    ada = await backend.account("ada")
    await accounts.change_profile(actor(ada), FULL)
    async with backend.uow() as uow:
        profile = await uow.profiles.get(ada)
    expected: dict[str, Any] = FULL.given()
    assert profile == Profile(id=ada, revision=1, **expected)


async def test_the_owner_sees_everything_of_it(backend: Backend, accounts: Accounts) -> None:
    ada = await backend.account("ada", role="moderator", birth_date=date(1990, 12, 10), posts_count=3)
    await accounts.change_profile(actor(ada), FULL)
    assert await accounts.reader.me(ada) == MeView(
        id=ada,
        handle="ada",
        display_name="Ada Lovelace",
        bio="First\nof all",
        website="https://ada.example",
        links=(Link("Notes", "https://notes.example/g"), Link("Engine", "http://engine.example")),
        locked=True,
        role="moderator",
        created_at=NEW_YEAR,
        counts=AccountCounts(3, 0, 0),
        viewer=AccountViewer(),
        revision=1,
        email="ada@example.org",
        email_verified=True,
        pending_email=None,
        state="active",
        locale="en-GB",
        time_zone="Europe/London",
        payout_address="ada@paypal.example",
        birth_date=date(1990, 12, 10),
    )


async def test_the_owner_sees_which_address_waits_to_be_confirmed(
    backend: Backend, accounts: Accounts
) -> None:
    ada = await backend.account("ada")
    ends = backend.clock.now() + timedelta(hours=1)
    async with backend.uow() as uow:
        await uow.email_links.put_change(EmailChange(backend.ids.new(), ada, "new@example.org", ends))
        await uow.commit()
    assert (await accounts.reader.me(ada)).pending_email == "new@example.org"
    backend.clock.advance(hours=1)
    assert (await accounts.reader.me(ada)).pending_email is None


async def test_others_do_not_see_what_is_private(backend: Backend, accounts: Accounts) -> None:
    ada, bob = await backend.accounts("ada", "bob")
    await accounts.change_profile(actor(ada), FULL)
    for viewer in (None, bob, ada):
        view = await accounts.reader.by_id(viewer, ada)
        assert view is not None
        assert view.display_name == "Ada Lovelace"
        assert not isinstance(view, MeView)
        assert "example.org" not in str(view)
        assert "paypal" not in str(view)


async def test_what_is_not_said_stays(backend: Backend, accounts: Accounts) -> None:
    ada = await backend.account("ada")
    await accounts.change_profile(actor(ada), FULL)
    await accounts.change_profile(actor(ada), ProfileChanges(bio="", links=()))
    me = await accounts.reader.me(ada)
    assert (me.bio, me.links, me.display_name, me.revision) == ("", (), "Ada Lovelace", 2)


async def test_a_change_that_changes_nothing_is_none(backend: Backend, accounts: Accounts) -> None:
    ada = await backend.account("ada")
    await accounts.change_profile(actor(ada), ProfileChanges(display_name="Ada"))
    assert (await accounts.reader.me(ada)).revision == 0


async def test_locking_asks_for_whoever_watches_and_unlocking_does_not(
    backend: Backend, accounts: Accounts
) -> None:
    ada = await backend.account("ada")
    for locked in (True, True, False):
        await accounts.change_profile(actor(ada), ProfileChanges(locked=locked, bio=f"Locked: {locked}"))
    assert backend.signals.published.count((Topic.AUDIENCE, frozenset())) == 1


async def test_a_change_of_something_older_is_refused(backend: Backend, accounts: Accounts) -> None:
    ada = await backend.account("ada")
    await accounts.change_profile(actor(ada), ProfileChanges(bio="one"), if_revision=0)
    with pytest.raises(Stale):
        await accounts.change_profile(actor(ada), ProfileChanges(bio="two"), if_revision=0)
    assert (await accounts.reader.me(ada)).bio == "one"


@pytest.mark.parametrize("state", ["deleted", None])
async def test_who_is_not_there_has_no_profile(
    backend: Backend, accounts: Accounts, state: str | None
) -> None:
    gone = await backend.account("gone", state=state) if state else backend.ids.new()
    with pytest.raises(NotFound):
        await accounts.reader.me(gone)
    with pytest.raises(NotFound):
        await accounts.change_profile(actor(gone), FULL)


@pytest.mark.parametrize(
    ("state", "signed_in", "anonymous"),
    [
        ("active", True, True),
        ("limited", True, False),
        ("pending", False, False),
        ("suspended", False, False),
        ("deleted", False, False),
    ],
)
async def test_who_sees_an_account_depends_on_its_state(
    backend: Backend, accounts: Accounts, state: str, signed_in: bool, anonymous: bool
) -> None:
    ada = await backend.account("ada", state=state)
    bob = await backend.account("bob")
    for viewer, sees in ((bob, signed_in), (None, anonymous)):
        reader = accounts.reader
        assert (await reader.by_id(viewer, ada) is not None) is sees
        assert (await reader.by_handle(viewer, "ada") is not None) is sees
        assert (await reader.stats(viewer, ada) is not None) is sees
        assert len(await reader.by_ids(viewer, [ada])) == sees


async def test_the_blocked_see_nothing_and_the_blocker_only_whom_to_unblock(
    backend: Backend, accounts: Accounts
) -> None:
    ada, bob = await backend.accounts("ada", "bob")
    await accounts.change_profile(actor(bob), FULL)
    await accounts.block(ada, bob)
    reader = accounts.reader
    assert await reader.by_id(bob, ada) is None
    assert await reader.by_handle(bob, "ada") is None
    assert await reader.by_ids(bob, [ada, bob]) == (await reader.by_ids(bob, [bob]))
    assert await reader.stats(bob, ada) is None
    view = await reader.by_id(ada, bob)
    assert view is not None
    assert (view.handle, view.viewer.blocking, view.counts) == ("bob", True, None)
    assert (view.bio, view.website, view.links) == ("", "", ())
    assert await reader.stats(ada, bob) is None


async def test_a_batch_comes_in_the_order_asked_each_once(backend: Backend, accounts: Accounts) -> None:
    ada, bob, eve = await backend.accounts("ada", "bob", "eve")
    found = await accounts.reader.by_ids(ada, [eve, backend.ids.new(), ada, eve, bob])
    assert [view.handle for view in found] == ["eve", "ada", "bob"]


async def test_a_handle_is_found_in_any_case(backend: Backend, accounts: Accounts) -> None:
    ada = await backend.account("ada_l")
    view = await accounts.reader.by_handle(None, "Ada_L")
    assert view is not None
    assert view.id == ada
    assert await accounts.reader.by_handle(None, "nobody") is None


async def test_mutual_followers_are_those_of_mine_who_follow_too(
    backend: Backend, accounts: Accounts
) -> None:
    me, ann, ben, cleo, star = await backend.accounts("me", "ann", "ben", "cleo", "star")
    for friend in (ann, ben):
        await accounts.follow(me, friend)
    for fan in (ann, cleo):
        await accounts.follow(fan, star)
    view = await accounts.reader.by_id(me, star)
    assert view is not None
    assert view.viewer.mutual_followers == 1
    for viewer in (None, star):
        view = await accounts.reader.by_handle(viewer, "star")
        assert view is not None
        assert view.viewer.mutual_followers is None


async def test_only_who_runs_the_place_shows_a_role(backend: Backend, accounts: Accounts) -> None:
    member = await backend.account("member")
    admin = await backend.account("admin", role="administrator")
    found = await accounts.reader.by_ids(None, [member, admin])
    assert [view.role for view in found] == [None, "administrator"]
