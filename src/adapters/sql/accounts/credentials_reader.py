"""Reads credentials without a transaction, each question with one statement that was built at import."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, bindparam, func, select

from adapters.sql.accounts.credentials import COLUMNS, credentials_from
from adapters.sql.accounts.credentials_sessions import ended, ends
from adapters.sql.dialect import constant
from adapters.sql.engines import Database
from adapters.sql.posts.reader import both_ways, page_parameters
from adapters.sql.schema.accounts import accounts
from adapters.sql.schema.credentials import (
    challenges,
    email_links,
    invitations,
    recovery_codes,
    second_factors,
    sessions,
)
from adapters.sql.schema.metadata import Id, Moment
from platform_core.accounts.model.credentials import Credentials
from platform_core.accounts.model.credentials_factors import Challenge, SecondFactorView
from platform_core.accounts.model.credentials_invitations import InvitationView
from platform_core.accounts.model.credentials_letters import Purpose
from platform_core.accounts.model.credentials_sessions import (
    AccessTokenView,
    Session,
    SessionKind,
    SessionLifetimes,
    SessionView,
    Standing,
)
from platform_core.shared.actor import Role
from platform_core.shared.pagination import Keyed, Page, PageRequest, page_of
from platform_core.shared.visibility import AccountState

T = TypeVar("T")

_THE_ACCOUNT = bindparam("the_account", type_=Id())
_NOW = bindparam("now", type_=Moment())
_PURPOSES: BindParameter[str] = bindparam("purposes", expanding=True)
_DIGESTS: BindParameter[str] = bindparam("digests", expanding=True)
_KNOWN = select(*COLUMNS)
_BY_ID = _KNOWN.where(accounts.c.id == _THE_ACCOUNT)
_BY_LOGIN = {
    column.name: _KNOWN.where(column == bindparam("login"))
    for column in (accounts.c.handle, accounts.c.email)
}
_BY_LINK = _KNOWN.join_from(email_links, accounts, accounts.c.id == email_links.c.account_id).where(
    email_links.c.digest == bindparam("digest"),
    email_links.c.purpose.in_(_PURPOSES),
    email_links.c.expires_at > _NOW,
)
_CHALLENGE = select(challenges.c.digest, challenges.c.account_id, challenges.c.expires_at).where(
    challenges.c.digest == bindparam("digest"), challenges.c.expires_at > _NOW
)
_SESSION = tuple(
    sessions.c[name]
    for name in (
        *("id", "account_id", "kind", "digest", "label", "created_at", "address"),
        *("last_used_at", "scopes", "expires_at"),
    )
)
_STANDING = select(*_SESSION, accounts.c.role, accounts.c.state, accounts.c.suspended_until).join_from(
    sessions, accounts, accounts.c.id == sessions.c.account_id
)
_STANDING_OF_ONE = _STANDING.where(sessions.c.digest == bindparam("digest"))
_STANDING_OF_MANY = _STANDING.where(sessions.c.digest.in_(_DIGESTS))


def _own(*conditions: ColumnElement[bool]) -> dict[bool, Select[Any]]:
    own = select(*_SESSION).where(sessions.c.account_id == _THE_ACCOUNT, *conditions)
    return both_ways(own, sessions.c.id)


_SESSIONS = _own(sessions.c.kind != constant("access_token"), ~ended())
_ACCESS_TOKENS = _own(sessions.c.kind == constant("access_token"))
_CODES_LEFT = (
    select(func.count())
    .select_from(recovery_codes)
    .where(recovery_codes.c.account_id == second_factors.c.account_id)
    .scalar_subquery()
)
_SECOND_FACTOR = select(second_factors.c.confirmed_at, _CODES_LEFT).where(
    second_factors.c.account_id == _THE_ACCOUNT
)
_INVITATIONS = both_ways(
    select(
        *(invitations.c[name] for name in ("id", "note", "uses", "uses_left", "created_by")),
        *(invitations.c[name] for name in ("created_at", "expires_at")),
    ),
    invitations.c.id,
)


def session_from(row: Any) -> Session:
    """Build the entity from the columns of a session."""
    id_, account_id, kind, digest, label, created, address, used, scopes, expires = row[:10]
    known = (id_, account_id, SessionKind(kind), digest, label, created, address, used)
    return Session(*known, None if scopes is None else frozenset(scopes), expires)


def _standing_from(row: Any) -> Standing:
    return Standing(session_from(row), Role(row.role), AccountState(row.state), row.suspended_until)


class SqlCredentialsReader:
    """Reads credentials."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def _one(
        self, statement: Select[Any], asked: dict[str, Any], build: Callable[[Any], T]
    ) -> T | None:
        def read(connection: Connection) -> T | None:
            row = connection.execute(statement, asked).first()
            return None if row is None else build(row)

        return await self._database.read(read)

    async def by_id(self, account_id: str) -> Credentials | None:
        """Read by primary key."""
        return await self._one(_BY_ID, {"the_account": account_id}, credentials_from)

    async def by_login(self, login: str) -> Credentials | None:
        """Read along one of the unique indexes: a handle has no @, an address has."""
        statement = _BY_LOGIN["email" if "@" in login else "handle"]
        return await self._one(statement, {"login": login}, credentials_from)

    async def by_link(self, purposes: Collection[Purpose], digest: str, now: datetime) -> Credentials | None:
        """Read the link's account."""
        asked = {"purposes": list(purposes), "digest": digest, "now": now}
        return await self._one(_BY_LINK, asked, credentials_from)

    async def challenge(self, digest: str, now: datetime) -> Challenge | None:
        """Read by primary key."""
        return await self._one(_CHALLENGE, {"digest": digest, "now": now}, lambda row: Challenge(*row))

    async def standing(self, digest: str) -> Standing | None:
        """Read along the unique index of digests."""
        return await self._one(_STANDING_OF_ONE, {"digest": digest}, _standing_from)

    async def standings(self, digests: Collection[str]) -> Mapping[str, Standing]:
        """Read all at once."""
        asked = {"digests": list(digests)}

        def read(connection: Connection) -> dict[str, Standing]:
            return {row.digest: _standing_from(row) for row in connection.execute(_STANDING_OF_MANY, asked)}

        return await self._database.read(read)

    async def sessions(
        self,
        account_id: str,
        current: str | None,
        now: datetime,
        lifetimes: SessionLifetimes,
        page: PageRequest,
    ) -> Page[SessionView]:
        """Read along the account's index."""
        asked = {"the_account": account_id, **ends(now, lifetimes)}
        return await self._page(
            _SESSIONS, asked, page, lambda row: session_from(row).view(lifetimes, current)
        )

    async def access_tokens(self, account_id: str, page: PageRequest) -> Page[AccessTokenView]:
        """Read along the account's index."""
        return await self._page(
            _ACCESS_TOKENS, {"the_account": account_id}, page, lambda row: session_from(row).token_view()
        )

    async def second_factor(self, account_id: str) -> SecondFactorView:
        """Read factor and number of codes together."""

        def build(row: Any) -> SecondFactorView:
            return SecondFactorView(row[0] is not None, row[1])

        known = await self._one(_SECOND_FACTOR, {"the_account": account_id}, build)
        return known or SecondFactorView(False, 0)

    async def invitations(self, page: PageRequest) -> Page[InvitationView]:
        """Read by id."""
        return await self._page(_INVITATIONS, {}, page, lambda row: InvitationView(*row))

    async def _page(
        self,
        statements: dict[bool, Select[Any]],
        asked: dict[str, Any],
        page: PageRequest,
        build: Callable[[Any], T],
    ) -> Page[T]:
        statement, asked = statements[page.after is not None], {**asked, **page_parameters(page)}

        def read(connection: Connection) -> list[Keyed[T]]:
            return [Keyed(row.id, build(row)) for row in connection.execute(statement, asked)]

        return page_of(await self._database.read(read), page)
