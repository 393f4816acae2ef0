"""Durable events arrive in order, each once, whatever happens in between."""

import asyncio

from adapters.memory.signals import InProcessSignals
from adapters.realtime.settings import RealtimeSettings
from platform_core.shared.actor import Scope
from platform_core.shared.signals import Topic
from tests.realtime.fakes import World
from tests.realtime.serving import Client, Site, connected, serving, until

ADA = "ada's token"


async def test_an_event_arrives_with_its_id_and_time(site: Site) -> None:
    async with connected(site, ADA) as client:
        await site.world.tell("ada", 1)
        await until(lambda: client.received)
        assert client.received == [
            (
                "notification:created",
                {"number": 1, "event_id": "1", "occurred_at": "2026-01-02T03:04:06.678901Z"},
            )
        ]


async def test_nobody_else_gets_it(site: Site) -> None:
    async with connected(site, ADA) as ada, connected(site, "bob's token") as bob:
        await site.world.tell("ada", 1)
        await site.world.tell("bob", 2)
        await until(lambda: ada.received and bob.received)
        assert (ada.numbers(), bob.numbers()) == ([1], [2])


async def test_two_hundred_missed_events_arrive_in_order_each_once(site: Site) -> None:
    for number in range(1, 206):
        site.world.log.append("ada", "notification:created", {"number": number})
    async with connected(site, ADA, last_event_id="5") as client:
        for number in range(206, 211):
            await site.world.tell("ada", number)
        await until(lambda: len(client.received) >= 205)
        await asyncio.sleep(0.05)
        assert client.numbers() == list(range(6, 211))


async def test_without_a_last_event_only_what_is_new_arrives(site: Site) -> None:
    site.world.log.append("ada", "notification:created", {"number": 1})
    async with connected(site, ADA) as client:
        await site.world.tell("ada", 2)
        await until(lambda: client.received)
        assert client.numbers() == [2]


async def test_each_device_goes_on_from_where_it_was(site: Site) -> None:
    for number in range(1, 451):
        site.world.log.append("ada", "notification:created", {"number": number})
    async with (
        connected(site, ADA, last_event_id="0") as phone,
        connected(site, ADA, last_event_id="440") as desk,
    ):
        await site.world.tell("ada", 451)
        await until(lambda: len(phone.received) >= 451 and len(desk.received) >= 11)
        assert phone.numbers() == list(range(1, 452))
        assert desk.numbers() == list(range(441, 452))


async def test_events_while_away_and_while_coming_back_leave_no_gap(site: Site) -> None:
    """Events keep coming while the client comes and goes; together its sessions saw each one once."""
    seen: list[int] = []
    stop = asyncio.Event()

    async def keep_telling() -> int:
        number = 0
        while not stop.is_set():
            number += 1
            await site.world.tell("ada", number)
            await asyncio.sleep(0)
            if number % 7 == 0:
                await asyncio.sleep(0.001)
        return number

    telling = asyncio.create_task(keep_telling())
    for _ in range(8):
        async with connected(site, ADA, last_event_id=str(len(seen))) as client:
            await asyncio.sleep(0.05)
        seen += client.numbers()
    stop.set()
    last = await telling
    async with connected(site, ADA, last_event_id=str(len(seen))) as client:
        await until(lambda: len(seen) + len(client.received) >= last)
    seen += client.numbers()
    assert seen == list(range(1, last + 1))


async def test_one_query_serves_many_accounts() -> None:
    async with serving() as site:
        clients = [Client(site.url) for _ in range(20)]
        for number, client in enumerate(clients):
            await client.connect(site.world.authenticate.let_in(f"t{number}", f"a{number}"))
        await asyncio.sleep(0.05)
        before = site.world.log.queries
        for number in range(20):
            site.world.log.append(f"a{number}", "notification:created", {"number": number})
        await site.world.signals.publish(Topic.CLIENT_EVENTS, [f"a{number}" for number in range(20)])
        await until(lambda: all(client.received for client in clients))
        assert site.world.log.queries - before == 1
        for client in clients:
            await client.close()


async def test_a_lost_wake_up_is_made_up_for_by_the_sweep() -> None:
    async with serving(RealtimeSettings(sweep_seconds=0.2, farewell_seconds=0.05)) as site:
        await _is_told_without_a_wake_up(site)


async def test_while_the_bus_is_down_everybody_is_looked_after_every_second() -> None:
    settings = RealtimeSettings(sweep_seconds=60, farewell_seconds=0.05)
    async with serving(settings, bus_is_up=lambda: False) as site:
        await _is_told_without_a_wake_up(site)


async def _is_told_without_a_wake_up(site: Site) -> None:
    async with connected(site, site.world.authenticate.let_in(ADA, "ada")) as client:
        site.world.log.append("ada", "notification:created", {"number": 1})
        await until(lambda: client.received, 2)


async def test_a_database_outage_delays_and_loses_nothing(site: Site) -> None:
    async with connected(site, ADA) as client:
        site.world.log.down = True
        await site.world.tell("ada", 1)
        await site.world.tell("ada", 2)
        await asyncio.sleep(0.1)
        site.world.log.down = False
        await until(lambda: len(client.received) == 2)
        assert client.numbers() == [1, 2]


async def test_an_event_is_sent_only_to_tokens_with_its_scope() -> None:
    world = World(InProcessSignals())
    world.authenticate.let_in("posts only", "ada", frozenset({Scope.POSTS_READ}))
    async with serving(world=world) as site, connected(site, "posts only") as client:
        await world.tell("ada", 1, "notification:created")
        await world.tell("ada", 2, "post:published")
        await until(lambda: client.received)
        assert client.numbers() == [2]
