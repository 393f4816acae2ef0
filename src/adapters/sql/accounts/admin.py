"""The standing of accounts in SQL, for commands."""

from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.dialect import constant
from adapters.sql.schema.accounts import accounts
from adapters.sql.schema.metadata import Id
from platform_core.accounts.model.admin import AccountStanding
from platform_core.shared.actor import Role
from platform_core.shared.visibility import AccountState

_THE_ACCOUNT = bindparam("the_account", type_=Id())
# What is read with the locks is fresh: a row that changed while it was waited for is looked at again.
_GET = (
    select(
        accounts.c.id,
        accounts.c.role,
        accounts.c.state,
        accounts.c.suspended_until,
        accounts.c.revision,
    )
    .where(
        or_(accounts.c.id == _THE_ACCOUNT, accounts.c.role == constant("administrator")),
        accounts.c.state != constant("deleted"),
    )
    .order_by(accounts.c.id)
    .with_for_update(key_share=True)
)
_PUT = update(accounts).where(accounts.c.id == _THE_ACCOUNT)
_COLUMNS = ("role", "state", "suspended_until", "revision")


class SqlAccountStates:
    """Roles and states as columns of the accounts."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, account_id: str) -> AccountStanding | None:
        """Read and lock the row, and those of all administrators."""
        rows = (await self._connection.execute(_GET, {"the_account": account_id})).all()
        found = next((row for row in rows if row.id == account_id), None)
        if found is None:
            return None
        others = sum(_leads(row) for row in rows if row.id != account_id)
        return AccountStanding(
            id=found.id,
            role=Role(found.role),
            state=AccountState(found.state),
            suspended_until=found.suspended_until,
            revision=found.revision,
            other_administrators=others,
        )

    async def put(self, standing: AccountStanding) -> None:
        """Update the columns of the standing."""
        row = {name: getattr(standing, name) for name in _COLUMNS}
        await self._connection.execute(_PUT, {**row, "the_account": standing.id})


def _leads(row: Any) -> bool:
    return bool(row.role == Role.ADMINISTRATOR and row.state == AccountState.ACTIVE)
