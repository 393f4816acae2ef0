"""Every rate limiter keeps the same promise: never more than the rate allows, and free again in time."""

from collections.abc import AsyncIterator, Callable
from itertools import count

import pytest
from redis.asyncio import Redis

from adapters.limits.in_process import InProcessRateLimiter
from adapters.limits.valkey import ValkeyRateLimiter
from platform_core.shared.limits import Quota, Rate, RateLimiter
from tests import servers

RATE = Rate("log-in", 3, 60)


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture(params=["in_process", "valkey"])
async def limiter(request: pytest.FixtureRequest, clock: Hands) -> AsyncIterator[RateLimiter]:
    if request.param == "in_process":
        yield InProcessRateLimiter(clock)
        return
    client = Redis.from_url(request.getfixturevalue("valkey_url"))
    yield ValkeyRateLimiter(client, clock)
    await client.aclose()


async def test_as_many_as_the_rate_allows_and_not_one_more(limiter: RateLimiter):
    quotas = [await limiter.hit(RATE, "ada") for _ in range(4)]
    assert [quota.allowed for quota in quotas] == [True, True, True, False]
    assert [quota.remaining for quota in quotas] == [2, 1, 0, 0]


async def test_keys_and_rates_are_counted_apart(limiter: RateLimiter):
    for _ in range(3):
        await limiter.hit(RATE, "ada")
    assert (await limiter.hit(RATE, "grace")).allowed
    assert (await limiter.hit(Rate("register", 3, 60), "ada")).allowed


async def test_whoever_waits_as_long_as_told_gets_through(limiter: RateLimiter, clock: Hands):
    for _ in range(3):
        await limiter.hit(RATE, "ada")
        clock.now += 7
    refused = await limiter.hit(RATE, "ada")
    assert 38 <= refused.reset_after <= 41, "the oldest was 21 s ago and leaves after 60 s"
    clock.now += refused.reset_after - 2
    assert not (await limiter.hit(RATE, "ada")).allowed
    clock.now += 2
    assert (await limiter.hit(RATE, "ada")).allowed
    assert not (await limiter.hit(RATE, "ada")).allowed


async def test_no_window_holds_more_than_the_rate_wherever_it_begins(limiter: RateLimiter, clock: Hands):
    rate = Rate("posts", 5, 10)
    passed = []
    for _ in range(150):
        if (await limiter.hit(rate, "ada")).allowed:
            passed.append(clock.now)
        clock.now += 0.37
    for began in passed:
        assert sum(began <= at < began + 10 for at in passed) <= 5
    assert len(passed) >= 5 * 5, "and of five and a half windows almost all is used"


async def test_refused_attempts_do_not_prolong_the_wait(limiter: RateLimiter, clock: Hands):
    for _ in range(10):
        await limiter.hit(RATE, "ada")
    clock.now += 61
    assert (await limiter.hit(RATE, "ada")) == Quota(True, 2, 61)


async def test_a_look_does_not_count(limiter: RateLimiter):
    for _ in range(5):
        seen = await limiter.peek(RATE, "ada")
    assert seen == Quota(True, 3, 60)
    for _ in range(3):
        await limiter.hit(RATE, "ada")
    assert not (await limiter.peek(RATE, "ada")).allowed


async def test_a_clock_that_is_set_back_locks_nobody_in_for_long(limiter: RateLimiter, clock: Hands):
    await limiter.hit(RATE, "ada")
    clock.now -= 30
    assert [(await limiter.hit(RATE, "ada")).allowed for _ in range(3)] == [True, True, False]
    clock.now += 92
    assert (await limiter.hit(RATE, "ada")).remaining == 2


async def test_memory_keeps_only_who_was_seen_lately(clock: Hands):
    limiter = InProcessRateLimiter(clock)
    for number in range(1000):
        await limiter.hit(RATE, f"once-{number}")
    clock.now += 62
    for _ in range(600):
        await limiter.hit(RATE, "ada")
    assert len(limiter._windows[RATE.name]) == 1


async def test_processes_share_their_counts_in_valkey(valkey_url: str):
    clients = [Redis.from_url(valkey_url) for _ in range(2)]
    first, second = (ValkeyRateLimiter(client, Hands()) for client in clients)
    await first.hit(RATE, "ada")
    assert (await second.hit(RATE, "ada")).remaining == 1
    for client in clients:
        await client.aclose()


async def test_an_outage_of_valkey_limits_still_and_ends_by_itself(monkeypatch: pytest.MonkeyPatch):
    seconds: Callable[[], float] = count(0, 3).__next__
    monkeypatch.setattr("adapters.limits.valkey.monotonic", seconds)
    with servers.ValkeyServer() as server:
        client = Redis.from_url(server.url)
        limiter = ValkeyRateLimiter(client, Hands())
        await limiter.hit(RATE, "ada")
        server.stop()
        quotas = [await limiter.hit(RATE, "ada") for _ in range(4)]
        assert [quota.allowed for quota in quotas] == [True, True, True, False], "counted in memory"
        server.start()
        quotas = [await limiter.hit(RATE, "ada") for _ in range(2)]
        assert quotas[-1].allowed, "counted in Valkey again"
        await client.aclose()


async def test_while_valkey_is_away_nobody_waits_for_it():
    asked = []

    class Away(Redis):
        """A server that is asked, and does not answer."""

        async def execute_command(self, *arguments: object, **options: object) -> object:
            asked.append(arguments)
            raise ConnectionError

    limiter = ValkeyRateLimiter(Away(), Hands())
    quotas = [await limiter.hit(RATE, "ada") for _ in range(4)]
    assert [quota.allowed for quota in quotas] == [True, True, True, False]
    assert len(asked) == 1
