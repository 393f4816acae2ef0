"""Roles and states are changed and listed the same way on every back end."""

import asyncio
from typing import Any

import pytest
from attrs import evolve

from platform_core.accounts.model.admin import (
    AboveYou,
    AccountFilter,
    AccountStanding,
    LastAdministrator,
    ManagedAccountView,
    StandingChanges,
)
from platform_core.shared.actor import Role
from platform_core.shared.errors import Conflict, Invalid, NotFound, Stale
from platform_core.shared.events import Delivery
from platform_core.shared.pagination import Page, PageRequest
from platform_core.shared.signals import Topic
from platform_core.shared.visibility import AccountState
from tests.accounts import Accounts, events, ranked
from tests.backends import Backend
from tests.factories import NEW_YEAR

ALL = AccountFilter()
PAGE = PageRequest()
SUSPENDED = StandingChanges(state=AccountState.SUSPENDED, reason="spam")
ACTIVE = StandingChanges(state=AccountState.ACTIVE)
MEMBER = StandingChanges(role=Role.MEMBER)


@pytest.fixture
def accounts(backend: Backend) -> Accounts:
    return Accounts(backend)


def handles(page: Page[ManagedAccountView]) -> list[str]:
    return [view.handle for view in page.items]


async def test_a_suspension_is_stored_told_and_felt_at_once(backend: Backend, accounts: Accounts) -> None:
    boss = await backend.account("boss", role="administrator")
    ada = await backend.account("ada")
    await accounts.change_standing(ranked(boss, Role.ADMINISTRATOR), ada, SUSPENDED)
    row = await backend.account_row(ada)
    assert (row.state, row.suspended_until, row.revision) == ("suspended", None, 1)
    expected = {
        "account_id": ada,
        "state": "suspended",
        "previous": "active",
        "by_id": boss,
        "reason": "spam",
        "suspended_until": "",
    }
    assert await events(backend) == [("accounts.state_changed", expected)]
    assert backend.signals.woken(Topic.ACCESS) == {ada}


@pytest.mark.parametrize("state", [AccountState.LIMITED, AccountState.SUSPENDED])
async def test_who_watches_something_is_asked_for_when_an_account_is_there_for_fewer(
    backend: Backend, accounts: Accounts, state: AccountState
) -> None:
    boss = ranked(await backend.account("boss", role="administrator"), Role.ADMINISTRATOR)
    ada = await backend.account("ada")
    for changes in (StandingChanges(state=state), StandingChanges(state=state, reason="again"), ACTIVE):
        await accounts.change_standing(boss, ada, changes)
    assert backend.signals.published.count((Topic.AUDIENCE, frozenset())) == 1


async def test_a_suspension_ends_all_sessions(backend: Backend, accounts: Accounts) -> None:
    boss = await backend.account("boss", role="administrator")
    ada, bob = await backend.accounts("ada", "bob")
    ended: list[str] = []

    class Watching:
        async def remove_all(self, account_id: str) -> None:
            ended.append(account_id)

    def watched() -> Any:
        uow = backend.uow()
        uow.__dict__["sessions"] = Watching()
        return uow

    use = evolve(accounts.change_standing, transactions=watched)
    await use(ranked(boss, Role.ADMINISTRATOR), ada, SUSPENDED)
    await use(ranked(boss, Role.ADMINISTRATOR), ada, evolve(SUSPENDED, reason="worse"))
    await use(ranked(boss, Role.ADMINISTRATOR), bob, StandingChanges(state=AccountState.LIMITED))
    assert ended == [ada]


async def test_a_suspension_ends_by_itself(backend: Backend, accounts: Accounts) -> None:
    boss = ranked(await backend.account("boss", role="administrator"), Role.ADMINISTRATOR)
    ada = await backend.account("ada")
    until = NEW_YEAR.replace(hour=13)
    await accounts.change_standing(boss, ada, evolve(SUSPENDED, suspended_until=until))
    assert (await backend.account_row(ada)).suspended_until == until
    early, late = (Delivery("accounts", backend.ids.new()) for _ in range(2))
    await accounts.end_suspension(early, ada)
    assert (await backend.account_row(ada)).state == "suspended"
    backend.clock.advance(hours=1)
    await accounts.end_suspension(late, ada)
    await accounts.end_suspension(late, ada)
    row = await backend.account_row(ada)
    assert (row.state, row.suspended_until) == ("active", None)
    told = [payload["state"] for _, payload in await events(backend)]
    assert told == ["suspended", "active"]


async def test_a_suspension_that_was_made_longer_does_not_end_early(
    backend: Backend, accounts: Accounts
) -> None:
    boss = ranked(await backend.account("boss", role="administrator"), Role.ADMINISTRATOR)
    ada = await backend.account("ada")
    for hour in (13, 15):
        changes = evolve(SUSPENDED, suspended_until=NEW_YEAR.replace(hour=hour))
        await accounts.change_standing(boss, ada, changes)
    backend.clock.advance(hours=1)
    await accounts.end_suspension(Delivery("accounts", backend.ids.new()), ada)
    assert (await backend.account_row(ada)).state == "suspended"
    await accounts.change_standing(boss, ada, ACTIVE)
    row = await backend.account_row(ada)
    assert (row.state, row.suspended_until) == ("active", None)


async def test_a_suspension_cannot_end_in_the_past(backend: Backend, accounts: Accounts) -> None:
    boss = ranked(await backend.account("boss", role="administrator"), Role.ADMINISTRATOR)
    ada = await backend.account("ada")
    with pytest.raises(Invalid):
        await accounts.change_standing(boss, ada, evolve(SUSPENDED, suspended_until=NEW_YEAR))


async def test_an_expired_suspension_of_an_erased_account_is_no_matter(
    backend: Backend, accounts: Accounts
) -> None:
    gone = await backend.account("gone", state="deleted")
    await accounts.end_suspension(Delivery("accounts", backend.ids.new()), gone)
    assert await events(backend) == []


@pytest.mark.parametrize("state", [AccountState.ACTIVE, AccountState.LIMITED])
async def test_a_pending_account_is_approved_by_letting_it_in(
    backend: Backend, accounts: Accounts, state: AccountState
) -> None:
    moderator = await backend.account("mo", role="moderator")
    ada = await backend.account("ada", state="pending")
    await accounts.change_standing(ranked(moderator, Role.MODERATOR), ada, StandingChanges(state=state))
    told, *welcome = await events(backend)
    assert (told[1]["previous"], told[1]["state"]) == ("pending", state)
    assert welcome == [
        ("accounts.registered", {"account_id": ada}),
        ("accounts.registration_approved", {"account_id": ada}),
    ]


async def test_a_role_is_given_and_told(backend: Backend, accounts: Accounts) -> None:
    boss = await backend.account("boss", role="administrator")
    ada = await backend.account("ada")
    promoted = StandingChanges(role=Role.MODERATOR, reason="helps a lot")
    await accounts.change_standing(ranked(boss, Role.ADMINISTRATOR), ada, promoted)
    expected = {
        "account_id": ada,
        "role": "moderator",
        "previous": "member",
        "by_id": boss,
        "reason": "helps a lot",
    }
    assert await events(backend) == [("accounts.role_changed", expected)]
    assert backend.signals.woken(Topic.ACCESS) == {ada}


async def test_a_moderator_acts_on_members_only(backend: Backend, accounts: Accounts) -> None:
    moderator = ranked(await backend.account("mo", role="moderator"), Role.MODERATOR)
    ada = await backend.account("ada")
    await accounts.change_standing(moderator, ada, StandingChanges(state=AccountState.LIMITED))
    with pytest.raises(AboveYou):
        await accounts.change_standing(moderator, ada, StandingChanges(role=Role.MODERATOR))
    for role in ("moderator", "administrator"):
        other = await backend.account(role, role=role)
        for changes in (SUSPENDED, MEMBER):
            with pytest.raises(AboveYou):
                await accounts.change_standing(moderator, other, changes)


async def test_the_last_administrator_stays(backend: Backend, accounts: Accounts) -> None:
    # Whose own role was taken a moment ago, and whose session does not know it yet.
    late = ranked(await backend.account("late"), Role.ADMINISTRATOR)
    last = await backend.account("last", role="administrator")
    await backend.account("asleep", role="administrator", state="suspended")
    for changes in (SUSPENDED, MEMBER):
        with pytest.raises(LastAdministrator):
            await accounts.change_standing(late, last, changes)


async def test_two_administrators_who_demote_each_other_leave_one(sql: Backend) -> None:
    accounts = Accounts(sql)
    for number in range(5):
        one = await sql.account(f"one{number}", role="administrator")
        two = await sql.account(f"two{number}", role="administrator")
        results = await asyncio.gather(
            accounts.change_standing(ranked(one, Role.ADMINISTRATOR), two, MEMBER),
            accounts.change_standing(ranked(two, Role.ADMINISTRATOR), one, MEMBER),
            return_exceptions=True,
        )
        assert [isinstance(result, Conflict) for result in results].count(True) == 1
        left = (
            await accounts.admin.accounts(AccountFilter(role=Role.ADMINISTRATOR), PAGE, with_email=True)
        ).items
        assert len(left) == 1
        await sql.change_account(left[0].id, role="member")


async def test_who_is_not_there_has_no_standing(backend: Backend, accounts: Accounts) -> None:
    boss = ranked(await backend.account("boss", role="administrator"), Role.ADMINISTRATOR)
    gone = await backend.account("gone", state="deleted")
    for whom in (gone, backend.ids.new()):
        with pytest.raises(NotFound):
            await accounts.change_standing(boss, whom, SUSPENDED)
        assert await accounts.admin.account(whom, with_email=True) is None


async def test_a_change_of_something_older_is_refused(backend: Backend, accounts: Accounts) -> None:
    boss = ranked(await backend.account("boss", role="administrator"), Role.ADMINISTRATOR)
    ada = await backend.account("ada")
    await accounts.change_standing(boss, ada, SUSPENDED, if_revision=0)
    with pytest.raises(Stale):
        await accounts.change_standing(boss, ada, ACTIVE, if_revision=0)


async def test_a_standing_comes_back_as_it_was_stored(backend: Backend) -> None:
    ada = await backend.account("ada")
    standing = AccountStanding(
        id=ada,
        role=Role.MODERATOR,
        state=AccountState.SUSPENDED,
        suspended_until=NEW_YEAR,
        revision=4,
    )
    async with backend.uow() as uow:
        await uow.account_states.put(standing)
        assert await uow.account_states.get(ada) == standing


async def test_e_mail_is_for_administrators(backend: Backend, accounts: Accounts) -> None:
    ada = await backend.account("ada")
    for with_email, shown in ((True, "ada@example.org"), (False, None)):
        view = await accounts.admin.account(ada, with_email=with_email)
        (listed,) = (await accounts.admin.accounts(ALL, PAGE, with_email=with_email)).items
        assert view == listed
        assert view is not None
        assert view.email == shown
        assert view.email_verified


async def test_accounts_are_listed_latest_first_page_by_page(backend: Backend, accounts: Accounts) -> None:
    for number in range(5):
        await backend.account(f"user{number}")
    await backend.account("gone", state="deleted")
    first = await accounts.admin.accounts(ALL, PageRequest(limit=2), with_email=True)
    second = await accounts.admin.accounts(ALL, PageRequest(limit=9, before=first.next), with_email=True)
    assert handles(first) + handles(second) == ["user4", "user3", "user2", "user1", "user0"]
    assert second.next is None


async def test_accounts_are_listed_by_state_and_role(backend: Backend, accounts: Accounts) -> None:
    await backend.account("ann", state="suspended")
    await backend.account("ben", state="suspended", role="moderator")
    await backend.account("cleo", role="moderator")
    for state, role, expected in (
        (AccountState.SUSPENDED, None, ["ben", "ann"]),
        (None, Role.MODERATOR, ["cleo", "ben"]),
        (AccountState.SUSPENDED, Role.MODERATOR, ["ben"]),
        (AccountState.PENDING, None, []),
    ):
        found = await accounts.admin.accounts(AccountFilter(state, role), PAGE, with_email=True)
        assert handles(found) == expected


async def test_accounts_are_found_by_the_beginning_of_the_handle(
    backend: Backend, accounts: Accounts
) -> None:
    for handle in ("ad", "ada", "ada_l", "adam", "ada9", "bob"):
        await backend.account(handle)
    wanted = AccountFilter(search=" @ADA ")
    seen = await accounts.admin.accounts(wanted, PageRequest(limit=3), with_email=False)
    assert handles(seen) == ["ada", "ada9", "ada_l"]
    rest = await accounts.admin.accounts(wanted, PageRequest(limit=3, before=seen.next), with_email=False)
    assert handles(rest) == ["adam"]
    back = await accounts.admin.accounts(wanted, PageRequest(limit=2, after=rest.previous), with_email=False)
    assert handles(back) == ["ada9", "ada_l"]


async def test_accounts_are_found_by_e_mail_where_that_may_be_seen(
    backend: Backend, accounts: Accounts
) -> None:
    await backend.accounts("ada", "adam")
    wanted = AccountFilter(search="Ada@example.org")
    assert handles(await accounts.admin.accounts(wanted, PAGE, with_email=True)) == ["ada"]
    assert handles(await accounts.admin.accounts(wanted, PAGE, with_email=False)) == []
    pending = evolve(wanted, state=AccountState.PENDING)
    assert handles(await accounts.admin.accounts(pending, PAGE, with_email=True)) == []
