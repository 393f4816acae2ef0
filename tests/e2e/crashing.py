"""The product with one crash point: `python -m tests.e2e.crashing <point> <footlights arguments>`.

A point is `<work>:<step>:<before|after>[:<n>]`: the n-th time (the first by default) that the work comes to
the step, the process kills itself as a power cut would, right before or right after it. The works are use
cases by the name of their class, and `relay`; the steps are `commit` and `publish` of the use cases, `claim`
and `finish` of the relay. The points are decorators that this module puts around the product's own classes;
the product knows nothing of them.
"""

import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any

from attrs import define

from adapters.memory.signals import InProcessSignals
from adapters.sql.event_queue import SqlEventQueue
from adapters.sql.unit_of_work import SqlUnitOfWork
from adapters.valkey.signals import ValkeySignals
from platform_core.accounts.use_cases.graph_follows import FollowAccount
from platform_core.notifications.use_cases.telling import NotifyOfFollow, NotifyOfReaction
from platform_core.posts.use_cases.announcing import AnnouncePost
from platform_core.posts.use_cases.publishing import PublishPost
from platform_core.posts.use_cases.reacting import ReactToPost
from platform_core.posts.use_cases.timelines import FanOutPost

Step = Callable[..., Awaitable[Any]]
WORKS = (PublishPost, FollowAccount, ReactToPost, FanOutPost, AnnouncePost, NotifyOfFollow, NotifyOfReaction)
RELAY = "relay"

_work: ContextVar[str] = ContextVar("work", default="")


@define
class CrashPoint:
    """Where the process ends."""

    work: str
    step: str
    moment: str
    times: int = 1

    @classmethod
    def parse(cls, text: str) -> "CrashPoint":
        """Read `<work>:<step>:<moment>[:<n>]`."""
        work, step, moment, *times = text.split(":")
        return cls(work, step, moment, int(times[0]) if times else 1)

    def reached(self, work: str, step: str, moment: str) -> None:
        """End the process if this is the place, and the time."""
        if (self.work, self.step, self.moment) != (work, step, moment):
            return
        self.times -= 1
        if self.times == 0:
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


def crashing(point: CrashPoint, step: str, work: str | None = None) -> Callable[[Step], Step]:
    """Decorate a step with the crash point: before it, and after it if it came to its end.

    Of the relay, a claim counts only if it claimed something, which is known afterwards; `before` is then
    the moment when there is something to claim.
    """

    def decorate(inner: Step) -> Step:
        @wraps(inner)
        async def attempt(self: Any, *arguments: Any, **named: Any) -> Any:
            doer = work or _work.get()
            if step != "claim" or await _has_work(self, *arguments):
                point.reached(doer, step, "before")
            done = await inner(self, *arguments, **named)
            if step != "claim" or done:
                point.reached(doer, step, "after")
            return done

        return attempt

    return decorate


async def _has_work(queue: SqlEventQueue, now: Any, *_: object) -> bool:
    due = await queue.next_due()
    return due is not None and due <= now


def place(point: CrashPoint) -> None:
    """Put the decorators in place."""
    for use_case in WORKS:
        doing(use_case)
    steps: list[tuple[type, str, str, str | None]] = [
        (SqlUnitOfWork, "commit", "commit", None),
        (InProcessSignals, "publish", "publish", None),
        (ValkeySignals, "publish", "publish", None),
        (SqlEventQueue, "claim", "claim", RELAY),
        (SqlEventQueue, "finish", "finish", RELAY),
    ]
    for owner, method, step, work in steps:
        setattr(owner, method, crashing(point, step, work)(getattr(owner, method)))


if __name__ == "__main__":
    from entrypoints.cli import main

    place(CrashPoint.parse(sys.argv.pop(1)))
    sys.exit(main())
