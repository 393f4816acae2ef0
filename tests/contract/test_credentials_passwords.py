"""Changing and forgetting passwords on every back end."""

import asyncio

import pytest

from platform_core.accounts.model.credentials import InvalidCredentials, PasswordChanged, WrongPassword
from platform_core.accounts.model.credentials_letters import (
    ConfirmNewAddress,
    InvalidLink,
    PasswordWasChanged,
    ResetPassword,
    VerifyAddress,
)
from platform_core.accounts.model.credentials_sessions import AccessTokenRequest
from platform_core.accounts.use_cases.credentials_passwords import ChangePassword
from platform_core.shared.actor import Scope
from platform_core.shared.errors import Contention, Invalid, RateLimited, Unauthenticated
from platform_core.shared.signals import Topic
from tests.accounts import events, stored
from tests.backends import Backend
from tests.credentials import ANOTHER, HOME, PASSWORD, Desk

READS = AccessTokenRequest("Backup", frozenset({Scope.POSTS_READ}))


@pytest.fixture
def desk(backend: Backend) -> Desk:
    return Desk(backend)


async def test_a_changed_password_ends_everything_else(desk: Desk, backend: Backend) -> None:
    here, there, bob = await desk.register(), await desk.log_in(), await desk.register("bob")
    ada = await desk.actor(here)
    script = await desk.create_token(ada, HOME, PASSWORD, READS)
    await desk.change_password(ada, HOME, PASSWORD, ANOTHER)
    assert (await desk.actor(here)).id == ada.id
    assert (await desk.actor(bob)).id == bob.account_id
    for token in (there.token, script.token):
        with pytest.raises(Unauthenticated):
            await desk.authenticate(token or "")
    with pytest.raises(InvalidCredentials):
        await desk.log_in(password=PASSWORD)
    assert (await desk.log_in(password=ANOTHER)).token
    assert backend.signals.woken(Topic.ACCESS) == {ada.id}
    assert (PasswordChanged.name, {"account_id": ada.id}) in await events(backend)
    (letter,) = await desk.letters(PasswordWasChanged)
    assert (letter.to, letter.handle) == ("ada@example.org", "ada")


async def test_the_old_password_is_asked_for(desk: Desk) -> None:
    ada = await desk.member()
    with pytest.raises(WrongPassword):
        await desk.change_password(ada, HOME, ANOTHER, "yet another way")
    assert (await desk.log_in()).token


@pytest.mark.parametrize(
    ("chosen", "code"), [("short", "length"), ("ada@example.org", "guessable"), ("password1", "common")]
)
async def test_a_weak_new_password_changes_nothing(desk: Desk, chosen: str, code: str) -> None:
    here, there = await desk.register(), await desk.log_in()
    with pytest.raises(Invalid) as refused:
        await desk.change_password(await desk.actor(here), HOME, PASSWORD, chosen)
    assert [(error.field, error.code) for error in refused.value.errors] == [("new_password", code)]
    assert (await desk.actor(there)).id == there.account_id


async def test_of_two_changes_at_once_the_later_asks_again(desk: Desk, backend: Backend) -> None:
    ada = await desk.member()

    class Overtaken(type(desk.passwords)):  # type: ignore[misc]
        async def hash_new(self, *given: str) -> str:
            await backend.change_account(ada.id, password_hash="another")
            return str(await super().hash_new(*given))

    overtaken = Overtaken(desk.hasher, desk.passwords.common)
    with pytest.raises(Contention):
        await ChangePassword(backend.uow, desk.check, overtaken)(ada, HOME, PASSWORD, ANOTHER)


async def test_a_forgotten_password_is_set_anew_by_the_link(desk: Desk, backend: Backend) -> None:
    entrance = await desk.register()
    await desk.letters()
    await desk.request_reset(" Ada@Example.ORG ")
    letter = await desk.link(ResetPassword)
    assert (letter.to, letter.handle) == ("ada@example.org", "ada")
    await desk.reset_password(letter.token, ANOTHER)
    with pytest.raises(Unauthenticated):
        await desk.actor(entrance)
    assert (await desk.log_in(password=ANOTHER)).token
    row = await backend.account_row(entrance.account_id)
    assert row.email_verified_at == desk.clock.now(), "who has the letter reads mail there"
    assert backend.signals.woken(Topic.ACCESS) == {entrance.account_id}
    assert len(await desk.letters(PasswordWasChanged)) == 1


async def test_a_link_is_good_once_and_for_an_hour(desk: Desk) -> None:
    await desk.register()
    await desk.letters()
    await desk.request_reset("ada@example.org")
    first = await desk.link(ResetPassword)
    desk.clock.advance(hours=1)
    with pytest.raises(InvalidLink):
        await desk.reset_password(first.token, ANOTHER)
    await desk.request_reset("ada@example.org")
    second = await desk.link(ResetPassword)
    await desk.reset_password(second.token, ANOTHER)
    with pytest.raises(InvalidLink):
        await desk.reset_password(second.token, PASSWORD)
    assert (await desk.log_in(password=ANOTHER)).token


async def test_a_used_link_withdraws_the_others(desk: Desk) -> None:
    await desk.register()
    await desk.letters()
    for _ in range(2):
        await desk.request_reset("ada@example.org")
    first, second = await desk.letters(ResetPassword)
    await desk.reset_password(second.token, ANOTHER)
    with pytest.raises(InvalidLink):
        await desk.reset_password(first.token, PASSWORD)


async def test_a_weak_password_does_not_use_up_the_link(desk: Desk) -> None:
    await desk.register()
    await desk.letters()
    await desk.request_reset("ada@example.org")
    letter = await desk.link(ResetPassword)
    with pytest.raises(Invalid):
        await desk.reset_password(letter.token, "password1")
    await desk.reset_password(letter.token, ANOTHER)


async def test_the_same_happens_for_every_address(desk: Desk, backend: Backend) -> None:
    await desk.register()
    before = len(await events(backend))
    for email in ("ada@example.org", "nobody@example.org"):
        await desk.request_reset(email)
    told = (await events(backend))[before:]
    assert [name for name, _ in told] == ["accounts.password_reset_requested"] * 2
    assert await stored(backend, "email_links") == 0, "the account is looked for later"
    assert [letter.to for letter in await desk.letters(ResetPassword)] == ["ada@example.org"]


@pytest.mark.parametrize("state", ["pending", "deleted"])
async def test_who_cannot_log_in_gets_no_link(desk: Desk, backend: Backend, state: str) -> None:
    await backend.account("ada", state=state)
    await desk.request_reset("ada@example.org")
    assert await desk.letters() == []


async def test_nobodys_mailbox_is_flooded(desk: Desk, backend: Backend) -> None:
    await desk.register()
    for email in ("ada@example.org", "nobody@example.org"):
        for _ in range(5):
            await desk.request_reset(email)
        with pytest.raises(RateLimited):
            await desk.request_reset(email)
    desk.clock.advance(hours=1, minutes=2)
    await desk.request_reset("ada@example.org")


async def test_what_is_no_address_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid):
        await desk.request_reset("nonsense")


@pytest.mark.parametrize("token", ["", "nonsense", "é"])
async def test_what_is_no_link_is_refused(desk: Desk, token: str) -> None:
    with pytest.raises(InvalidLink):
        await desk.reset_password(token, ANOTHER)


async def test_a_link_to_a_former_address_is_worth_nothing(desk: Desk, backend: Backend) -> None:
    entrance = await desk.register()
    await desk.letters()
    await desk.request_reset("ada@example.org")
    letter = await desk.link(ResetPassword)
    await backend.change_account(entrance.account_id, email="new@example.org")
    with pytest.raises(InvalidLink):
        await desk.reset_password(letter.token, ANOTHER)


async def test_a_new_password_stops_a_change_of_address_that_the_old_one_began(desk: Desk) -> None:
    ada = await desk.member()
    await desk.change_email(ada, HOME, PASSWORD, "eve@example.org")
    change = await desk.link(ConfirmNewAddress)
    await desk.change_password(ada, HOME, PASSWORD, ANOTHER)
    with pytest.raises(InvalidLink):
        await desk.confirm(change.token)


async def test_an_address_that_is_verified_stays_so(desk: Desk, backend: Backend) -> None:
    account_id = (await desk.register()).account_id
    await desk.confirm((await desk.link(VerifyAddress)).token)
    since = (await backend.account_row(account_id)).email_verified_at
    desk.clock.advance(hours=1)
    await desk.request_reset("ada@example.org")
    await desk.reset_password((await desk.link(ResetPassword)).token, ANOTHER)
    assert (await backend.account_row(account_id)).email_verified_at == since


async def test_of_two_who_follow_the_link_at_once_one_sets_the_password(desk: Desk) -> None:
    await desk.register()
    await desk.letters()
    await desk.request_reset("ada@example.org")
    token = (await desk.link(ResetPassword)).token
    tried = (desk.reset_password(token, password) for password in (ANOTHER, "yet another way"))
    outcomes = await asyncio.gather(*tried, return_exceptions=True)
    assert sum(isinstance(outcome, InvalidLink) for outcome in outcomes) == 1
