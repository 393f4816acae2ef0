"""What tests of accounts share: the use cases and readers of a back end, and the events it recorded."""

from typing import Any

from attrs import define, field
from sqlalchemy import func, select

from adapters.memory.accounts.admin import MemoryAdminReader
from adapters.memory.accounts.graph_reader import MemoryGraphReader
from adapters.memory.accounts.profile import MemoryAccountReader
from adapters.sql.accounts.admin_reader import SqlAdminReader
from adapters.sql.accounts.graph_reader import SqlGraphReader
from adapters.sql.accounts.profile_reader import SqlAccountReader
from adapters.sql.schema.metadata import metadata
from platform_core.accounts.model.graph import FollowWish, Notify
from platform_core.accounts.ports.admin import AdminReader
from platform_core.accounts.ports.graph import GraphReader
from platform_core.accounts.ports.profile import AccountReader
from platform_core.accounts.use_cases.admin import ChangeStanding, EndSuspension
from platform_core.accounts.use_cases.graph_distance import (
    BlockAccount,
    MuteAccount,
    UnblockAccount,
    UnmuteAccount,
)
from platform_core.accounts.use_cases.graph_follows import (
    ApproveFollowRequest,
    FollowAccount,
    RejectFollowRequest,
    RemoveFollower,
    UnfollowAccount,
)
from platform_core.accounts.use_cases.profile import ChangeProfile
from platform_core.shared.actor import Actor, Role, Scope
from tests.backends import Backend
from tests.factories import actor


@define
class Accounts:
    """The accounts context of one back end; the verbs take ids where the use cases take actors."""

    backend: Backend
    widely_followed: int = 5_000
    reader: AccountReader = field(init=False)
    graph: GraphReader = field(init=False)
    admin: AdminReader = field(init=False)

    def __attrs_post_init__(self) -> None:
        backend = self.backend
        self.reader = backend.adapter(MemoryAccountReader, SqlAccountReader, backend.clock)
        self.graph = backend.adapter(MemoryGraphReader, SqlGraphReader, backend.clock)
        self.admin = backend.adapter(MemoryAdminReader, SqlAdminReader)

    async def follow(
        self, who: str, whom: str, notify: Notify | None = None, show_reposts: bool | None = None
    ) -> None:
        use = FollowAccount(self.backend.uow, self.backend.ids, self.widely_followed)
        await use(actor(who), whom, FollowWish(notify, show_reposts))

    async def unfollow(self, who: str, whom: str) -> None:
        await UnfollowAccount(self.backend.uow)(actor(who), whom)

    async def remove_follower(self, who: str, follower: str) -> None:
        await RemoveFollower(self.backend.uow)(actor(who), follower)

    async def approve(self, who: str, follower: str) -> None:
        use = ApproveFollowRequest(self.backend.uow, self.backend.ids, self.widely_followed)
        await use(actor(who), follower)

    async def reject(self, who: str, follower: str) -> None:
        await RejectFollowRequest(self.backend.uow)(actor(who), follower)

    async def block(self, who: str, whom: str) -> None:
        await BlockAccount(self.backend.uow, self.backend.ids)(actor(who), whom)

    async def unblock(self, who: str, whom: str) -> None:
        await UnblockAccount(self.backend.uow)(actor(who), whom)

    async def mute(self, who: str, whom: str, until: Any = None) -> None:
        await MuteAccount(self.backend.uow, self.backend.clock, self.backend.ids)(actor(who), whom, until)

    async def unmute(self, who: str, whom: str) -> None:
        await UnmuteAccount(self.backend.uow)(actor(who), whom)

    @property
    def change_profile(self) -> ChangeProfile:
        return ChangeProfile(self.backend.uow)

    @property
    def change_standing(self) -> ChangeStanding:
        return ChangeStanding(self.backend.uow, self.backend.clock)

    @property
    def end_suspension(self) -> EndSuspension:
        return EndSuspension(self.backend.uow, self.backend.clock)

    async def counts(self, account_id: str) -> tuple[int, int]:
        """Return the stored numbers of followers and followed."""
        row = await self.backend.account_row(account_id)
        return row.followers_count, row.following_count


def ranked(account_id: str, role: Role) -> Actor:
    """Return a moderator or administrator."""
    return Actor(account_id, role, frozenset(Scope))


async def events(backend: Backend) -> list[tuple[str, dict[str, Any]]]:
    """Return name and payload of everything that the outbox holds, in order."""
    if backend.store is not None:
        rows = backend.store.table("outbox").values()
        return [(row.name, row.payload) for row in sorted(rows, key=lambda row: row.position)]
    outbox = metadata.tables["outbox"]
    statement = select(outbox.c.name, outbox.c.payload).order_by(outbox.c.position)
    assert backend.database is not None
    found = await backend.database.read(lambda connection: connection.execute(statement).all())
    return [(row.name, row.payload) for row in found]


async def stored(backend: Backend, table: str) -> int:
    """Return the number of rows in a table."""
    if backend.store is not None:
        return len(backend.store.table(table))
    statement = select(func.count()).select_from(metadata.tables[table])
    assert backend.database is not None
    return int(await backend.database.read(lambda connection: connection.execute(statement).scalar_one()))
