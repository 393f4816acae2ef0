"""Turns a violated constraint into the domain error that belongs to its name.

PostgreSQL names the constraint (``orig.__cause__.constraint_name``); SQLite names only ``table.column``, from
which the name is made by the same convention that the tables follow.
"""

import re
from collections.abc import Mapping

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from platform_core.shared.errors import Conflict, Contention, DomainError, NotFound, Unavailable

_SQLITE_COLUMNS = re.compile(r"UNIQUE constraint failed: (?P<columns>[\w., ]+)")
_CONTENTION = {"40001", "40P01"}
"""PostgreSQL, Appendix A: serialization_failure, deadlock_detected."""
_FOREIGN_KEY = "23503"
"""PostgreSQL, Appendix A: foreign_key_violation."""

ErrorsByConstraint = Mapping[str, type[DomainError]]


def translate(error: DBAPIError, errors: ErrorsByConstraint) -> DomainError | None:
    """Return the domain error for what the database refused, None if it is a fault of ours."""
    if sqlstate(error) in _CONTENTION:
        return Contention()
    if isinstance(error, IntegrityError):
        return _refusal(error, errors)
    if error.connection_invalidated or _is_busy(error):
        return Unavailable()
    return None


def constraint_name(error: DBAPIError) -> str:
    """Return the name of the violated constraint, empty if the database does not tell."""
    cause = getattr(error.orig, "__cause__", None)
    name = getattr(cause, "constraint_name", None)
    if name:
        return str(name)
    found = _SQLITE_COLUMNS.search(str(error.orig))
    return _conventional_name(found["columns"]) if found else ""


def sqlstate(error: DBAPIError) -> str:
    """Return PostgreSQL's error code, empty on SQLite."""
    return str(getattr(error.orig, "sqlstate", None) or "")


def _conventional_name(columns: str) -> str:
    parts = [column.strip().split(".") for column in columns.split(",")]
    return f"uq_{parts[0][0]}_" + "_".join(column for _, column in parts)


def _refusal(error: IntegrityError, errors: ErrorsByConstraint) -> DomainError | None:
    known = errors.get(constraint_name(error))
    if known:
        return known()
    if sqlstate(error) == _FOREIGN_KEY or "FOREIGN KEY constraint failed" in str(error.orig):
        # What the row refers to went away after it was looked up.
        return NotFound()
    return Conflict() if "UNIQUE" in str(error.orig) or sqlstate(error) == "23505" else None


def _is_busy(error: DBAPIError) -> bool:
    return isinstance(error, OperationalError) and "locked" in str(error.orig)
