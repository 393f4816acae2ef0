"""Which domain error each named constraint stands for, in one table."""

from adapters.sql.constraints import ErrorsByConstraint

ERRORS: ErrorsByConstraint = {}
