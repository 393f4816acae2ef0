"""The rules of roles and states: who may change them for whom."""

from datetime import datetime
from typing import ClassVar

from attrs import define, frozen

from platform_core.accounts.model.profile import AccountCounts
from platform_core.shared.actor import Actor, Role
from platform_core.shared.errors import Conflict, Forbidden, Invalid, Stale
from platform_core.shared.events import Event
from platform_core.shared.visibility import AccountState

MAX_REASON = 500
MAX_SEARCH = 254

_SETTABLE = frozenset({AccountState.ACTIVE, AccountState.LIMITED, AccountState.SUSPENDED})


class OwnAccount(Forbidden):
    """Nobody changes their own role or state: a mistake could not be undone by whoever made it."""

    code = "own_account"
    detail = "Somebody else has to change this for your account."


class AboveYou(Forbidden):
    """Moderators act on members; on moderators and administrators only administrators do."""

    code = "above_you"
    detail = "Only an administrator may do this."


class LastAdministrator(Conflict):
    """Without an active administrator nobody could make another one."""

    code = "last_administrator"
    detail = "There has to be another active administrator first."


@frozen(kw_only=True)
class StandingChanges:
    """What is to be different about an account's standing; ``None`` leaves it as it is.

    ``reason`` is for the record, and for whoever tells the person.
    """

    state: AccountState | None = None
    suspended_until: datetime | None = None
    role: Role | None = None
    reason: str = ""

    def __attrs_post_init__(self) -> None:
        if self.state is not None and self.state not in _SETTABLE:
            raise Invalid.field("state", "unsupported", "Expected active, limited or suspended.")
        if self.suspended_until is not None and self.state is not AccountState.SUSPENDED:
            raise Invalid.field("suspended_until", "alone", "Only a suspension has an end.")
        if len(self.reason) > MAX_REASON:
            raise Invalid.field("reason", "too_long", f"At most {MAX_REASON} characters.")


@define(kw_only=True)
class AccountStanding:
    """An account's role and state, as those decide about them who run the place."""

    id: str
    role: Role
    state: AccountState
    suspended_until: datetime | None = None
    revision: int = 0
    other_administrators: int = 0
    """Active administrators besides this one."""

    def change(self, actor: Actor, changes: StandingChanges, if_revision: int | None = None) -> bool:
        """Take over what is given; False if nothing is different.

        Raises ``Stale``, ``OwnAccount``, ``AboveYou`` and ``LastAdministrator``.
        """
        if if_revision is not None and if_revision != self.revision:
            raise Stale
        before = (self.role, self.state, self.suspended_until)
        role, state, until = self._wanted(changes)
        if (role, state, until) == before:
            return False
        self._check(actor, role)
        if self._is_active_administrator and not _active_administrator(role, state):
            self._check_others()
        self.role, self.state, self.suspended_until = role, state, until
        self.revision += 1
        return True

    def end_suspension(self, now: datetime) -> bool:
        """Become active again if a suspension is over; False if it is not, or was lifted or prolonged."""
        over = self.suspended_until is not None and self.suspended_until <= now
        if self.state is not AccountState.SUSPENDED or not over:
            return False
        self.state, self.suspended_until = AccountState.ACTIVE, None
        self.revision += 1
        return True

    def _wanted(self, changes: StandingChanges) -> tuple[Role, AccountState, datetime | None]:
        until = self.suspended_until if changes.state is None else changes.suspended_until
        return changes.role or self.role, changes.state or self.state, until

    def _check(self, actor: Actor, role: Role) -> None:
        if actor.id == self.id:
            raise OwnAccount
        if not actor.may_act_as(Role.ADMINISTRATOR) and (self.role, role) != (Role.MEMBER, Role.MEMBER):
            raise AboveYou

    @property
    def _is_active_administrator(self) -> bool:
        return _active_administrator(self.role, self.state)

    def _check_others(self) -> None:
        if not self.other_administrators:
            raise LastAdministrator


def _active_administrator(role: Role, state: AccountState) -> bool:
    return role is Role.ADMINISTRATOR and state is AccountState.ACTIVE


@frozen(kw_only=True)
class ManagedAccountView:
    """An account as moderators and administrators see it; ``email`` is null for moderators."""

    id: str
    handle: str
    display_name: str
    email: str | None
    email_verified: bool
    role: str
    state: str
    suspended_until: datetime | None
    locked: bool
    created_at: datetime
    counts: AccountCounts
    revision: int


@frozen
class AccountFilter:
    """Which accounts to list: those of a state, of a role, and those that ``search`` finds.

    ``search`` is the beginning of a handle, or a whole e-mail address (for administrators).
    """

    state: AccountState | None = None
    role: Role | None = None
    search: str = ""


@frozen
class AccountStateChanged(Event):
    """An account's state or the end of its suspension changed; ``by_id`` is empty where nobody did it."""

    name: ClassVar[str] = "accounts.state_changed"
    account_id: str
    state: str
    previous: str
    by_id: str = ""
    reason: str = ""
    suspended_until: str = ""


@frozen
class AccountRoleChanged(Event):
    """An account's role changed."""

    name: ClassVar[str] = "accounts.role_changed"
    account_id: str
    role: str
    previous: str
    by_id: str
    reason: str = ""


@frozen
class SuspensionExpired(Event):
    """The moment has come at which an account's suspension ends."""

    name: ClassVar[str] = "accounts.suspension_expired"
    account_id: str
