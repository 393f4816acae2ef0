"""Makes what tests are about: a clock to set, ids that come in order, signals to look at, entities."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import count

from platform_core.posts.model import Content, Post
from platform_core.shared.actor import Actor, Scope
from platform_core.shared.signals import Listener, Topic
from platform_core.shared.visibility import Audience

NEW_YEAR = datetime(2030, 1, 1, 12, tzinfo=UTC)


class FakeClock:
    """Stands still until a test moves it."""

    def __init__(self, now: datetime = NEW_YEAR) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the moment that was set."""
        return self._now

    def advance(self, **by: float) -> datetime:
        """Move on, by `seconds=`, `minutes=`, `hours=` or `days=`; return the new moment."""
        self._now += timedelta(**by)
        return self._now


class CountingIds:
    """UUIDv7 without chance: the clock's millisecond, then a number that counts up."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._millisecond = 0

    def new(self) -> str:
        """Return an id above all that came before, also if the clock was set back."""
        self._millisecond = max(self._millisecond, int(self._clock.now().timestamp() * 1000))
        digits = f"{self._millisecond:012x}70008{next(self._numbers):015x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class RecordingSignals:
    """Keeps what was published, and calls the listeners of this process."""

    def __init__(self) -> None:
        self.published: list[tuple[Topic, frozenset[str]]] = []
        self._listeners: list[tuple[Topic, Listener]] = []

    async def publish(self, topic: Topic, ids: Iterable[str] = ()) -> None:
        """Note it, then call whoever listens."""
        woken = frozenset(ids)
        self.published.append((topic, woken))
        for wanted, listener in self._listeners:
            if wanted is topic:
                listener(woken)

    def subscribe(self, topic: Topic, listener: Listener) -> None:
        """Remember the listener."""
        self._listeners.append((topic, listener))

    def on_gap(self, listener: Callable[[], None]) -> None:
        """Nothing is ever lost here."""

    def woken(self, topic: Topic) -> set[str]:
        """Return all accounts that were named with `topic`."""
        return {account_id for given, ids in self.published for account_id in ids if given is topic}


def actor(account_id: str) -> Actor:
    """Return a member with everything that a session carries."""
    return Actor(account_id, scopes=frozenset(Scope))


def post(
    post_id: str,
    author_id: str,
    text: str = "Good morning",
    audience: Audience = Audience.PUBLIC,
    *,
    feed_id: str | None = None,
    at: datetime = NEW_YEAR,
) -> Post:
    """Return a published post; its feed id is its id unless given."""
    return Post(post_id, author_id, Content(text, audience), at, feed_id=feed_id or post_id)
