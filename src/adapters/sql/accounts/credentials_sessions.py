"""Sessions and access tokens in SQL, for commands."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.dialect import constant
from adapters.sql.schema.credentials import sessions
from adapters.sql.schema.metadata import Id, Moment
from platform_core.accounts.model.credentials_sessions import Session, SessionLifetimes

_THE_ACCOUNT = bindparam("the_account", type_=Id())
_THE_SESSION = bindparam("the_session", type_=Id())
_NOBODYS = "00000000-0000-0000-0000-000000000000"
_IS_ACCESS_TOKEN = sessions.c.kind == constant("access_token")
_COLUMNS = (
    *("id", "account_id", "kind", "digest", "label", "address"),
    *("created_at", "last_used_at", "expires_at"),
)


def _moment(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=Moment())


def ended() -> ColumnElement[bool]:
    """Whether a session or token has ended; the moments are bound by ``ends``."""
    is_app = sessions.c.kind == constant("app")
    is_browser = sessions.c.kind == constant("browser")
    used = func.coalesce(sessions.c.last_used_at, sessions.c.created_at)
    return or_(
        and_(is_app, used <= _moment("app_idle")),
        and_(is_browser, or_(used <= _moment("browser_idle"), sessions.c.created_at <= _moment("browser"))),
        and_(_IS_ACCESS_TOKEN, func.coalesce(sessions.c.expires_at <= _moment("now"), False)),
    )


def ends(now: datetime, lifetimes: SessionLifetimes) -> dict[str, Any]:
    """Return the moments before which sessions have ended."""
    return {
        "now": now,
        "app_idle": now - lifetimes.app_idle,
        "browser_idle": now - lifetimes.browser_idle,
        "browser": now - lifetimes.browser,
    }


_ADD = insert(sessions)
_NOTE_USE = (
    update(sessions)
    .where(
        sessions.c.id == _THE_SESSION,
        or_(sessions.c.last_used_at.is_(None), sessions.c.last_used_at <= _moment("not_since")),
    )
    .values(last_used_at=_moment("at"))
)
_ALL = delete(sessions).where(sessions.c.account_id == _THE_ACCOUNT)
_REMOVE = _ALL.where(sessions.c.id == _THE_SESSION)
_REMOVE_ALL = _ALL.where(sessions.c.id != _THE_SESSION)
_REMOVE_SESSIONS = _REMOVE_ALL.where(~_IS_ACCESS_TOKEN)
_REMOVE_ENDED = delete(sessions).where(ended())
_COUNT = (
    select(func.count()).select_from(sessions).where(sessions.c.account_id == _THE_ACCOUNT, _IS_ACCESS_TOKEN)
)


class SqlSessions:
    """Sessions and access tokens as rows of one table."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, session: Session) -> None:
        """Insert the row."""
        row = {name: getattr(session, name) for name in _COLUMNS}
        scopes = None if session.scopes is None else sorted(session.scopes)
        await self._connection.execute(_ADD, {**row, "scopes": scopes})

    async def note_use(self, session_id: str, at: datetime, not_since: datetime) -> None:
        """Move the moment on where it is old enough."""
        noted = {"the_session": session_id, "at": at, "not_since": not_since}
        await self._connection.execute(_NOTE_USE, noted)

    async def remove(self, account_id: str, session_id: str) -> bool:
        """Delete the row, if it is the account's."""
        named = {"the_account": account_id, "the_session": session_id}
        return (await self._connection.execute(_REMOVE, named)).rowcount == 1

    async def remove_all(self, account_id: str, *, keep: str | None = None) -> None:
        """Delete the account's rows."""
        named = {"the_account": account_id, "the_session": keep or _NOBODYS}
        await self._connection.execute(_REMOVE_ALL, named)

    async def remove_sessions(self, account_id: str, *, keep: str | None = None) -> None:
        """Delete the account's rows that are no access tokens."""
        named = {"the_account": account_id, "the_session": keep or _NOBODYS}
        await self._connection.execute(_REMOVE_SESSIONS, named)

    async def count_access_tokens(self, account_id: str) -> int:
        """Count along the account's index."""
        return int((await self._connection.execute(_COUNT, {"the_account": account_id})).scalar_one())

    async def remove_ended(self, now: datetime, lifetimes: SessionLifetimes) -> None:
        """Delete all rows that have ended."""
        await self._connection.execute(_REMOVE_ENDED, ends(now, lifetimes))
