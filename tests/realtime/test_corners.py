"""What seldom happens: faults of ours, of the machine, and of timing."""

import asyncio
import json
import logging
from collections.abc import Collection, Sequence
from typing import Any

import pytest
from aiohttp import ClientSession

from adapters.memory.signals import InProcessSignals
from adapters.realtime import engine as engine_module
from adapters.realtime.access import OneByOne
from adapters.realtime.names import DURABLE, ROOM, all_names
from adapters.realtime.posts import PostPublished
from adapters.realtime.rates import TokenBucket
from adapters.realtime.settings import RealtimeSettings
from platform_core.shared.actor import Actor, Scope
from platform_core.shared.errors import Forbidden, Unavailable
from platform_core.shared.events import ClientEvent
from tests.realtime.fakes import START, World
from tests.realtime.serving import Site, connected, raw, serving, until

ADA = "ada's token"
ENTER = '40{"token":"ada\'s token"}'
POST = "01900000-0000-7000-8000-00000000aaaa"


async def test_a_fault_of_ours_is_logged_and_answered_without_details(caplog: Any) -> None:
    async def fault(actor: Actor, post_ids: Sequence[str]) -> set[str]:
        raise RuntimeError("the password is swordfish")

    async with serving(may_watch_posts=fault) as site, raw(site) as client:
        await client.enter(site.world.authenticate.let_in(ADA, "ada"))
        await client.say(f'421["post:watch",{{"post_id":"{POST}"}}]')
        [answer] = json.loads((await client.hear()).removeprefix("431"))
        assert (answer["ok"], answer["error"]["code"]) == (False, "internal")
        assert "swordfish" not in json.dumps(answer)
    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert answer["error"]["request_id"] in record.getMessage()


async def test_a_fault_in_authentication_cuts_off_without_a_verdict() -> None:
    async def fault(token: str) -> Actor:
        raise RuntimeError("no table")

    async with serving(authenticate=fault) as site, raw(site) as client:
        await client.say(ENTER)
        assert await client.hear_out() == []


async def test_nobody_is_admitted_after_having_left() -> None:
    """The deadline ends the session while the authenticator still thinks."""
    world = World(InProcessSignals())
    world.authenticate.let_in(ADA, "ada")
    asked = asyncio.Event()
    go_on = asyncio.Event()

    async def slow(token: str) -> Actor:
        asked.set()
        await go_on.wait()
        return await world.authenticate(token)

    async with serving(world=world, authenticate=slow) as site, raw(site) as client:
        await client.say(ENTER)
        await asked.wait()
        [session] = site.sockets
        site.realtime.server.eio.cut(session)
        await until(lambda: session not in site.realtime.server.environ)
        go_on.set()
        await asyncio.sleep(0.05)
        assert len(site.realtime.sockets) == 0
        await site.world.tell("ada", 1)


async def test_an_authenticator_that_never_answers_costs_the_client_its_ten_seconds() -> None:
    async def never(token: str) -> Actor:
        await asyncio.sleep(60)
        raise AssertionError

    settings = RealtimeSettings(entry_seconds=0.2, farewell_seconds=0.05)
    async with serving(settings, authenticate=never) as site, raw(site) as client:
        await client.say(ENTER)
        assert await client.hear_out() == []


async def test_a_body_that_is_too_large_or_too_slow_ends_the_session(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "BODY_SECONDS", 0.1)
    address = f"{site.url}/socket.io/?EIO=4&transport=polling"

    async def slow() -> Any:
        yield b"4"
        await asyncio.sleep(0.5)
        yield b"0"

    async with ClientSession() as session:
        for body in (b"4" * 70_000, slow()):
            async with session.get(address) as answer:
                sid = json.loads((await answer.text())[1:])["sid"]
            async with session.post(f"{address}&sid={sid}", data=body) as answer:
                assert answer.status == 400
    await until(lambda: not site.sockets)


async def test_a_connection_that_is_lost_under_our_hands_harms_nobody(site: Site) -> None:
    async with raw(site) as first, connected(site, "bob's token") as bob:
        await first.enter(ADA)
        engine = site.realtime.server.eio
        await site.realtime.server.emit("n", {"number": 1})
        await until(lambda: len(engine.lanes) == 2 and all(lane.free for lane in engine.lanes.values()))

        def lost(data: bytes) -> None:
            raise RuntimeError("unable to perform operation on closed transport")

        [ada] = site.realtime.sockets.of_account("ada")
        engine.lanes[ada.session].write = lost
        await site.realtime.server.emit("n", {"number": 2})
        assert len(engine.lanes) == 1
        await until(lambda: bob.numbers() == [1, 2])


async def test_names_follow_one_form() -> None:
    assert all_names() >= set(DURABLE) | ROOM
    for name in all_names() - {"resync"}:
        context, _, past = name.partition(":")
        assert context.isalpha()
        assert past.endswith("ed") or past == "ready"


async def test_an_event_whose_name_is_not_in_the_table_is_passed_over(site: Site) -> None:
    async with connected(site, ADA) as ada:
        await site.world.tell("ada", 1, "from:the_future")
        await site.world.tell("ada", 2)
        await until(lambda: ada.received)
        assert ada.numbers() == [2]
        page = await site.realtime.feed.page(site.world.authenticate.actors[ADA], "0")
        assert [item["event_id"] for item in page["items"]] == ["2"]


async def test_what_cannot_be_rendered_fails_the_http_request() -> None:
    class Fails:
        """Fails."""

        async def render(self, account_id: str, events: Sequence[ClientEvent]) -> Sequence[None]:
            """Raise."""
            raise Unavailable

    async with serving(renderers={"notification:created": Fails()}) as site:
        site.world.log.append("ada", "notification:created", {})
        with pytest.raises(Unavailable):
            await site.realtime.feed.page(Actor("ada", scopes=frozenset(Scope)), "0")


async def test_a_post_that_may_not_be_seen_any_more_is_not_announced() -> None:
    async def visible(account_id: str, post_ids: Collection[str]) -> set[str]:
        return set(post_ids) - {"hidden"}

    events = [
        ClientEvent("ada", seq, "post:published", {"post_id": id_, "author_id": "bob"}, START)
        for seq, id_ in enumerate(("seen", "hidden"))
    ]
    rendered = await PostPublished(visible).render("ada", events)
    assert rendered == [{"post_id": "seen", "author_id": "bob"}, None]


async def test_rechecking_one_by_one_tells_refusals_from_outages() -> None:
    async def ask(token: str) -> Actor:
        if token == "suspended":
            raise Forbidden
        if token == "outage":
            raise Unavailable
        return Actor(token)

    assert await OneByOne(ask)(["ada", "suspended"]) == {"ada": Actor("ada")}
    with pytest.raises(Unavailable):
        await OneByOne(ask)(["ada", "outage"])


def test_a_client_that_goes_on_at_any_speed_above_twice_the_rate_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr("adapters.realtime.rates.time.monotonic", lambda: now[0])

    def talk(per_second: int, seconds: int) -> tuple[int, bool]:
        bucket = TokenBucket(20)
        allowed = 0
        for _ in range(per_second * seconds):
            now[0] += 1 / per_second
            allowed += bucket.take()
        return allowed, bucket.hopeless

    assert talk(19, 60) == (19 * 60, False)
    allowed, hopeless = talk(35, 60)
    assert (allowed in range(1200, 1222), hopeless) == (True, False)
    for speed in (60, 500, 5000):
        assert talk(speed, 11)[1]
