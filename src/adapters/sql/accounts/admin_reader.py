"""Reads accounts for moderators and administrators."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, String, bindparam, select

from adapters.sql.accounts.profile_columns import COUNTS
from adapters.sql.dialect import constant
from adapters.sql.engines import Database
from adapters.sql.plans import COUNT
from adapters.sql.posts.reader import both_ways, page_parameters
from adapters.sql.schema.accounts import accounts
from adapters.sql.schema.metadata import Id
from platform_core.accounts.model.admin import AccountFilter, ManagedAccountView
from platform_core.accounts.model.profile import AccountCounts
from platform_core.shared.actor import Role
from platform_core.shared.pagination import Keyed, Page, PageRequest, alphabetical_page_of, page_of
from platform_core.shared.visibility import AccountState

_COLUMNS = (
    accounts.c.id,
    accounts.c.handle,
    accounts.c.display_name,
    accounts.c.email,
    accounts.c.email_verified_at.is_not(None).label("email_verified"),
    accounts.c.role,
    accounts.c.state,
    accounts.c.suspended_until,
    accounts.c.locked,
    accounts.c.created_at,
    accounts.c.revision,
)
_ALL = select(*_COLUMNS, *COUNTS).where(accounts.c.state != constant("deleted"))
_BY_ID = _ALL.where(accounts.c.id == bindparam("account", type_=Id()))
_BELOW, _ABOVE = " ", "~"
"""Below and above every letter that a handle may have."""


def _filtered(state: AccountState | None, role: Role | None) -> Select[Any]:
    """Restrict the list by what is rare, which an index finds, or by leaving out what is rare.

    Nearly all accounts are active members: along an index of those, the planner would read them all.
    """
    of_state = _is(accounts.c.state, state, AccountState.ACTIVE) if state else ()
    of_role = _is(accounts.c.role, role, Role.MEMBER) if role else ()
    return _ALL.where(*of_state, *of_role)


def _is(column: Column[Any], word: StrEnum, usual: StrEnum) -> Sequence[ColumnElement[bool]]:
    if word is usual:
        return [column != constant(other) for other in type(usual) if other is not usual]
    # The second says nothing new, but SQLite takes a partial index only where it finds its condition again.
    return column == constant(word), column != constant(usual)


def _by_handle(statement: Select[Any]) -> dict[bool, Select[Any]]:
    """Make a list's two statements in alphabetical order, from ``first`` up to, but not with, ``end``."""
    handle = accounts.c.handle
    between = statement.where(
        handle >= bindparam("first", type_=String()), handle < bindparam("end", type_=String())
    ).limit(COUNT)
    return {False: between.order_by(handle), True: between.order_by(handle.desc())}


def _range(prefix: str, page: PageRequest) -> dict[str, str]:
    """Bound the handles that begin with ``prefix`` by where the page starts."""
    return {
        "first": prefix if page.before is None else page.before + _BELOW,
        "end": prefix + _ABOVE if page.after is None else page.after,
    }


_FILTERED = {
    (state, role): _filtered(state, role) for state in (None, *AccountState) for role in (None, *Role)
}
_LATEST = {given: both_ways(statement, accounts.c.id) for given, statement in _FILTERED.items()}
_ALPHABETICAL = {given: _by_handle(statement) for given, statement in _FILTERED.items()}
_BY_EMAIL = {
    given: statement.where(accounts.c.email == bindparam("email")) for given, statement in _FILTERED.items()
}


class SqlAdminReader:
    """Reads accounts with what only those may see who run the place."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def accounts(
        self, wanted: AccountFilter, page: PageRequest, *, with_email: bool
    ) -> Page[ManagedAccountView]:
        """Read along the index of ids, states, roles or handles, whichever the filter asks for."""
        given, asked = (wanted.state, wanted.role), page_parameters(page)
        search = wanted.search.strip().lower().removeprefix("@")
        if "@" in search:
            return (
                await self._with_email(_BY_EMAIL[given], {**asked, "email": search}) if with_email else Page()
            )
        if search:
            asked |= _range(search, page)
        statement = (_ALPHABETICAL if search else _LATEST)[given][page.after is not None]

        def read(connection: Connection) -> Page[ManagedAccountView]:
            found = [_keyed(row, bool(search), with_email) for row in connection.execute(statement, asked)]
            return alphabetical_page_of(found, page) if search else page_of(found, page)

        return await self._database.read(read)

    async def _with_email(self, statement: Select[Any], asked: dict[str, Any]) -> Page[ManagedAccountView]:
        def read(connection: Connection) -> Page[ManagedAccountView]:
            return Page(tuple(_view_from(row, True) for row in connection.execute(statement, asked)))

        return await self._database.read(read)

    async def account(self, account_id: str, *, with_email: bool) -> ManagedAccountView | None:
        """Read one."""

        def read(connection: Connection) -> ManagedAccountView | None:
            row = connection.execute(_BY_ID, {"account": account_id}).first()
            return _view_from(row, with_email) if row else None

        return await self._database.read(read)


def _keyed(row: Any, by_handle: bool, with_email: bool) -> Keyed[ManagedAccountView]:
    return Keyed(row.handle if by_handle else row.id, _view_from(row, with_email))


def _view_from(row: Any, with_email: bool) -> ManagedAccountView:
    columns = {column.name: getattr(row, column.name) for column in _COLUMNS}
    if not with_email:
        columns["email"] = None
    return ManagedAccountView(**columns, counts=AccountCounts(*row[len(_COLUMNS) :]))
