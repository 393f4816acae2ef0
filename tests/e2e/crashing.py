"""The product with one crash point: `python -m tests.e2e.crashing <point> <footlights arguments>`.

A point is `<work>:<step>:<before|after>`: when the work comes to the step, the process kills itself as a
power cut would, right before or right after it. The works are use cases by the name of their class, and
`relay`; the steps are `commit` and `publish` (the waking of others) of the use cases, `claim` and `finish` of
the relay, which count only for the event of a new post. The points are decorators that this module puts
around the product's own classes; the product knows nothing of them.
"""

import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from functools import wraps
from typing import Any

from attrs import frozen
from sqlalchemy import select

from adapters.memory.signals import InProcessSignals
from adapters.sql.event_queue import SqlEventQueue
from adapters.sql.schema.outbox import outbox
from adapters.sql.unit_of_work import SqlUnitOfWork
from adapters.valkey.signals import ValkeySignals
from platform_core.accounts.use_cases.graph_follows import FollowAccount
from platform_core.notifications.use_cases.telling import NotifyOfFollow, NotifyOfReaction
from platform_core.posts.model import PostPublished
from platform_core.posts.use_cases.announcing import AnnouncePost
from platform_core.posts.use_cases.publishing import PublishPost
from platform_core.posts.use_cases.reacting import ReactToPost
from platform_core.posts.use_cases.timelines import FanOutPost
from platform_core.shared.events import StoredEvent

Step = Callable[..., Awaitable[Any]]
WORKS = (PublishPost, FollowAccount, ReactToPost, FanOutPost, AnnouncePost, NotifyOfFollow, NotifyOfReaction)
RELAY = "relay"
_WAITING = select(outbox.c.id).where(outbox.c.name == PostPublished.name).limit(1)

_work: ContextVar[str] = ContextVar("work", default="")


@frozen
class CrashPoint:
    """Where the process ends."""

    work: str
    step: str
    moment: str

    def reached(self, work: str, step: str, moment: str) -> None:
        """End the process if this is the place."""
        if (self.work, self.step, self.moment) == (work, step, moment):
            os.kill(os.getpid(), signal.SIGKILL)


def doing(use_case: type) -> None:
    """Decorate a use case so that its steps are known to be its own."""
    inner = use_case.__call__

    @wraps(inner)
    async def call(self: Any, *arguments: Any, **named: Any) -> Any:
        token = _work.set(use_case.__name__)
        try:
            return await inner(self, *arguments, **named)
        finally:
            _work.reset(token)

    use_case.__call__ = call  # type: ignore[method-assign]


def crashing(point: CrashPoint, step: str) -> Callable[[Step], Step]:
    """Decorate a step of use cases with the crash point: before it, and after it if it came to its end."""

    def decorate(inner: Step) -> Step:
        @wraps(inner)
        async def attempt(self: Any, *arguments: Any, **named: Any) -> Any:
            point.reached(_work.get(), step, "before")
            done = await inner(self, *arguments, **named)
            point.reached(_work.get(), step, "after")
            return done

        return attempt

    return decorate


def crashing_claim(point: CrashPoint) -> Callable[[Step], Step]:
    """Decorate the relay's claim of the event."""

    def decorate(inner: Step) -> Step:
        @wraps(inner)
        async def claim(self: SqlEventQueue, *arguments: Any) -> Sequence[StoredEvent]:
            if await self._database.read(lambda connection: connection.execute(_WAITING).first()):
                point.reached(RELAY, "claim", "before")
            claimed: Sequence[StoredEvent] = await inner(self, *arguments)
            if any(event.name == PostPublished.name for event in claimed):
                point.reached(RELAY, "claim", "after")
            return claimed

        return claim

    return decorate


def crashing_finish(point: CrashPoint) -> Callable[[Step], Step]:
    """Decorate the relay's finishing of the event."""

    def decorate(inner: Step) -> Step:
        @wraps(inner)
        async def finish(self: SqlEventQueue, event: StoredEvent) -> None:
            work = RELAY if event.name == PostPublished.name else ""
            point.reached(work, "finish", "before")
            await inner(self, event)
            point.reached(work, "finish", "after")

        return finish

    return decorate


def place(point: CrashPoint) -> None:
    """Put the decorators in place."""
    for use_case in WORKS:
        doing(use_case)
    steps: tuple[tuple[Any, str, Callable[[Step], Step]], ...] = (
        (SqlUnitOfWork, "commit", crashing(point, "commit")),
        (InProcessSignals, "publish", crashing(point, "publish")),
        (ValkeySignals, "publish", crashing(point, "publish")),
        (SqlEventQueue, "claim", crashing_claim(point)),
        (SqlEventQueue, "finish", crashing_finish(point)),
    )
    for owner, name, decorate in steps:
        setattr(owner, name, decorate(getattr(owner, name)))


if __name__ == "__main__":
    from entrypoints.cli import main

    place(CrashPoint(*sys.argv.pop(1).split(":")))
    main(prog_name="footlights")
