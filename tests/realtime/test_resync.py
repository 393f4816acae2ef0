"""Whoever cannot be brought up to date is told what to reload; what cannot be shown is passed over."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from adapters.memory.signals import InProcessSignals
from adapters.realtime.names import RELOAD
from platform_core.shared.events import ClientEvent
from platform_core.shared.signals import Topic
from tests.realtime.fakes import World
from tests.realtime.serving import Site, connected, serving, until

ADA = "ada's token"


@pytest.mark.parametrize("last", ["2", "99", "-1", "1.0", "²", "", "x" * 100, "9" * 30])
async def test_too_old_ids_ids_of_the_future_and_rubbish_lead_to_resync(site: Site, last: str) -> None:
    for number in range(1, 11):
        site.world.log.append("ada", "notification:created", {"number": number})
    site.world.log.forget("ada", below=5)
    async with connected(site, ADA, last_event_id=last) as client:
        await site.world.tell("ada", 11)
        await until(lambda: len(client.received) >= 2)
        await asyncio.sleep(0.02)
        assert client.received[0] == ("resync", {"reload": list(RELOAD), "last_event_id": "10"})
        assert client.numbers() == [11]


async def test_the_oldest_kept_event_is_still_delivered(site: Site) -> None:
    for number in range(1, 11):
        site.world.log.append("ada", "notification:created", {"number": number})
    site.world.log.forget("ada", below=5)
    async with connected(site, ADA, last_event_id="4") as client:
        await until(lambda: len(client.received) >= 6)
        assert client.numbers() == [5, 6, 7, 8, 9, 10]


class Shows:
    """Renders the events whose number is not hidden, and counts its calls."""

    def __init__(self, hidden: set[int]) -> None:
        self.hidden = hidden
        self.calls = 0

    async def render(
        self, account_id: str, events: Sequence[ClientEvent]
    ) -> Sequence[Mapping[str, Any] | None]:
        """Return a view with the viewer in it."""
        self.calls += 1
        return [
            None
            if event.payload["number"] in self.hidden
            else {"number": event.payload["number"], "for": account_id}
            for event in events
        ]


async def test_events_are_rendered_in_batches_and_what_is_gone_is_passed_over() -> None:
    shows = Shows({3})
    async with serving(renderers={"notification:created": shows}) as site:
        site.world.authenticate.let_in(ADA, "ada")
        for number in range(1, 6):
            site.world.log.append("ada", "notification:created", {"number": number})
        async with connected(site, ADA, last_event_id="0") as client:
            await until(lambda: len(client.received) >= 4)
            assert client.numbers() == [1, 2, 4, 5]
            assert client.received[0][1]["for"] == "ada"
            assert shows.calls == 1


class Fails:
    """Cannot render for a while, or never."""

    def __init__(self, times: float) -> None:
        self.times = times

    async def render(self, account_id: str, events: Sequence[ClientEvent]) -> Sequence[Any]:
        """Raise so many times."""
        if self.times > 0:
            self.times -= 1
            raise RuntimeError("cannot be shown")
        return [event.payload for event in events]


async def test_a_renderer_that_fails_once_delays_only_its_account() -> None:
    world = World(InProcessSignals())
    async with serving(renderers={"post:published": Fails(1)}, world=world) as site:
        world.authenticate.let_in(ADA, "ada")
        world.authenticate.let_in("bob's token", "bob")
        async with connected(site, ADA) as ada, connected(site, "bob's token") as bob:
            world.log.append("ada", "post:published", {"number": 1})
            await world.tell("bob", 2)
            await world.signals.publish(Topic.CLIENT_EVENTS, ["ada"])
            await until(lambda: bob.received, 0.5)
            await until(lambda: ada.received, 3)
            assert ada.numbers() == [1]


async def test_what_can_never_be_rendered_does_not_block_what_comes_after() -> None:
    world = World(InProcessSignals())
    async with serving(renderers={"post:published": Fails(float("inf"))}, world=world) as site:
        world.authenticate.let_in(ADA, "ada")
        async with connected(site, ADA) as client:
            await world.tell("ada", 1, "post:published")
            await until(lambda: client.received, 8)
            await world.tell("ada", 2)
            await until(lambda: len(client.received) == 2)
            assert [name for name, _ in client.received] == ["resync", "notification:created"]


async def test_http_lists_exactly_what_a_socket_gets(site: Site) -> None:
    for number in range(1, 121):
        site.world.log.append("ada", "notification:created", {"number": number})
    actor = site.world.authenticate.actors[ADA]
    feed = site.realtime.feed
    first = await feed.page(actor, "10")
    second = await feed.page(actor, first["next_after"])
    items = first["items"] + second["items"]
    async with connected(site, ADA, last_event_id="10") as client:
        await until(lambda: len(client.received) >= 110)
        assert [(item["name"], item["data"]) for item in items] == client.received
    assert (first["resync"], second["next_after"]) == (None, "120")
    assert all(item["event_id"] == item["data"]["event_id"] for item in items)
    assert (await feed.page(actor, None))["items"] == []


async def test_http_says_resync_as_well(site: Site) -> None:
    site.world.log.append("ada", "notification:created", {"number": 1})
    page = await site.realtime.feed.page(site.world.authenticate.actors[ADA], "77")
    assert page == {"items": [], "next_after": "1", "resync": list(RELOAD)}
