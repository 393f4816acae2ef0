"""Routes for those who run the place: accounts with their states and roles."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from attrs import frozen
from msgspec import UNSET, Meta, UnsetType

from adapters.http.accounts.profile import found
from adapters.http.call import Call
from adapters.http.routing import Gate, Route, get, patch
from adapters.wire.inputs import Input, Moment
from platform_core.accounts.model.admin import (
    MAX_REASON,
    MAX_SEARCH,
    AboveYou,
    AccountFilter,
    LastAdministrator,
    ManagedAccountView,
    OwnAccount,
    StandingChanges,
)
from platform_core.accounts.ports.admin import AdminReader
from platform_core.accounts.use_cases.admin import ChangeStanding
from platform_core.shared.actor import Role, Scope
from platform_core.shared.errors import Stale
from platform_core.shared.pagination import Page
from platform_core.shared.visibility import AccountState

RoleName = Literal["member", "moderator", "administrator"]


class AccountsQuery(Input, frozen=True):
    """Which accounts to list; ``q`` is the beginning of a handle, or for administrators an e-mail address."""

    state: Literal["pending", "active", "limited", "suspended"] | UnsetType = UNSET
    role: RoleName | UnsetType = UNSET
    q: Annotated[str, Meta(max_length=MAX_SEARCH)] = ""


class StandingInput(Input, frozen=True):
    """What is to be different about an account's standing; the reason goes on record."""

    state: Literal["active", "limited", "suspended"] | UnsetType = UNSET
    suspended_until: Moment | None = None
    role: RoleName | UnsetType = UNSET
    reason: Annotated[str, Meta(max_length=MAX_REASON)] = ""


@frozen
class AdminUseCases:
    """What the routes of administration call."""

    reader: AdminReader
    change: ChangeStanding


@frozen
class AdminRoutes:
    """Moderators change the states of members, administrators everything; e-mail is for administrators."""

    use: AdminUseCases

    def routes(self) -> Sequence[Route]:
        """Return the list, one account, and what changes it."""
        gate: dict[str, Any] = {"scope": Scope.ADMIN, "gate": Gate.MODERATOR}
        one = "/admin/accounts/{account_id}"
        return (
            get(
                "/admin/accounts", self.accounts, query=AccountsQuery, answer=Page[ManagedAccountView], **gate
            ),
            get(one, self.show, answer=ManagedAccountView, **gate),
            patch(
                one,
                self.change,
                body=StandingInput,
                answer=ManagedAccountView,
                current=self.show,
                raises=(Stale, OwnAccount, AboveYou, LastAdministrator),
                **gate,
            ),
        )

    async def accounts(self, call: Call) -> Page[ManagedAccountView]:
        """List accounts, latest first; those found by their handle in alphabetical order."""
        asked = call.query
        wanted = AccountFilter(
            None if asked.state is UNSET else AccountState(asked.state),
            None if asked.role is UNSET else Role(asked.role),
            asked.q,
        )
        return await self.use.reader.accounts(wanted, call.page, with_email=_sees_email(call))

    async def show(self, call: Call) -> ManagedAccountView:
        """Read one account."""
        account_id = call.path["account_id"]
        return found(await self.use.reader.account(account_id, with_email=_sees_email(call)))

    async def change(self, call: Call) -> ManagedAccountView:
        """Approve, limit, suspend or restore an account, or give it another role."""
        given = call.body
        changes = StandingChanges(
            state=None if given.state is UNSET else AccountState(given.state),
            suspended_until=given.suspended_until,
            role=None if given.role is UNSET else Role(given.role),
            reason=given.reason,
        )
        await self.use.change(call.actor, call.path["account_id"], changes, call.if_revision)
        return await self.show(call)


def _sees_email(call: Call) -> bool:
    return call.actor.may_act_as(Role.ADMINISTRATOR)
