"""A journey through the core alone, run by `test_journey.py` in an interpreter of its own.

The modules in `ABSENT` cannot be imported: what is walked here is what an embedder gets who has neither a
web framework nor a database.
"""

import asyncio
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

ABSENT = frozenset(
    {"aiohttp", "sqlalchemy", "socketio", "engineio", "msgspec", "dependency_injector", "redis", "click"}
)


class Absence(MetaPathFinder):
    """Lets nobody import what is absent."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Refuse the absent modules, leave the others to whoever is asked next."""
        if fullname.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"{fullname} is absent here")
        return None


sys.meta_path.insert(0, Absence())

from adapters.memory.accounts.credentials_reader import MemoryCredentialsReader  # noqa: E402
from adapters.memory.client_events import MemoryClientEventLog  # noqa: E402
from adapters.memory.event_queue import MemoryEventQueue  # noqa: E402
from adapters.memory.notifications import MemoryNotificationReader  # noqa: E402
from adapters.memory.posts.reader import MemoryPostReader  # noqa: E402
from adapters.memory.signals import InProcessRooms, InProcessSignals  # noqa: E402
from adapters.memory.store import MemoryStore  # noqa: E402
from adapters.memory.unit_of_work import MemoryUnitOfWork  # noqa: E402
from adapters.system.clock import SystemClock  # noqa: E402
from adapters.system.ids import SystemSecrets, UuidV7Ids  # noqa: E402
from entrypoints.subscriptions import (  # noqa: E402
    FeedWork,
    NotificationWork,
    feed_subscriptions,
    notification_subscriptions,
)
from platform_core.accounts.model.credentials_registering import Registration, RegistrationPolicy  # noqa: E402
from platform_core.accounts.model.credentials_sessions import Client  # noqa: E402
from platform_core.accounts.model.graph import FollowWish  # noqa: E402
from platform_core.accounts.use_cases.credentials_checks import Failures, Mint, Passwords  # noqa: E402
from platform_core.accounts.use_cases.credentials_registering import RegisterAccount  # noqa: E402
from platform_core.accounts.use_cases.credentials_signing_in import AuthenticateToken, LogIn  # noqa: E402
from platform_core.accounts.use_cases.graph_distance import BlockAccount  # noqa: E402
from platform_core.accounts.use_cases.graph_follows import FollowAccount  # noqa: E402
from platform_core.notifications.model import NotificationFilter  # noqa: E402
from platform_core.notifications.use_cases.telling import (  # noqa: E402
    NotifyOfFollow,
    NotifyOfFollowRequest,
    NotifyOfReaction,
)
from platform_core.notifications.use_cases.withdrawing import (  # noqa: E402
    RemoveNotificationsAbout,
    RemoveNotificationsBetween,
    WithdrawNotification,
)
from platform_core.posts.model import Content, ReactionKind  # noqa: E402
from platform_core.posts.use_cases.announcing import AnnouncePost, PurgePost, TellWatchers  # noqa: E402
from platform_core.posts.use_cases.publishing import PublishPost  # noqa: E402
from platform_core.posts.use_cases.reacting import ReactToPost  # noqa: E402
from platform_core.posts.use_cases.timelines import (  # noqa: E402
    BackfillTimeline,
    BuildTimeline,
    FanOutPost,
    PruneTimeline,
    StartPulling,
)
from platform_core.shared.actor import Actor  # noqa: E402
from platform_core.shared.errors import NotFound, Unauthenticated  # noqa: E402
from platform_core.shared.limits import Quota, Rate  # noqa: E402
from platform_core.shared.pagination import PageRequest  # noqa: E402
from platform_core.shared.relay import Relay, by_event  # noqa: E402
from platform_core.shared.visibility import Audience  # noqa: E402

PHONE = Client("10.0.0.1", "10.0.0.1", "A phone")
FIRST_PAGE = PageRequest()


class PlainHasher:
    """Hashes in no time and without protection: this is not about passwords."""

    async def hash(self, password: str) -> str:
        """Return the password, marked."""
        return f"plain:{password}"

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Compare."""
        return password_hash == f"plain:{password}"

    def is_outdated(self, password_hash: str) -> bool:
        """Never."""
        return False


class NoCommonPasswords:
    """Finds every password uncommon."""

    async def contain(self, password: str) -> bool:
        """Return False."""
        return False


class Unlimited:
    """Lets everything through."""

    async def hit(self, rate: Rate, key: str) -> Quota:
        """Allow."""
        return Quota(True, rate.amount, 0)

    peek = hit


class Home:
    """All that the journey needs, put together by hand."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.clock, self.secrets = SystemClock(), SystemSecrets()
        self.ids = UuidV7Ids(self.clock)
        self.signals = InProcessSignals()
        credentials = MemoryCredentialsReader(self.store)
        mint = Mint(self.clock, self.ids, self.secrets)
        passwords, failures = Passwords(PlainHasher(), NoCommonPasswords()), Failures(Unlimited())
        self.register = RegisterAccount(self.uow, passwords, failures, mint, RegistrationPolicy())
        self.log_in = LogIn(self.uow, credentials, passwords, failures, mint)
        self.authenticate = AuthenticateToken(credentials, self.uow, self.clock, self.secrets)
        self.follow, self.block = FollowAccount(self.uow, self.ids), BlockAccount(self.uow, self.ids)
        self.publish = PublishPost(self.uow, self.clock, self.ids)
        self.react = ReactToPost(self.uow, self.ids)
        self.posts = MemoryPostReader(self.store, self.clock)
        self.notifications = MemoryNotificationReader(self.store, self.clock)
        self.events = MemoryClientEventLog(self.store)
        self.relay = self._relay()

    def uow(self) -> MemoryUnitOfWork:
        """Open a transaction."""
        return MemoryUnitOfWork(self.store, self.clock, self.ids, self.signals)

    async def enter(self, handle: str) -> Actor:
        """Register, log in, and return whose token it is."""
        wanted = Registration(f"{handle}@example.org", handle, handle.title())
        await self.register(wanted, "quiet harbour lantern", PHONE)
        entrance = await self.log_in(handle, "quiet harbour lantern", PHONE)
        return await self.authenticate(entrance.token or "")

    async def drain(self) -> None:
        """Let everything happen that follows from what happened."""
        while await self.relay.drain_once():
            pass

    def _relay(self) -> Relay:
        feeds = FeedWork(
            FanOutPost(self.uow),
            BuildTimeline(self.uow),
            BackfillTimeline(self.uow),
            PruneTimeline(self.uow),
            StartPulling(self.uow),
            AnnouncePost(self.uow),
            TellWatchers(InProcessRooms(), self.posts),
            PurgePost(self.uow),
        )
        told = NotificationWork(
            NotifyOfFollow(self.uow, self.clock, self.ids),
            NotifyOfFollowRequest(self.uow, self.clock, self.ids),
            NotifyOfReaction(self.uow, self.clock, self.ids),
            WithdrawNotification(self.uow),
            RemoveNotificationsBetween(self.uow),
            RemoveNotificationsAbout(self.uow),
        )
        subscriptions = [*feed_subscriptions(feeds), *notification_subscriptions(told)]
        return Relay(MemoryEventQueue(self.store, self.ids), self.clock, by_event(subscriptions))

    async def heard_by(self, who: Actor, after: int = 0) -> list[str]:
        """Return the names of the events that a client of the account receives."""
        return [event.name for event in await self.events.since({who.id: after}, 100)]

    async def home_of(self, who: Actor) -> list[str]:
        """Return the texts in the home feed."""
        return [post.text for post in (await self.posts.home(who.id, FIRST_PAGE)).items]

    async def told(self, who: Actor) -> list[tuple[str, list[str]]]:
        """Return kinds and actors of the notifications."""
        page = await self.notifications.page(who.id, NotificationFilter(), FIRST_PAGE)
        return [(one.kind, [card.handle for card in one.actors]) for one in page.items]


async def walk() -> None:
    """Register, log in, follow, publish, read, be told; block, and find nothing."""
    home = Home()
    ada, bob = await home.enter("ada"), await home.enter("bob")
    await home.drain()

    await home.follow(ada, bob.id, FollowWish())
    await home.drain()
    assert await home.told(bob) == [("follow", ["ada"])]
    assert await home.heard_by(bob) == ["notification:created", "badge:changed"]

    post_id = await home.publish(bob, Content("The harbour at six", Audience.PUBLIC))
    await home.drain()
    assert await home.home_of(ada) == ["The harbour at six"] == await home.home_of(bob)
    assert await home.heard_by(ada) == ["post:published"]

    await home.react(ada, post_id, ReactionKind.LOVE)
    await home.drain()
    seen = await home.posts.by_id(bob.id, post_id)
    assert seen is not None
    assert seen.counts.reactions == {"love": 1}
    assert ("reaction", ["ada"]) in await home.told(bob)

    await home.block(bob, ada.id)
    position = await home.events.position(ada.id)
    await home.publish(bob, Content("Without you", Audience.PUBLIC))
    await home.drain()
    assert await home.posts.by_id(ada.id, post_id) is None
    assert await home.home_of(ada) == []
    assert await home.heard_by(ada, position) == []
    assert await home.told(bob) == []
    await refused(home, ada, bob, post_id)


async def refused(home: Home, ada: Actor, bob: Actor, post_id: str) -> None:
    """Show that the blocked one can neither react nor follow, and that a made-up token is nobody's."""
    for attempt in (
        lambda: home.react(ada, post_id, ReactionKind.LIKE),
        lambda: home.follow(ada, bob.id, FollowWish()),
    ):
        try:
            await attempt()
        except NotFound:
            continue
        raise AssertionError("a blocked account was let through")
    try:
        await home.authenticate("made up")
    except Unauthenticated:
        return
    raise AssertionError("a made-up token was taken for somebody's")


if __name__ == "__main__":
    asyncio.run(walk())
    loaded = sorted(ABSENT & sys.modules.keys())
    assert not loaded, loaded
    print("arrived")
