"""The ports of the realtime interface in memory, as small as they can be."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from platform_core.shared.actor import Actor, Scope
from platform_core.shared.errors import Unauthenticated, Unavailable
from platform_core.shared.events import ClientEvent
from platform_core.shared.signals import Signals, Topic

START = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
EVERYTHING = frozenset(Scope)


class FakeIds:
    """Ids that look like UUIDs and ascend."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self) -> str:
        """Return the next one."""
        return f"01900000-0000-7000-8000-{next(self._numbers):012x}"


class FakeAuthenticator:
    """Knows tokens; forgets them on demand."""

    def __init__(self) -> None:
        self.actors: dict[str, Actor] = {}
        self.down = False
        self.asked = 0

    def let_in(self, token: str, account_id: str, scopes: frozenset[str] = EVERYTHING) -> str:
        """Make ``token`` good for ``account_id``; return it."""
        self.actors[token] = Actor(account_id, scopes=scopes, session_id=f"session of {token}")
        return token

    async def __call__(self, token: str) -> Actor:
        """Return whose token it is."""
        self.asked += 1
        if self.down:
            raise Unavailable
        if token not in self.actors:
            raise Unauthenticated
        return self.actors[token]


class FakeLog:
    """The durable events of accounts; ``forget`` is what the 24 hours do."""

    def __init__(self) -> None:
        self.events: dict[str, list[ClientEvent]] = {}
        self.oldest: dict[str, int] = {}
        self.queries = 0
        self.down = False

    def append(self, account_id: str, name: str, payload: Mapping[str, object]) -> ClientEvent:
        """Add an event."""
        seq = len(self.events.setdefault(account_id, [])) + 1
        event = ClientEvent(account_id, seq, name, payload, START + timedelta(seconds=seq))
        self.events[account_id].append(event)
        return event

    def forget(self, account_id: str, below: int) -> None:
        """Keep only the events from ``below`` on."""
        self.oldest[account_id] = below

    async def position(self, account_id: str) -> int:
        """Return the newest number."""
        self._check()
        return len(self.events.get(account_id, ()))

    async def since(self, positions: Mapping[str, int], limit: int) -> Sequence[ClientEvent]:
        """Return what comes after the positions."""
        self._check()
        self.queries += 1
        return [
            event
            for account_id, position in positions.items()
            for event in self.events.get(account_id, ())[position : position + limit]
            if event.seq >= self.oldest.get(account_id, 0)
        ]

    async def oldest_kept(self, account_id: str) -> int:
        """Return the first number that is complete."""
        return self.oldest.get(account_id, 1)

    def _check(self) -> None:
        if self.down:
            raise Unavailable


class World:
    """What happens outside: events are appended and announced, tokens are taken away."""

    def __init__(self, signals: Signals) -> None:
        self.authenticate = FakeAuthenticator()
        self.log = FakeLog()
        self.ids = FakeIds()
        self.signals = signals
        self.hidden: set[str] = set()
        """Posts that nobody may watch."""
        self.asked_to_watch = 0

    async def may_watch(self, actor: Actor, post_ids: Sequence[str]) -> set[str]:
        """Return the posts that are not hidden."""
        self.asked_to_watch += 1
        return set(post_ids) - self.hidden

    async def tell(self, account_id: str, number: int, name: str = "notification:created") -> None:
        """Append an event and wake the sockets."""
        self.log.append(account_id, name, {"number": number})
        await self.signals.publish(Topic.CLIENT_EVENTS, [account_id])

    async def revoke(self, token: str) -> None:
        """Make a token worthless and say so."""
        account_id = self.authenticate.actors.pop(token).id
        await self.signals.publish(Topic.ACCESS, [account_id])
