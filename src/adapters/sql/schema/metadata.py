"""The one catalogue of tables, its naming convention and its column types."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, String, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

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


class _TextUuid(Uuid[str]):
    """PostgreSQL's uuid without SQLAlchemy's conversions, which cost a microsecond a value."""

    def __init__(self) -> None:
        super().__init__(as_uuid=False)

    def bind_processor(self, dialect: Dialect) -> None:
        """Send text as it is."""

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Return text as it is."""


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

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return an aware moment in UTC."""
        if value is None or dialect.name == "postgresql":
            return value
        return _EPOCH + timedelta(microseconds=value)


JsonObject = JSON().with_variant(JSONB(), "postgresql")
"""A JSON value: ``jsonb`` on PostgreSQL, text on SQLite."""

Position = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number that the database counts up by itself (SQLite does so for INTEGER keys only)."""
