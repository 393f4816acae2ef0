"""How long it is remembered whose token it was."""

import asyncio

import pytest

from adapters.http.auth import CachedAuthenticator
from platform_core.shared.actor import Actor
from platform_core.shared.errors import Unauthenticated
from platform_core.shared.signals import Topic
from tests.http.kernel_toy import Bell


class Lookups:
    """An authenticator that counts, and can be made slow."""

    def __init__(self) -> None:
        self.count = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.now = 100.0

    async def __call__(self, token: str) -> Actor:
        self.count += 1
        await self.gate.wait()
        if token == "nobody":
            raise Unauthenticated
        return Actor(token)


@pytest.fixture
def lookups() -> Lookups:
    return Lookups()


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def cached(lookups: Lookups, bell: Bell) -> CachedAuthenticator:
    return CachedAuthenticator(lookups, bell, size=3, now=lambda: lookups.now)


async def test_a_token_is_looked_up_once_a_second(cached: CachedAuthenticator, lookups: Lookups):
    for _ in range(5):
        assert await cached("ada") == Actor("ada")
    assert lookups.count == 1
    lookups.now += 1
    await cached("ada")
    assert lookups.count == 2


async def test_refusals_are_not_remembered(cached: CachedAuthenticator, lookups: Lookups):
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            await cached("nobody")
    assert lookups.count == 2


async def test_a_change_of_access_drops_that_account_alone(
    cached: CachedAuthenticator, lookups: Lookups, bell: Bell
):
    await cached("ada")
    await cached("grace")
    lookups.now += 0.1
    await bell.publish(Topic.ACCESS, ["ada"])
    lookups.now += 0.1
    await cached("grace")
    assert lookups.count == 2
    await cached("ada")
    await cached("ada")
    assert lookups.count == 3


async def test_what_was_looked_up_before_a_change_is_not_kept(
    cached: CachedAuthenticator, lookups: Lookups, bell: Bell
):
    lookups.gate.clear()
    lookup = asyncio.create_task(cached("ada"))
    await asyncio.sleep(0)
    lookups.now += 0.1
    await bell.publish(Topic.ACCESS, ["ada"])
    lookups.gate.set()
    await lookup
    lookups.now += 0.1
    await cached("ada")
    assert lookups.count == 2


async def test_lost_wake_ups_drop_everybody(cached: CachedAuthenticator, lookups: Lookups, bell: Bell):
    await cached("ada")
    bell.gaps[0]()
    lookups.now += 0.1
    await cached("ada")
    assert lookups.count == 2


async def test_what_is_remembered_is_bounded(cached: CachedAuthenticator, lookups: Lookups, bell: Bell):
    for number in range(10):
        await cached(f"t{number}")
        await bell.publish(Topic.ACCESS, [f"t{number}"])
        lookups.now += 0.3
    assert len(cached._known) == 3
    assert len(cached._changed) <= 5


async def test_tokens_are_kept_as_digests_only(cached: CachedAuthenticator):
    await cached("a secret token")
    assert b"a secret token" not in repr(vars(cached)["_known"].keys()).encode()


async def test_a_wake_up_for_nobody_changes_nothing(
    cached: CachedAuthenticator, lookups: Lookups, bell: Bell
):
    await bell.publish(Topic.ACCESS)
    await cached("ada")
    await bell.publish(Topic.ACCESS)
    await cached("ada")
    assert lookups.count == 1
