"""One transaction in memory with the repositories of every context."""

from collections.abc import Iterable
from functools import cached_property
from types import TracebackType
from typing import Self

from adapters.memory.accounts.admin import MemoryAccountStates
from adapters.memory.accounts.credentials import MemoryCredentials, MemoryInvitations
from adapters.memory.accounts.credentials_factors import MemorySecondFactors
from adapters.memory.accounts.credentials_links import MemoryEmailLinks
from adapters.memory.accounts.credentials_sessions import MemorySessions
from adapters.memory.accounts.graph import MemoryBlocks, MemoryFollowRequests, MemoryFollows, MemoryMutes
from adapters.memory.accounts.profile import MemoryProfiles
from adapters.memory.accounts.standing import MemoryAuthors, MemoryFollowers, MemoryRelationships
from adapters.memory.client_events import MemoryClientEvents
from adapters.memory.idempotency import mark_claim
from adapters.memory.notifications import MemoryNotifications, MemoryRecipients
from adapters.memory.outbox import MemoryDeliveries, MemoryOutbox, MemoryTimers
from adapters.memory.posts.repositories import MemoryPosts, MemoryReactions, MemorySaves, MemoryViews
from adapters.memory.posts.timelines import MemoryTimelines
from adapters.memory.store import MemoryStore, Staged
from platform_core.shared.clock import Clock
from platform_core.shared.ids import Ids
from platform_core.shared.signals import Signals, Topic


class MemoryUnitOfWork:
    """Satisfies the unit of work of every context; holds the store's one lock until it is left."""

    def __init__(
        self,
        store: MemoryStore,
        clock: Clock,
        ids: Ids,
        signals: Signals,
        *,
        needs_verified_email: bool = False,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._signals = signals
        self._needs_verified_email = needs_verified_email
        self._wakes: dict[Topic, set[str]] = {}

    async def __aenter__(self) -> Self:
        await self._store.lock.acquire()
        self.staged = Staged(self._store)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._store.lock.locked() and self.staged is not None:
            self._leave()

    def _leave(self) -> None:
        self.staged = None  # type: ignore[assignment]
        self._store.lock.release()

    async def commit(self, outcome: str = "") -> None:
        """Mark the request's idempotency key, put the changes in place, then wake the listeners."""
        mark_claim(self.staged, outcome)
        if self.outbox.recorded:
            self.wake(Topic.OUTBOX)
        self.staged.commit()
        self._leave()
        for topic, ids in self._wakes.items():
            await self._signals.publish(topic, ids)

    def wake(self, topic: Topic, ids: Iterable[str] = ()) -> None:
        """Remember whom to wake after the commit."""
        self._wakes.setdefault(topic, set()).update(ids)

    @cached_property
    def outbox(self) -> MemoryOutbox:
        """Events of this transaction."""
        return MemoryOutbox(self.staged, self._clock, self._ids)

    @cached_property
    def timers(self) -> MemoryTimers:
        """Events that are due later."""
        return MemoryTimers(self.staged, self.wake)

    @cached_property
    def deliveries(self) -> MemoryDeliveries:
        """What has been handled."""
        return MemoryDeliveries(self.staged)

    @cached_property
    def client_events(self) -> MemoryClientEvents:
        """The durable events of accounts."""
        return MemoryClientEvents(self.staged, self._clock, self.wake)

    @cached_property
    def posts(self) -> MemoryPosts:
        """Posts and their versions."""
        return MemoryPosts(self.staged)

    @cached_property
    def reactions(self) -> MemoryReactions:
        """Reactions and dislikes."""
        return MemoryReactions(self.staged)

    @cached_property
    def saves(self) -> MemorySaves:
        """Saved posts."""
        return MemorySaves(self.staged)

    @cached_property
    def views(self) -> MemoryViews:
        """Counted views."""
        return MemoryViews(self.staged)

    @cached_property
    def timelines(self) -> MemoryTimelines:
        """Home timelines."""
        return MemoryTimelines(self.staged)

    @cached_property
    def notifications(self) -> MemoryNotifications:
        """Notifications and who is in them."""
        return MemoryNotifications(self.staged)

    @cached_property
    def recipients(self) -> MemoryRecipients:
        """Who is to be told of what."""
        return MemoryRecipients(self.staged)

    @cached_property
    def relationships(self) -> MemoryRelationships:
        """How accounts stand to each other."""
        return MemoryRelationships(self.staged)

    @cached_property
    def followers(self) -> MemoryFollowers:
        """Who follows an author."""
        return MemoryFollowers(self.staged)

    @cached_property
    def authors(self) -> MemoryAuthors:
        """The accounts that publish."""
        return MemoryAuthors(self.staged, self._needs_verified_email)

    @cached_property
    def profiles(self) -> MemoryProfiles:
        """What accounts say about themselves."""
        return MemoryProfiles(self.staged)

    @cached_property
    def follows(self) -> MemoryFollows:
        """Who follows whom."""
        return MemoryFollows(self.staged)

    @cached_property
    def follow_requests(self) -> MemoryFollowRequests:
        """Who asks to follow whom."""
        return MemoryFollowRequests(self.staged)

    @cached_property
    def blocks(self) -> MemoryBlocks:
        """Who blocks whom."""
        return MemoryBlocks(self.staged)

    @cached_property
    def mutes(self) -> MemoryMutes:
        """Who has muted whom."""
        return MemoryMutes(self.staged)

    @cached_property
    def account_states(self) -> MemoryAccountStates:
        """Roles and states of accounts."""
        return MemoryAccountStates(self.staged)

    @cached_property
    def credentials(self) -> MemoryCredentials:
        """The accounts' credentials."""
        return MemoryCredentials(self.staged)

    @cached_property
    def sessions(self) -> MemorySessions:
        """Sessions and access tokens."""
        return MemorySessions(self.staged)

    @cached_property
    def second_factors(self) -> MemorySecondFactors:
        """Second factors."""
        return MemorySecondFactors(self.staged)

    @cached_property
    def email_links(self) -> MemoryEmailLinks:
        """Links sent by mail."""
        return MemoryEmailLinks(self.staged)

    @cached_property
    def invitations(self) -> MemoryInvitations:
        """Invitations."""
        return MemoryInvitations(self.staged)
