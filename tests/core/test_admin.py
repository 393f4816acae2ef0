"""Who may change whose role and state."""

from datetime import timedelta
from typing import Any

import pytest

from platform_core.accounts.model.admin import (
    AboveYou,
    AccountStanding,
    LastAdministrator,
    OwnAccount,
    StandingChanges,
)
from platform_core.accounts.use_cases.admin import ChangeStanding
from platform_core.shared.actor import NOBODY, Actor, Role
from platform_core.shared.errors import DomainError, Forbidden, Invalid, Unauthenticated
from platform_core.shared.visibility import AccountState
from tests.accounts import ranked
from tests.backends import Backend
from tests.factories import NEW_YEAR, actor

ADMINISTRATOR = ranked("boss", Role.ADMINISTRATOR)
MODERATOR = ranked("mo", Role.MODERATOR)
LIMITED = StandingChanges(state=AccountState.LIMITED)
SUSPENDED = StandingChanges(state=AccountState.SUSPENDED)
DEMOTED = StandingChanges(role=Role.MEMBER)
PROMOTED = StandingChanges(role=Role.ADMINISTRATOR)


def standing(role: Role = Role.MEMBER, **more: Any) -> AccountStanding:
    return AccountStanding(**{"id": "ada", "role": role, "state": AccountState.ACTIVE, **more})


@pytest.mark.parametrize(
    ("who", "role", "changes", "refusal"),
    [
        (MODERATOR, Role.MEMBER, LIMITED, None),
        (MODERATOR, Role.MEMBER, SUSPENDED, None),
        (MODERATOR, Role.MEMBER, PROMOTED, AboveYou),
        (MODERATOR, Role.MODERATOR, SUSPENDED, AboveYou),
        (MODERATOR, Role.MODERATOR, DEMOTED, AboveYou),
        (MODERATOR, Role.ADMINISTRATOR, LIMITED, AboveYou),
        (ADMINISTRATOR, Role.MEMBER, PROMOTED, None),
        (ADMINISTRATOR, Role.MODERATOR, DEMOTED, None),
        (ADMINISTRATOR, Role.ADMINISTRATOR, LIMITED, LastAdministrator),
        (ADMINISTRATOR, Role.ADMINISTRATOR, SUSPENDED, LastAdministrator),
        (ADMINISTRATOR, Role.ADMINISTRATOR, DEMOTED, LastAdministrator),
    ],
)
def test_who_may_change_what(
    who: Actor, role: Role, changes: StandingChanges, refusal: type[DomainError] | None
) -> None:
    account = standing(role)
    if refusal is None:
        assert account.change(who, changes)
        return
    with pytest.raises(refusal):
        account.change(who, changes)
    assert account == standing(role)


def test_of_two_administrators_one_may_go() -> None:
    assert standing(Role.ADMINISTRATOR, other_administrators=1).change(ADMINISTRATOR, DEMOTED)


def test_an_administrator_who_is_suspended_already_may_lose_the_role() -> None:
    asleep = standing(Role.ADMINISTRATOR, state=AccountState.SUSPENDED)
    assert asleep.change(ADMINISTRATOR, DEMOTED)


def test_nobody_changes_their_own_standing() -> None:
    for changes in (DEMOTED, SUSPENDED):
        with pytest.raises(OwnAccount):
            standing(Role.ADMINISTRATOR, id="boss", other_administrators=3).change(ADMINISTRATOR, changes)


def test_what_is_so_already_is_no_change() -> None:
    account = standing()
    assert not account.change(MODERATOR, StandingChanges(state=AccountState.ACTIVE, role=Role.MEMBER))
    assert not account.change(MODERATOR, StandingChanges(reason="just because"))
    assert account.revision == 0


def test_a_new_role_leaves_a_suspension_as_it_is() -> None:
    account = standing(state=AccountState.SUSPENDED, suspended_until=NEW_YEAR)
    assert account.change(ADMINISTRATOR, PROMOTED)
    assert (account.state, account.suspended_until) == (AccountState.SUSPENDED, NEW_YEAR)


def test_a_suspension_ends_when_its_time_is_over_and_not_before() -> None:
    account = standing(state=AccountState.SUSPENDED, suspended_until=NEW_YEAR)
    assert not account.end_suspension(NEW_YEAR - timedelta(seconds=1))
    assert account.end_suspension(NEW_YEAR)
    assert (account.state, account.suspended_until, account.revision) == (AccountState.ACTIVE, None, 1)
    assert not account.end_suspension(NEW_YEAR)
    assert not standing(state=AccountState.SUSPENDED).end_suspension(NEW_YEAR)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": AccountState.DELETED},
        {"state": AccountState.PENDING},
        {"suspended_until": NEW_YEAR},
        {"state": AccountState.ACTIVE, "suspended_until": NEW_YEAR},
        {"reason": "x" * 501},
    ],
)
def test_changes_that_make_no_sense(changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        StandingChanges(**changes)


async def test_members_and_strangers_change_nothing(memory: Backend) -> None:
    ada = await memory.account("ada")
    use = ChangeStanding(memory.uow, memory.clock)
    with pytest.raises(Forbidden):
        await use(actor(ada), ada, LIMITED)
    with pytest.raises(Unauthenticated):
        await use(NOBODY, ada, LIMITED)
    assert (await memory.account_row(ada)).state == "active"
