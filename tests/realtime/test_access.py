"""Whoever loses access loses the socket, and the rooms, within a second."""

import asyncio
import time

import pytest

from adapters.memory.signals import InProcessSignals
from adapters.realtime.settings import RealtimeSettings
from platform_core.shared.actor import Actor, Scope
from platform_core.shared.errors import Unavailable
from platform_core.shared.signals import Topic
from tests.realtime.fakes import World
from tests.realtime.serving import Site, connected, raw, serving, until

ADA = "ada's token"
POST = "01900000-0000-7000-8000-00000000aaaa"
OTHER = "01900000-0000-7000-8000-00000000bbbb"


async def test_a_revoked_session_is_disconnected_within_a_second_transport_included(site: Site) -> None:
    async with raw(site) as client, connected(site, "bob's token") as bob:
        await client.enter(ADA)
        began = time.monotonic()
        await site.world.revoke(ADA)
        assert "41" in await client.hear_out()
        assert time.monotonic() - began < 1
        await until(lambda: len(site.realtime.sockets) == 1)
        assert bob.io.connected


async def test_other_sessions_of_the_account_stay(site: Site) -> None:
    site.world.authenticate.let_in("ada's phone", "ada")
    async with raw(site) as desk, connected(site, "ada's phone") as phone:
        await desk.enter(ADA)
        await site.world.revoke(ADA)
        await desk.hear_out()
        await site.world.tell("ada", 1)
        await until(lambda: phone.received)


async def test_nothing_is_sent_after_the_revocation(site: Site) -> None:
    async with raw(site) as client:
        await client.enter(ADA)
        await site.world.revoke(ADA)
        await asyncio.sleep(0.05)
        await site.world.tell("ada", 1)
        assert not [text for text in await client.hear_out() if "notification" in text]


async def test_without_a_wake_up_it_takes_until_the_next_round() -> None:
    async with serving(RealtimeSettings(recheck_seconds=0.3, farewell_seconds=0.05)) as site:
        site.world.authenticate.let_in(ADA, "ada")
        async with raw(site) as client:
            await client.enter(ADA)
            site.world.authenticate.actors.clear()
            await client.hear_out(2)


async def test_while_the_database_is_away_nobody_is_thrown_out(site: Site) -> None:
    async with connected(site, ADA) as client:
        site.world.authenticate.down = True
        await site.world.signals.publish(Topic.ACCESS, ["ada"])
        await asyncio.sleep(0.1)
        assert client.io.connected
        site.world.authenticate.down = False
        await site.world.revoke(ADA)
        await until(lambda: not client.io.connected, 3)


async def test_narrowed_scopes_count_from_now_on(site: Site) -> None:
    async with connected(site, ADA) as client:
        site.world.authenticate.let_in(ADA, "ada", frozenset({Scope.ACCOUNTS_READ}))
        await site.world.signals.publish(Topic.ACCESS, ["ada"])
        await asyncio.sleep(0.05)
        answer = await client.call("post:watch", {"post_id": POST})
        assert answer["error"]["code"] == "insufficient_scope"


async def test_a_token_that_is_somebody_else_s_all_of_a_sudden_is_thrown_out(site: Site) -> None:
    async with raw(site) as client:
        await client.enter(ADA)
        site.world.authenticate.actors[ADA] = Actor("eve")
        await site.world.signals.publish(Topic.ACCESS, ["ada"])
        await client.hear_out(2)


async def test_rooms_that_may_no_longer_be_watched_are_left(site: Site) -> None:
    async with connected(site, ADA) as ada:
        assert (await ada.call("post:watch", {"post_id": POST}))["ok"]
        await site.rooms.emit(f"post:{POST}", "post:edited", {"number": 1})
        await until(lambda: ada.received)
        site.world.hidden.add(POST)
        await site.world.signals.publish(Topic.ACCESS, ["ada"])
        await asyncio.sleep(0.05)
        await site.rooms.emit(f"post:{POST}", "post:edited", {"number": 2})
        await asyncio.sleep(0.05)
        assert ada.numbers() == [1]


@pytest.mark.parametrize("narrowed", [[POST], []], ids=["this post", "any post"])
async def test_watchers_leave_a_post_that_fewer_may_see_now(site: Site, narrowed: list[str]) -> None:
    async with connected(site, ADA) as ada:
        for post_id in (POST, OTHER):
            assert (await ada.call("post:watch", {"post_id": post_id}))["ok"]
        site.world.hidden.add(POST)
        await site.world.signals.publish(Topic.AUDIENCE, narrowed)
        await asyncio.sleep(0.05)
        await site.rooms.emit(f"post:{POST}", "post:edited", {"number": 1})
        await site.rooms.emit(f"post:{OTHER}", "post:edited", {"number": 2})
        await until(lambda: ada.received)
        assert ada.numbers() == [2]


async def test_only_the_watchers_of_the_named_post_are_asked_for(site: Site) -> None:
    async with connected(site, ADA) as ada:
        assert (await ada.call("post:watch", {"post_id": OTHER}))["ok"]
        asked = site.world.asked_to_watch
        await site.world.signals.publish(Topic.AUDIENCE, [POST])
        await asyncio.sleep(0.05)
        assert site.world.asked_to_watch == asked


async def test_watchers_are_asked_for_again_once_the_database_is_back() -> None:
    world = World(InProcessSignals())
    world.authenticate.let_in(ADA, "ada")
    away: list[bool] = []

    async def may_watch(actor: Actor, post_ids: list[str]) -> set[str]:
        if away:
            away.pop()
            raise Unavailable
        return await world.may_watch(actor, post_ids)

    async with serving(world=world, may_watch_posts=may_watch) as site, connected(site, ADA) as ada:
        assert (await ada.call("post:watch", {"post_id": POST}))["ok"]
        world.hidden.add(POST)
        away.append(True)
        await world.signals.publish(Topic.AUDIENCE, [POST])
        await until(lambda: not any(socket.rooms for socket in site.realtime.sockets))
        assert ada.io.connected


async def test_a_permission_that_ends_while_it_is_asked_for_does_not_count(site: Site) -> None:
    world = site.world

    async def slow(actor: Actor, post_ids: list[str]) -> set[str]:
        allowed = await world.may_watch(actor, post_ids)
        if world.asked_to_watch == 1:  # the block comes after the question has been answered
            world.hidden.add(POST)
            await world.signals.publish(Topic.ACCESS, ["ada"])
            await asyncio.sleep(0.1)
        return allowed

    async with serving(world=world, may_watch_posts=slow) as other, connected(other, ADA) as ada:
        answer = await ada.call("post:watch", {"post_id": POST})
        assert answer["error"]["code"] == "not_found"
        await other.rooms.emit(f"post:{POST}", "post:edited", {"number": 1})
        await asyncio.sleep(0.05)
        assert ada.received == []
