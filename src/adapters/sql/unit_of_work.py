"""One SQL transaction with the repositories of every context."""

from collections.abc import Callable, Iterable
from functools import cached_property
from types import TracebackType
from typing import Self

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncTransaction

from adapters.sql.accounts.admin import SqlAccountStates
from adapters.sql.accounts.credentials import SqlCredentials, SqlInvitations
from adapters.sql.accounts.credentials_factors import SqlSecondFactors
from adapters.sql.accounts.credentials_links import SqlEmailLinks
from adapters.sql.accounts.credentials_sessions import SqlSessions
from adapters.sql.accounts.graph_distance import SqlBlocks, SqlMutes
from adapters.sql.accounts.graph_follows import SqlFollowRequests, SqlFollows
from adapters.sql.accounts.profile import SqlProfiles
from adapters.sql.accounts.standing import SqlAuthors, SqlFollowers, SqlRelationships
from adapters.sql.client_events import SqlClientEvents
from adapters.sql.constraints import translate
from adapters.sql.engines import Database
from adapters.sql.errors import ERRORS
from adapters.sql.idempotency import mark_claim
from adapters.sql.notifications.repositories import SqlNotifications, SqlRecipients
from adapters.sql.outbox import SqlDeliveries, SqlOutbox, SqlTimers
from adapters.sql.posts.repositories import SqlPosts, SqlReactions, SqlSaves, SqlViews
from adapters.sql.posts.timelines import SqlTimelines
from platform_core.shared.clock import Clock
from platform_core.shared.ids import Ids
from platform_core.shared.signals import Signals, Topic


class SqlUnitOfWork:
    """Satisfies the unit of work of every context; see ``shared/unit_of_work.py`` for what it promises."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        signals: Signals,
        *,
        needs_verified_email: bool = False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._signals = signals
        self._needs_verified_email = needs_verified_email
        self._wakes: dict[Topic, set[str]] = {}

    async def __aenter__(self) -> Self:
        self.connection: AsyncConnection = await self._database.writing.connect()
        self._transaction: AsyncTransaction = await self.connection.begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._transaction.is_active:
                await self._transaction.rollback()
        finally:
            await self.connection.close()
        if isinstance(error, DBAPIError):
            refusal = translate(error, ERRORS)
            if refusal is not None:
                raise refusal from error

    async def commit(self, outcome: str = "") -> None:
        """Mark the request's idempotency key, commit, then wake the listeners."""
        await mark_claim(self.connection, outcome)
        if self.outbox.recorded:
            self.wake(Topic.OUTBOX)
            await self.outbox.notify(self._database.is_postgres)
        await self._transaction.commit()
        for topic, ids in self._wakes.items():
            await self._signals.publish(topic, ids)

    def wake(self, topic: Topic, ids: Iterable[str] = ()) -> None:
        """Remember whom to wake after the commit."""
        self._wakes.setdefault(topic, set()).update(ids)

    @cached_property
    def outbox(self) -> SqlOutbox:
        """Events of this transaction."""
        return SqlOutbox(self.connection, self._clock, self._ids)

    @cached_property
    def timers(self) -> SqlTimers:
        """Events that are due later."""
        return SqlTimers(self.connection, self.wake)

    @cached_property
    def deliveries(self) -> SqlDeliveries:
        """What has been handled."""
        return SqlDeliveries(self.connection, self._clock)

    @cached_property
    def client_events(self) -> SqlClientEvents:
        """The durable events of accounts."""
        return SqlClientEvents(self.connection, self._clock, self.wake)

    @cached_property
    def posts(self) -> SqlPosts:
        """Posts and their versions."""
        return SqlPosts(self.connection)

    @cached_property
    def reactions(self) -> SqlReactions:
        """Reactions and dislikes."""
        return SqlReactions(self.connection)

    @cached_property
    def saves(self) -> SqlSaves:
        """Saved posts."""
        return SqlSaves(self.connection)

    @cached_property
    def views(self) -> SqlViews:
        """Counted views."""
        return SqlViews(self.connection)

    @cached_property
    def timelines(self) -> SqlTimelines:
        """Home timelines."""
        return SqlTimelines(self.connection)

    @cached_property
    def notifications(self) -> SqlNotifications:
        """Notifications and who is in them."""
        return SqlNotifications(self.connection)

    @cached_property
    def recipients(self) -> SqlRecipients:
        """Who is to be told of what."""
        return SqlRecipients(self.connection)

    @cached_property
    def relationships(self) -> SqlRelationships:
        """How accounts stand to each other."""
        return SqlRelationships(self.connection)

    @cached_property
    def followers(self) -> SqlFollowers:
        """Who follows an author."""
        return SqlFollowers(self.connection)

    @cached_property
    def authors(self) -> SqlAuthors:
        """The accounts that publish."""
        return SqlAuthors(self.connection, self._needs_verified_email)

    @cached_property
    def profiles(self) -> SqlProfiles:
        """What accounts say about themselves."""
        return SqlProfiles(self.connection)

    @cached_property
    def follows(self) -> SqlFollows:
        """Who follows whom."""
        return SqlFollows(self.connection)

    @cached_property
    def follow_requests(self) -> SqlFollowRequests:
        """Who asks to follow whom."""
        return SqlFollowRequests(self.connection)

    @cached_property
    def blocks(self) -> SqlBlocks:
        """Who blocks whom."""
        return SqlBlocks(self.connection)

    @cached_property
    def mutes(self) -> SqlMutes:
        """Who has muted whom."""
        return SqlMutes(self.connection)

    @cached_property
    def account_states(self) -> SqlAccountStates:
        """Roles and states of accounts."""
        return SqlAccountStates(self.connection)

    @cached_property
    def credentials(self) -> SqlCredentials:
        """The accounts' credentials."""
        return SqlCredentials(self.connection)

    @cached_property
    def sessions(self) -> SqlSessions:
        """Sessions and access tokens."""
        return SqlSessions(self.connection)

    @cached_property
    def second_factors(self) -> SqlSecondFactors:
        """Second factors."""
        return SqlSecondFactors(self.connection)

    @cached_property
    def email_links(self) -> SqlEmailLinks:
        """Links sent by mail."""
        return SqlEmailLinks(self.connection)

    @cached_property
    def invitations(self) -> SqlInvitations:
        """Invitations."""
        return SqlInvitations(self.connection)


UnitsOfWork = Callable[[], SqlUnitOfWork]
"""Opens a unit of work."""
