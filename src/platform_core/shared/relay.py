"""Hands stored events to their subscribers: at least once, in order within a stream, parked when hopeless."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from attrs import define, field, frozen

from platform_core.shared.clock import Clock
from platform_core.shared.events import Delivery, StoredEvent

BATCH = 20
"""Events that one relay handles side by side; each is of another stream."""
LEASE = timedelta(seconds=15)
"""How long a claimed event is kept from other relays; renewed while it is being handled."""
MAX_ATTEMPTS = 12
"""Failures after which an event is parked; with the pauses below that is about six hours."""
LONGEST_SLEEP = timedelta(seconds=1)
"""A lost wake-up, or a clock that was moved, costs no more than this."""

log = logging.getLogger("footlights.relay")

Handle = Callable[[Delivery, StoredEvent], Awaitable[None]]


@frozen
class Subscription:
    """One subscriber to one kind of event; the name is what it records its deliveries under."""

    event: str
    subscriber: str
    handle: Handle


class EventQueue(Protocol):
    """The outbox as the relay sees it."""

    async def claim(self, now: datetime, limit: int, lease: timedelta) -> Sequence[StoredEvent]:
        """Move due timers into the outbox, then lease up to ``limit`` events, the oldest of their streams."""
        ...

    async def renew(self, event_ids: Sequence[str], until: datetime) -> None:
        """Keep claimed events until that moment."""
        ...

    async def finish(self, event: StoredEvent) -> None:
        """Remove an event that all subscribers have handled."""
        ...

    async def retry(self, event: StoredEvent, at: datetime, error: str) -> None:
        """Make an event available again at that moment, with the reason of its failure."""
        ...

    async def park(self, event: StoredEvent, now: datetime, error: str) -> None:
        """Set an event aside where an operator sees it, so that its stream goes on."""
        ...

    async def next_due(self) -> datetime | None:
        """Return when the next event or timer is due, None if there is nothing to wait for."""
        ...

    async def release(self, now: datetime) -> None:
        """Give back all leases: for a program that knows it is alone, when it starts."""
        ...


@define
class Relay:
    """Claims events and calls their subscribers until it is told to stop."""

    queue: EventQueue
    clock: Clock
    subscriptions: Mapping[str, Sequence[Subscription]]
    _woken: asyncio.Event = field(factory=asyncio.Event, init=False)
    _stopping: bool = field(default=False, init=False)

    def wake(self, _account_ids: frozenset[str] = frozenset()) -> None:
        """Look at the queue at once."""
        self._woken.set()

    def stop(self) -> None:
        """Finish what is being handled, then return from ``run``."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Handle events until stopped; an unreachable database is waited for."""
        while not self._stopping:
            try:
                if await self.drain_once():
                    continue
                await self._sleep()
            except Exception:
                log.exception("the outbox cannot be read")
                await asyncio.sleep(LONGEST_SLEEP.total_seconds())

    async def drain_once(self) -> int:
        """Handle one batch; return how many events it had."""
        self._woken.clear()
        events = await self.queue.claim(self.clock.now(), BATCH, LEASE)
        if events:
            renewing = asyncio.create_task(self._renew(events))
            try:
                await asyncio.gather(*(self._handle(event) for event in events))
            finally:
                renewing.cancel()
        return len(events)

    async def _renew(self, events: Sequence[StoredEvent]) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            await self.queue.renew([event.id for event in events], self.clock.now() + LEASE)

    async def _handle(self, event: StoredEvent) -> None:
        try:
            for subscription in self.subscriptions.get(event.name, ()):
                await subscription.handle(Delivery(subscription.subscriber, event.id), event)
        except Exception as error:
            log.exception("an event could not be handled", extra={"event": event.name, "event_id": event.id})
            await self._failed(event, f"{type(error).__name__}: {error}")
        else:
            await self.queue.finish(event)

    async def _failed(self, event: StoredEvent, error: str) -> None:
        now = self.clock.now()
        if event.attempts >= MAX_ATTEMPTS:
            await self.queue.park(event, now, error)
        else:
            await self.queue.retry(event, now + pause_after(event.attempts), error)

    async def _sleep(self) -> None:
        due = await self.queue.next_due()
        wait = LONGEST_SLEEP if due is None else min(LONGEST_SLEEP, due - self.clock.now())
        try:
            async with asyncio.timeout(max(wait.total_seconds(), 0.0)):
                await self._woken.wait()
        except TimeoutError:
            return


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after the n-th failure: a second, doubling, an hour and a half at most."""
    return min(timedelta(seconds=2 ** max(attempts - 1, 0)), timedelta(minutes=90))


def by_event(subscriptions: Sequence[Subscription]) -> Mapping[str, Sequence[Subscription]]:
    """Group subscriptions by the event they are for, in their order."""
    grouped: dict[str, list[Subscription]] = {}
    for subscription in subscriptions:
        grouped.setdefault(subscription.event, []).append(subscription)
    return grouped
