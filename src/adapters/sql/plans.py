"""Says how a list is to be walked, so that its plan does not depend on the planner's mood.

Every list here is an index walked in the order of its key, with look-ups by key for what hangs on each row.
PostgreSQL is told so by the settings of the reading connections (``READING``): joins in the order written, by
nested loops, one generic plan per statement. SQLite keeps the order of a CROSS JOIN.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Join,
    Select,
    bindparam,
    case,
    false,
    literal_column,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import replacement_traverse

READING = {
    "join_collapse_limit": "1",
    "from_collapse_limit": "1",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_material": "off",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_sort": "off",
    "plan_cache_mode": "force_generic_plan",
}
"""PostgreSQL settings of connections that read lists. Without them a timeline of a thousand rows was hashed
against all posts of all followed authors, and a statement was planned anew, for 2 ms, at each call."""

# A limit is a number in the text, not a parameter: a generic plan assumes that a parameter is a tenth of all
# rows, and then sorts a table rather than walk its index for twenty-one.
COUNT: BindParameter[int] = bindparam("count", type_=Integer(), literal_execute=True)
"""How many rows a list reads at most."""
_SIZES = (21, 51, 101, 201)


def count_for(limit: int) -> int:
    """Return how many rows to read for a page: at least one more than asked tells whether there is more.

    One of a few numbers, since each makes a statement of its own, which databases prepare and keep.
    """
    return next((size for size in _SIZES if size > limit), limit + 1)


def rows(connection: Connection, statement: Select[Any], asked: dict[str, Any]) -> Sequence[Any]:
    """Read a list: all rows of a statement with ``COUNT``, which ``asked`` has as ``count``."""
    return connection.execute(_sized(statement, asked["count"]), asked).all()


@cache
def _sized(statement: Select[Any], count: int) -> Select[Any]:
    """Write the number into the statement, once: done at each execution it costs a tenth of a feed."""
    number: ColumnElement[int] = literal_column(str(count), Integer())

    def replace(element: Any, **_options: Any) -> Any:
        return number if element is COUNT else None

    return cast(Select[Any], replacement_traverse(statement, {}, replace))


_ONE: ColumnElement[int] = literal_column("1", Integer())


def found(rows: Select[Any]) -> ColumnElement[bool]:
    """Whether there is such a row: looked up by key, once for each row that asks.

    EXISTS beside an OR would let PostgreSQL hash everything that a viewer follows, to ask it twenty times.
    """
    return rows.with_only_columns(_ONE).limit(_ONE).scalar_subquery().is_not(None)


def checked(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same condition, as one that rows are checked by and not one that they are found by."""
    return case((condition, true()), else_=false())


def along(rows: Select[Any], table: FromClause, index: str) -> Select[Any]:
    """Have SQLite read ``table`` along this index, and fail if it cannot.

    It prefers a partial index to a whole one only by accident.
    """
    return rows.with_hint(table, f"INDEXED BY {index}", "sqlite")


class Walk(Join):
    """A join whose right side is looked up for each row of the left side, never the other way round."""

    inherit_cache = True


@compiles(Walk, "sqlite")
def _cross(join: Walk, compiler: SQLCompiler, **options: Any) -> str:
    options.pop("asfrom", None)
    # The check for forgotten conditions does not understand a correlated list; here each step has one.
    options.pop("from_linter", None)
    left, right = (compiler.process(side, asfrom=True, **options) for side in (join.left, join.right))
    condition = compiler.process(cast(ColumnElement[bool], join.onclause), **options)
    return f"{left} CROSS JOIN {right} ON {condition}"


def walk(start: FromClause, *steps: tuple[FromClause, Any]) -> FromClause:
    """Join ``steps`` of (table, condition) one after the other, in this order on both databases."""
    for table, condition in steps:
        start = Walk(start, table, condition)
    return start
