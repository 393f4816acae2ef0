"""Routes of profiles: one's own, and those of others."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from attrs import frozen
from msgspec import UNSET, Meta, UnsetType

from adapters.http.call import Call
from adapters.http.routing import Gate, Route, get, patch
from adapters.wire.inputs import Ids, Input
from platform_core.accounts.model.profile import (
    MAX_ADDRESS,
    MAX_BIO,
    MAX_DISPLAY_NAME,
    MAX_LABEL,
    MAX_LINKS,
    MAX_LOCALE,
    MAX_URL,
    AccountCounts,
    AccountView,
    Link,
    MeView,
    ProfileChanges,
)
from platform_core.accounts.ports.profile import AccountReader
from platform_core.accounts.use_cases.profile import ChangeProfile
from platform_core.shared.actor import Scope
from platform_core.shared.errors import NotFound, Stale

T = TypeVar("T")
Url = Annotated[str, Meta(max_length=MAX_URL)]


class LinkInput(Input, frozen=True):
    """A labelled address, http or https."""

    label: Annotated[str, Meta(min_length=1, max_length=MAX_LABEL)]
    url: Url


class ProfileInput(Input, frozen=True):
    """What is to be different about one's profile; what is left out stays, an empty text clears."""

    display_name: Annotated[str, Meta(min_length=1, max_length=MAX_DISPLAY_NAME)] | UnsetType = UNSET
    bio: Annotated[str, Meta(max_length=MAX_BIO)] | UnsetType = UNSET
    website: Url | UnsetType = UNSET
    links: Annotated[list[LinkInput], Meta(max_length=MAX_LINKS)] | UnsetType = UNSET
    locale: Annotated[str, Meta(max_length=MAX_LOCALE)] | UnsetType = UNSET
    time_zone: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    payout_address: Annotated[str, Meta(max_length=MAX_ADDRESS)] | UnsetType = UNSET


class BatchQuery(Input, frozen=True):
    """Which accounts to read."""

    id: Ids


@frozen
class ProfileUseCases:
    """What the routes of profiles call."""

    reader: AccountReader
    change: ChangeProfile


@frozen
class ProfileRoutes:
    """Accounts as they show themselves."""

    use: ProfileUseCases

    def routes(self) -> Sequence[Route]:
        """Return lists, then single accounts, then what changes one's own."""
        public: dict[str, Any] = {"scope": Scope.ACCOUNTS_READ, "gate": Gate.PUBLIC}
        return (
            get("/accounts", self.batch, query=BatchQuery, answer=list[AccountView], **public),
            get("/accounts/me", self.me, scope=Scope.ACCOUNTS_READ, answer=MeView),
            get("/accounts/{account_id}", self.show, answer=AccountView, **public),
            get("/accounts/by-handle/{handle}", self.by_handle, answer=AccountView, **public),
            get("/accounts/{account_id}/stats", self.stats, answer=AccountCounts, **public),
            patch(
                "/accounts/me",
                self.change,
                scope=Scope.ACCOUNTS_WRITE,
                body=ProfileInput,
                answer=MeView,
                current=self.me,
                raises=(Stale,),
            ),
        )

    async def batch(self, call: Call) -> tuple[AccountView, ...]:
        """Read up to a hundred accounts at once; those that may not be seen are left out."""
        return await self.use.reader.by_ids(call.actor.account_id, call.query.id)

    async def me(self, call: Call) -> MeView:
        """Read one's own account, with its settings."""
        return await self.use.reader.me(call.actor.id)

    async def show(self, call: Call) -> AccountView:
        """Read one account."""
        return found(await self.use.reader.by_id(call.actor.account_id, call.path["account_id"]))

    async def by_handle(self, call: Call) -> AccountView:
        """Read the account of a handle, in any case."""
        return found(await self.use.reader.by_handle(call.actor.account_id, call.path["handle"]))

    async def stats(self, call: Call) -> AccountCounts:
        """Read how much hangs on an account."""
        return found(await self.use.reader.stats(call.actor.account_id, call.path["account_id"]))

    async def change(self, call: Call) -> MeView:
        """Change one's profile and settings."""
        await self.use.change(call.actor, _changes(call.body), call.if_revision)
        return await self.me(call)


def found(view: T | None) -> T:
    """Return the view. Raises ``NotFound`` if there is none."""
    if view is None:
        raise NotFound
    return view


def _changes(given: ProfileInput) -> ProfileChanges:
    named = {name: getattr(given, name) for name in given.__struct_fields__}
    parts = {name: value for name, value in named.items() if value is not UNSET}
    if "links" in parts:
        parts["links"] = tuple(Link(link.label, link.url) for link in parts["links"])
    return ProfileChanges(**parts)
