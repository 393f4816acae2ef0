"""Many people who act at the same time."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

import pytest

from tests.e2e.client import Person, Reply

WORKERS = 64
AMOUNTS = (400, pytest.param(1_000, marks=pytest.mark.full))
"""Operations of one kind; all kinds together are well above a thousand on every day."""

Operation = Callable[[], Awaitable[Reply]]


async def all_at_once(operations: Sequence[Operation], workers: int = WORKERS) -> Counter[int]:
    """Have so many workers do the operations; return how often each status was answered.

    Whatever fails on our side fails the test: no interleaving of what people do is an error of the server.
    """
    waiting = iter(operations)
    statuses: Counter[int] = Counter()
    failures: list[Reply] = []

    async def work() -> None:
        for operation in waiting:
            reply = await operation()
            statuses[reply.status] += 1
            if reply.status >= 500:
                failures.append(reply)

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(work())
    assert not failures, failures[:3]
    return statuses


def shuffled(operations: Sequence[Operation], seed: int = 7) -> list[Operation]:
    """Return the operations in an order that is mixed, the same in every run."""
    mixed = list(operations)
    random.Random(seed).shuffle(mixed)
    return mixed


async def counts(person: Person) -> dict[str, int]:
    """Return the counters of a person's account."""
    return dict((await person.get("/accounts/me")).ok["counts"])
