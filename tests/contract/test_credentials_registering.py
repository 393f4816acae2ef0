"""Registration on every back end: four modes, invitations, administrators."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from platform_core.accounts.model.credentials import EmailTaken, HandleTaken, InvalidCredentials
from platform_core.accounts.model.credentials_letters import VerifyAddress
from platform_core.accounts.model.credentials_registering import (
    InvalidInvitation,
    RegistrationClosed,
    RegistrationMode,
)
from platform_core.accounts.use_cases.credentials_checks import Failures
from platform_core.shared.actor import Actor, Role
from platform_core.shared.errors import DomainError, Forbidden, Invalid, RateLimited
from platform_core.shared.limits import Rate
from platform_core.shared.pagination import PageRequest
from platform_core.shared.signals import Topic
from tests.accounts import events, ranked, stored
from tests.backends import Backend
from tests.credentials import ANOTHER, AWAY, BORN, PASSWORD, Desk


@pytest.fixture
def desk(backend: Backend) -> Desk:
    return Desk(backend)


async def boss(backend: Backend) -> Actor:
    return ranked(await backend.account("boss", role="administrator"), Role.ADMINISTRATOR)


async def names(backend: Backend) -> list[str]:
    return [name for name, _ in await events(backend)]


async def test_who_registers_has_an_account_and_is_signed_in(desk: Desk, backend: Backend) -> None:
    entrance = await desk.register("Ada", email="Ada@Example.org", display_name=" Ada L. ")
    row = await backend.account_row(entrance.account_id)
    actor = await desk.actor(entrance)
    assert (row.handle, row.email, row.display_name) == ("ada", "ada@example.org", "Ada L.")
    assert (row.state, row.role, row.email_verified_at) == ("active", "member", None)
    assert (actor.account_id, actor.role) == (entrance.account_id, Role.MEMBER)
    assert await names(backend) == ["accounts.verification_requested", "accounts.registered"]


async def test_neither_password_nor_token_is_stored_or_shown(desk: Desk, backend: Backend) -> None:
    entrance = await desk.register()
    row = await backend.account_row(entrance.account_id)
    standing = await desk.reader.standing(desk.secrets.digest(entrance.token or ""))
    told = f"{row}{standing}{await events(backend)}{await desk.reader.by_id(entrance.account_id)}{entrance}"
    assert row.password_hash.startswith("$argon2id$")
    assert PASSWORD not in told
    assert str(entrance.token) not in told


async def test_handles_and_addresses_are_unique_whatever_their_case(desk: Desk) -> None:
    await desk.register("ada", email="ada@example.org")
    with pytest.raises(HandleTaken):
        await desk.register("ADA", email="other@example.org")
    with pytest.raises(EmailTaken):
        await desk.register("other", email="ADA@example.ORG")


async def test_of_many_who_race_for_a_handle_one_gets_it(desk: Desk, backend: Backend) -> None:
    async def race(number: int) -> object:
        try:
            return await desk.register("ada", email=f"ada{number}@example.org")
        except HandleTaken as error:
            return type(error)

    outcomes = await asyncio.gather(*(race(number) for number in range(8)))
    assert outcomes.count(HandleTaken) == 7
    assert await stored(backend, "accounts") == 1
    assert await stored(backend, "sessions") == 1


async def test_passwords_that_everybody_tries_are_refused(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.register(password="Password123")
    assert [(error.field, error.code) for error in refused.value.errors] == [("password", "common")]


async def test_a_birth_date_is_kept_where_an_age_is_asked_for(desk: Desk, backend: Backend) -> None:
    asked = await desk.under(minimum_age=16).register("ada", birth_date=BORN)
    not_asked = await desk.register("bob", birth_date=BORN)
    assert (await backend.account_row(asked.account_id)).birth_date == BORN
    assert (await backend.account_row(not_asked.account_id)).birth_date is None


async def test_where_the_operator_approves_one_waits_without_a_session(desk: Desk, backend: Backend) -> None:
    entrance = await desk.under(RegistrationMode.APPROVAL).register()
    assert (entrance.token, entrance.mfa_token) == (None, None)
    assert (await backend.account_row(entrance.account_id)).state == "pending"
    assert await names(backend) == ["accounts.verification_requested"]
    assert await stored(backend, "sessions") == 0
    assert len(await desk.letters(VerifyAddress)) == 1


async def test_a_closed_server_takes_nobody(desk: Desk, backend: Backend) -> None:
    with pytest.raises(RegistrationClosed):
        await desk.under(RegistrationMode.CLOSED).register()
    assert await stored(backend, "accounts") == 0


async def test_an_invitation_lets_in_as_many_as_it_says(desk: Desk, backend: Backend) -> None:
    invited = desk.under(RegistrationMode.INVITATION)
    code = (await desk.invite(await boss(backend), uses=2)).code
    await invited.register("ada", invitation=code)
    await invited.register("bob", invitation=code.upper().replace("-", " "))
    with pytest.raises(InvalidInvitation):
        await invited.register("eve", invitation=code)


async def test_the_last_use_of_an_invitation_is_won_once(desk: Desk, backend: Backend) -> None:
    invited = desk.under(RegistrationMode.INVITATION)
    code = (await desk.invite(await boss(backend))).code

    async def race(number: int) -> bool:
        try:
            return bool(await invited.register(f"guest_{number}", invitation=code))
        except InvalidInvitation:
            return False

    assert sum(await asyncio.gather(*(race(number) for number in range(8)))) == 1
    assert await stored(backend, "accounts") == 2, "the administrator and one guest"


async def test_a_refused_registration_costs_no_use_of_the_invitation(desk: Desk, backend: Backend) -> None:
    invited = desk.under(RegistrationMode.INVITATION)
    code = (await desk.invite(await boss(backend))).code
    with pytest.raises(HandleTaken):
        await invited.register("boss", email="new@example.org", invitation=code)
    assert (await invited.register("ada", invitation=code)).token


async def test_an_expired_or_revoked_invitation_lets_nobody_in(desk: Desk, backend: Backend) -> None:
    invited, admin = desk.under(RegistrationMode.INVITATION), await boss(backend)
    short = await desk.invite(admin, expires_at=backend.clock.now() + timedelta(hours=1))
    revoked = await desk.invite(admin)
    await desk.revoke_invitation(admin, revoked.invitation.id)
    await desk.revoke_invitation(admin, revoked.invitation.id)
    backend.clock.advance(hours=1)
    for code in (short.code, revoked.code, "never-was"):
        with pytest.raises(InvalidInvitation):
            await invited.register("ada", invitation=code)


async def test_administrators_list_invitations_without_their_codes(desk: Desk, backend: Backend) -> None:
    admin = await boss(backend)
    made = [await desk.invite(admin, uses=uses, note=f"for {uses}") for uses in (1, 2, 3)]
    first = await desk.reader.invitations(PageRequest(2))
    rest = await desk.reader.invitations(PageRequest(2, before=first.next))
    newer = await desk.reader.invitations(PageRequest(2, after=rest.previous))
    views = [one.invitation for one in made]
    assert [*first.items, *rest.items] == list(reversed(views))
    assert newer.items == first.items
    assert (views[1].note, views[1].uses_left, views[1].created_by) == ("for 2", 2, admin.id)
    assert made[0].code not in f"{first}{made[0]}"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR])
async def test_only_administrators_invite(desk: Desk, role: Role) -> None:
    someone = ranked("0190e2c4-0000-7000-8000-000000000000", role)
    with pytest.raises(Forbidden):
        await desk.invite(someone)
    with pytest.raises(Forbidden):
        await desk.revoke_invitation(someone, someone.id)


async def test_who_asks_too_often_which_handles_are_taken_has_to_wait(desk: Desk, backend: Backend) -> None:
    desk.failures = Failures(desk.limiter, per_network=Rate("refused-registrations", 3, 300))
    await desk.register("ada")
    for number in range(3):
        with pytest.raises(HandleTaken):
            await desk.register("ada", email=f"eve{number}@example.org")
    with pytest.raises(RateLimited):
        await desk.register("eve")
    await desk.register("bob", client=AWAY)
    backend.clock.advance(minutes=6)
    await desk.register("eve")


async def test_the_operator_makes_an_administrator(desk: Desk, backend: Backend) -> None:
    account_id = await desk.create_administrator("root@example.org", "Admin", PASSWORD)
    actor = await desk.actor(await desk.log_in("admin"))
    row = await backend.account_row(account_id)
    assert (actor.account_id, actor.role) == (account_id, Role.ADMINISTRATOR)
    assert row.email_verified_at == backend.clock.now()
    assert "accounts.registered" in await names(backend)


@pytest.mark.parametrize("state", ["active", "suspended", "pending"])
async def test_the_operator_promotes_who_is_there(desk: Desk, backend: Backend, state: str) -> None:
    before = await desk.register()
    await backend.change_account(before.account_id, state=state)
    assert await desk.create_administrator("ada@example.org", "ada", ANOTHER) == before.account_id
    row = await backend.account_row(before.account_id)
    assert (row.role, row.state, row.suspended_until) == ("administrator", "active", None)
    assert before.account_id in backend.signals.woken(Topic.ACCESS)
    assert await stored(backend, "sessions") == 0
    with pytest.raises(InvalidCredentials):
        await desk.log_in(password=PASSWORD)
    assert (await desk.actor(await desk.log_in(password=ANOTHER))).role is Role.ADMINISTRATOR
    assert (await names(backend)).count("accounts.registered") == (2 if state == "pending" else 1)


@pytest.mark.parametrize(
    ("email", "handle", "error"),
    [
        ("other@example.org", "ada", HandleTaken),
        ("ada@example.org", "other", EmailTaken),
        ("nonsense", "other", Invalid),
        ("other@example.org", "x", Invalid),
    ],
)
async def test_a_promotion_that_means_two_accounts_is_refused(
    desk: Desk, backend: Backend, email: str, handle: str, error: type[DomainError]
) -> None:
    await desk.register()
    with pytest.raises(error):
        await desk.create_administrator(email, handle, ANOTHER)
    assert await stored(backend, "accounts") == 1


async def test_a_fully_populated_account_comes_back_as_it_was_stored(desk: Desk, backend: Backend) -> None:
    account_id = await backend.account("ada")
    async with backend.uow() as uow:
        known: Any = await uow.credentials.get(account_id)
        known.role, known.suspended_until = Role.MODERATOR, backend.clock.now()
        known.password_hash, known.email = "hash", "new@example.org"
        known.state = known.state.__class__.SUSPENDED
        await uow.credentials.put(known)
        await uow.commit()
    assert await desk.reader.by_id(account_id) == known
    assert await desk.reader.by_login("new@example.org") == known
    async with backend.uow() as uow:
        assert await uow.credentials.by_email("new@example.org") == known
        assert await uow.credentials.by_handle("ada") == known
        assert await uow.credentials.by_handle("eve") is None
        assert await uow.credentials.by_email("ada@example.org") is None
        assert await uow.credentials.get(backend.ids.new()) is None
