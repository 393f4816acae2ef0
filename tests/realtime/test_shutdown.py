"""A process that ends lets its sockets go so that they come back, elsewhere or later, and catch up."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any

from adapters.memory.signals import InProcessSignals
from adapters.realtime.settings import RealtimeSettings
from tests.realtime.fakes import World
from tests.realtime.serving import Client, Site, raw, serving, until

ADA = "ada's token"


async def test_sockets_are_closed_one_after_the_other_without_a_verdict() -> None:
    world = World(InProcessSignals())
    world.authenticate.let_in(ADA, "ada")
    async with AsyncExitStack() as clients, AsyncExitStack() as stack:
        site = await stack.enter_async_context(serving(RealtimeSettings(farewell_seconds=0.5), world=world))
        entered = [await clients.enter_async_context(raw(site)) for _ in range(6)]
        undecided = await clients.enter_async_context(raw(site))
        for client in entered:
            await client.enter(ADA)
        listening = [asyncio.create_task(_end_of(client)) for client in (*entered, undecided)]
        began = time.monotonic()
        await stack.aclose()
        assert time.monotonic() - began < 5
        ends = await asyncio.gather(*listening)
    assert max(ends) - min(ends) > 0.3


async def _end_of(client: Any) -> float:
    """A DISCONNECT packet, 41, would tell clients not to come back."""
    assert "41" not in await client.hear_out()
    return time.monotonic()


async def test_clients_come_back_by_themselves_and_catch_up(site: Site) -> None:
    client = Client(site.url, reconnection=True, reconnection_delay=0.2)
    dropped = asyncio.Event()

    async def drop(*_: Any) -> None:
        dropped.set()

    client.io.on("disconnect", drop)
    # As clients do: what is sent on a reconnection names the last event that was seen.
    last = {"token": ADA, "last_event_id": "0"}
    await client.io.connect(site.url, auth=lambda: dict(last), transports=["websocket"])
    await site.world.tell("ada", 1)
    await until(lambda: client.numbers() == [1])
    last["last_event_id"] = client.received[-1][1]["event_id"]
    [socket] = site.realtime.sockets
    await site.realtime.server.eio.hang_up(socket.session)
    await asyncio.wait_for(dropped.wait(), 5)
    await site.world.tell("ada", 2)
    await until(lambda: client.numbers() == [1, 2])
    await client.close()
