"""Reads single accounts as finished views, each with one statement that was built at import."""

from collections.abc import Collection
from typing import Any

from attrs import asdict
from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from adapters.sql.accounts.profile_columns import (
    COUNTS,
    account_views,
    blocking,
    mutual_followers,
    seen,
    view_from,
)
from adapters.sql.dialect import constant
from adapters.sql.engines import Database
from adapters.sql.schema.accounts import accounts
from adapters.sql.schema.credentials import email_changes
from adapters.sql.schema.metadata import Id, Moment
from adapters.sql.visibility import NOBODY
from platform_core.accounts.model.profile import AccountCounts, AccountView, MeView
from platform_core.shared.clock import Clock
from platform_core.shared.errors import NotFound

_ACCOUNT = bindparam("account", type_=Id())
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_SEEN = account_views().where(seen())
_ONE = _SEEN.add_columns(mutual_followers().label("mutual"))
_BY_ID = _ONE.where(accounts.c.id == _ACCOUNT)
_BY_HANDLE = _ONE.where(accounts.c.handle == bindparam("handle"))
_BY_IDS = _SEEN.where(accounts.c.id.in_(_IDS))
_STATS = select(*COUNTS).where(accounts.c.id == _ACCOUNT, seen(), ~blocking())
_PENDING_EMAIL = (
    select(email_changes.c.email)
    .where(
        email_changes.c.account_id == accounts.c.id,
        email_changes.c.expires_at > bindparam("now", type_=Moment()),
    )
    .scalar_subquery()
)
_ME = (
    account_views()
    .add_columns(
        accounts.c.email,
        accounts.c.email_verified_at.is_not(None).label("email_verified"),
        _PENDING_EMAIL.label("pending_email"),
        accounts.c.state,
        accounts.c.locale,
        accounts.c.time_zone,
        accounts.c.payout_address,
        accounts.c.birth_date,
    )
    .where(accounts.c.id == _ACCOUNT, accounts.c.state != constant("deleted"))
)
_PRIVATE = (
    *("email", "email_verified", "pending_email", "state", "locale", "time_zone", "payout_address"),
    "birth_date",
)


class SqlAccountReader:
    """Reads accounts."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def _asked(self, viewer_id: str | None, **values: object) -> dict[str, Any]:
        return {"viewer": viewer_id or NOBODY, "now": self._clock.now(), **values}

    async def me(self, account_id: str) -> MeView:
        """Read the account with its private columns."""
        asked = self._asked(account_id, account=account_id)

        def read(connection: Connection) -> MeView | None:
            row = connection.execute(_ME, asked).first()
            return _me_from(row) if row else None

        if (found := await self._database.read(read)) is None:
            raise NotFound
        return found

    async def by_id(self, viewer_id: str | None, account_id: str) -> AccountView | None:
        """Read one."""
        return await self._one(_BY_ID, self._asked(viewer_id, account=account_id))

    async def by_handle(self, viewer_id: str | None, handle: str) -> AccountView | None:
        """Read one by its handle, which is stored in lower case."""
        return await self._one(_BY_HANDLE, self._asked(viewer_id, handle=handle.lower()))

    async def _one(self, statement: Select[Any], asked: dict[str, Any]) -> AccountView | None:
        def read(connection: Connection) -> AccountView | None:
            row = connection.execute(statement, asked).first()
            if row is None:
                return None
            # Nobody has anything in common with nobody, and everything with oneself.
            mutual = None if asked["viewer"] in (NOBODY, row.id) else row.mutual
            return view_from(row, mutual)

        return await self._database.read(read)

    async def by_ids(self, viewer_id: str | None, account_ids: Collection[str]) -> tuple[AccountView, ...]:
        """Read all in one statement, then put them in order."""
        asked = self._asked(viewer_id, ids=list(account_ids))

        def read(connection: Connection) -> tuple[AccountView, ...]:
            found = {row.id: view_from(row) for row in connection.execute(_BY_IDS, asked)}
            return tuple(found[id_] for id_ in dict.fromkeys(account_ids) if id_ in found)

        return await self._database.read(read)

    async def stats(self, viewer_id: str | None, account_id: str) -> AccountCounts | None:
        """Read the counters."""
        asked = self._asked(viewer_id, account=account_id)

        def read(connection: Connection) -> AccountCounts | None:
            row = connection.execute(_STATS, asked).first()
            return AccountCounts(*row) if row else None

        return await self._database.read(read)


def _me_from(row: Any) -> MeView:
    public = asdict(view_from(row), recurse=False)
    return MeView(**public, **{name: getattr(row, name) for name in _PRIVATE})
