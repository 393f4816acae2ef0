"""Reads accounts for moderators and administrators."""

from typing import Any

from sqlalchemy import Connection, Select, String, bindparam, select

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
from platform_core.shared.pagination import Keyed, Page, PageRequest, page_of
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
_PREFIX = bindparam("prefix", type_=String())
_END = "~"
"""Above every letter that a handle may have."""


def _filtered(state: AccountState | None, role: Role | None) -> Select[Any]:
    """Restrict the list by words in the statement's text: the planner then knows which of them are rare.

    SQLite takes a partial index only for a condition that it finds again, word for word.
    """
    statement = _ALL
    if state is not None:
        statement = statement.where(accounts.c.state == constant(state))
    if state not in (None, AccountState.ACTIVE):
        statement = statement.where(accounts.c.state != constant("active"))
    if role is not None:
        statement = statement.where(accounts.c.role == constant(role))
    if role not in (None, Role.MEMBER):
        statement = statement.where(accounts.c.role != constant("member"))
    return statement


def _by_handle(statement: Select[Any]) -> dict[bool, Select[Any]]:
    """Make a list's two statements in alphabetical order, within the handles that begin with the prefix."""
    handle = accounts.c.handle
    begins = statement.where(handle >= _PREFIX, handle < bindparam("end", type_=String()))
    later = begins.where(handle > bindparam("before", type_=String())).order_by(handle)
    earlier = begins.where(handle < bindparam("after", type_=String())).order_by(handle.desc())
    return {False: later.limit(COUNT), True: earlier.limit(COUNT)}


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
            asked |= {"prefix": search, "end": search + _END, "before": page.before or ""}
        statement = (_ALPHABETICAL if search else _LATEST)[given][page.after is not None]

        def read(connection: Connection) -> Page[ManagedAccountView]:
            rows = connection.execute(statement, asked)
            return page_of([_keyed(row, bool(search), with_email) for row in rows], page)

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
