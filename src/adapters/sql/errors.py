"""Which domain error each named constraint stands for, in one table."""

from adapters.sql.constraints import ErrorsByConstraint
from platform_core.accounts.model.credentials import EmailTaken, HandleTaken

ERRORS: ErrorsByConstraint = {
    "uq_accounts_email": EmailTaken,
    "uq_accounts_handle": HandleTaken,
}
