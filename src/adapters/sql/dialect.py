"""The few things that the two databases say differently."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, String, Table, literal_column, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_MADE: dict[tuple[str, str], Any] = {}


def upsert(connection: AsyncConnection | Connection, table: Table) -> Any:
    """Return an INSERT that knows ON CONFLICT, in the connection's dialect."""
    made = (connection.dialect.name, table.name)
    if made not in _MADE:
        _MADE[made] = _INSERTS[made[0]](table)
    return _MADE[made]


def constant(value: str) -> ColumnElement[str]:
    """Return a word of ours as part of the statement's text.

    As a bind parameter it would hide from the planner that a partial index fits.
    """
    return literal_column(f"'{value}'", String())


def one_of(column: ColumnElement[Any], *values: str) -> ColumnElement[bool]:
    """Whether ``column`` is one of a few constant words, without the cost of an expanding IN."""
    return or_(*(column == constant(value) for value in values))
