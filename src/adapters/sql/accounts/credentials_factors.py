"""Second factors, recovery codes and waiting log-ins in SQL, for commands."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.dialect import upsert
from adapters.sql.schema.credentials import challenges, recovery_codes, second_factors
from adapters.sql.schema.metadata import Id, Moment
from platform_core.accounts.model.credentials_factors import Challenge, SecondFactor

_THE_ACCOUNT = bindparam("the_account", type_=Id())
_COLUMNS = ("account_id", "secret", "confirmed_at", "last_step")
_GET = (
    select(*(second_factors.c[name] for name in _COLUMNS))
    .where(second_factors.c.account_id == _THE_ACCOUNT)
    .with_for_update()
)
_REMOVE = delete(second_factors).where(second_factors.c.account_id == _THE_ACCOUNT)
_ADD_CODES = insert(recovery_codes)
_REMOVE_CODES = delete(recovery_codes).where(recovery_codes.c.account_id == _THE_ACCOUNT)
_USE_CODE = _REMOVE_CODES.where(recovery_codes.c.digest == bindparam("the_digest"))
_ADD_CHALLENGE = insert(challenges)
_END_CHALLENGE = delete(challenges).where(challenges.c.digest == bindparam("the_digest"))
_REMOVE_ENDED = delete(challenges).where(challenges.c.expires_at <= bindparam("now", type_=Moment()))


class SqlSecondFactors:
    """Second factors as rows, one for each account."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, account_id: str) -> SecondFactor | None:
        """Read and lock the row."""
        row = (await self._connection.execute(_GET, {"the_account": account_id})).first()
        return SecondFactor(*row) if row else None

    async def put(self, factor: SecondFactor) -> None:
        """Insert or replace."""
        row = {name: getattr(factor, name) for name in _COLUMNS}
        statement = upsert(self._connection, second_factors)
        changed = {name: statement.excluded[name] for name in _COLUMNS[1:]}
        replaced = statement.on_conflict_do_update(index_elements=["account_id"], set_=changed)
        await self._connection.execute(replaced, row)

    async def remove(self, account_id: str) -> None:
        """Delete the row and the codes."""
        await self._connection.execute(_REMOVE_CODES, {"the_account": account_id})
        await self._connection.execute(_REMOVE, {"the_account": account_id})

    async def put_recovery_codes(self, account_id: str, digests: Collection[str]) -> None:
        """Delete the old ones, insert the new."""
        await self._connection.execute(_REMOVE_CODES, {"the_account": account_id})
        rows = [{"account_id": account_id, "digest": digest} for digest in digests]
        await self._connection.execute(_ADD_CODES, rows)

    async def use_recovery_code(self, account_id: str, digest: str) -> bool:
        """Delete the row; whoever did has it."""
        named = {"the_account": account_id, "the_digest": digest}
        return (await self._connection.execute(_USE_CODE, named)).rowcount == 1

    async def add_challenge(self, challenge: Challenge) -> None:
        """Insert the row."""
        known = {"digest": challenge.digest, "account_id": challenge.account_id}
        await self._connection.execute(_ADD_CHALLENGE, {**known, "expires_at": challenge.expires_at})

    async def end_challenge(self, digest: str) -> bool:
        """Delete the row; whoever did has it."""
        return (await self._connection.execute(_END_CHALLENGE, {"the_digest": digest})).rowcount == 1

    async def remove_ended(self, now: datetime) -> None:
        """Delete what has expired."""
        await self._connection.execute(_REMOVE_ENDED, {"now": now})
