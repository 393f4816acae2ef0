"""Profiles in SQL, for commands."""

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.accounts.profile_columns import links_from
from adapters.sql.dialect import constant
from adapters.sql.schema.accounts import accounts
from adapters.sql.schema.metadata import Id
from platform_core.accounts.model.profile import Profile

_COLUMNS = (
    *("id", "display_name", "bio", "website", "links", "locale", "time_zone", "locked"),
    *("payout_address", "revision"),
)
_THE_ACCOUNT = bindparam("the_account", type_=Id())
_GET = (
    select(*(accounts.c[name] for name in _COLUMNS))
    .where(accounts.c.id == _THE_ACCOUNT, accounts.c.state != constant("deleted"))
    .with_for_update(key_share=True)
)
_PUT = update(accounts).where(accounts.c.id == _THE_ACCOUNT)


class SqlProfiles:
    """Profiles as part of the rows of accounts."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, account_id: str) -> Profile | None:
        """Read and lock the row."""
        row = (await self._connection.execute(_GET, {"the_account": account_id})).mappings().first()
        return Profile(**{**row, "links": links_from(row["links"])}) if row else None

    async def put(self, profile: Profile) -> None:
        """Update the columns of the profile."""
        row = {name: getattr(profile, name) for name in _COLUMNS if name not in ("id", "links")}
        links = [[link.label, link.url] for link in profile.links]
        await self._connection.execute(_PUT, {**row, "links": links, "the_account": profile.id})
