"""The one catalogue of tables, its naming convention and its column types."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine, UserDefinedType

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


_RECKON = "ALTER TABLE %(table)s ALTER COLUMN %(column)s SET (n_distinct = 200)"


def uneven(*columns: Column[Any]) -> None:
    """Tell PostgreSQL to reckon with owners of very many rows, as it does before it has any statistics.

    Where it finds that the average account has saved a single post, it may look for that of an account and a
    post among all that the account has saved: just as good on the average, and ruinous for those who save.
    """
    for column in columns:
        names = {"column": column.name}
        event.listen(
            column.table, "after_create", DDL(_RECKON, context=names).execute_if(dialect="postgresql")
        )


class Id(TypeDecorator[str]):
    """A UUID that Python sees as text: ``uuid`` on PostgreSQL, 36 characters on SQLite.

    The connection's codec already speaks text (see ``engines``), so nothing is converted here.
    """

    impl = String(36)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the native type where there is one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(_TextUuid())
        return dialect.type_descriptor(String(36))


class _TextUuid(UserDefinedType[str]):
    """PostgreSQL's uuid without SQLAlchemy's conversions, which cost a microsecond a value."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_options: Any) -> str:
        """Return the column's type."""
        return "UUID"


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment: ``timestamptz`` on PostgreSQL, whole microseconds since 1970 on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the native type where there is one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive moments; they would mean something else on each machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must be aware")
        return value if dialect.name == "postgresql" else (value - _EPOCH) // _MICROSECOND

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Leave PostgreSQL's moments, which are aware already, as they are."""
        return None if dialect.name == "postgresql" else super().result_processor(dialect, coltype)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return an aware moment in UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


JsonObject = JSON().with_variant(JSONB(), "postgresql")
"""A JSON value: ``jsonb`` on PostgreSQL, text on SQLite."""

Position = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number that the database counts up by itself (SQLite does so for INTEGER keys only)."""
