"""Who is let in, who is not, and what becomes of the connection of those who are not."""

import asyncio
import json
import time
from typing import Any

import pytest
from aiohttp import ClientSession
from socketio.exceptions import ConnectionError as NotConnected

from adapters.realtime.settings import RealtimeSettings
from platform_core.shared.actor import Actor
from platform_core.shared.signals import Topic
from tests.realtime.serving import Client, Site, connected, raw, serving, until

pytestmark = pytest.mark.usefixtures("no_tracebacks")
ADA = "ada's token"
ENTER = '40{"token":"ada\'s token"}'
SHORT = RealtimeSettings(entry_seconds=0.5, farewell_seconds=0.05)


async def test_a_wrong_token_is_refused_in_words_and_the_transport_closed(site: Site) -> None:
    async with raw(site) as client:
        await client.say('40{"token":"wrong"}')
        began = time.monotonic()
        heard = await client.hear_out()
        refusal = json.loads(heard[0].removeprefix("44"))
        assert refusal["message"] == refusal["data"]["code"] == "unauthenticated"
        assert refusal["data"]["status"] == 401
        assert time.monotonic() - began < 3
    await until(lambda: not site.sockets)


async def test_the_official_python_client_learns_why_it_was_refused(site: Site) -> None:
    client = Client(site.url)
    with pytest.raises(NotConnected):
        await client.connect("wrong")
    assert client.refusal["data"]["code"] == "unauthenticated"
    await client.close()


RUBBISH = [
    "", "null", "[]", "{}", "0", "true", '"ada\'s token"', '{"token":null}', '{"token":5}', '{"token":["x"]}',
    '{"token":""}', '{"token":{"$ne":null}}', '{"token":"' + "x" * 600 + '"}', '{"token":"wrong","x":1}',
    '{"token":"a\\u0000b"}', '{"token":"\\ud800"}', '{"token":"ada\'s token","last_event_id":5}',
    '{"token":"ada\'s token","token":"ada\'s token"}', '{"token":', "{" * 30, "[" * 60_000, "NaN",
    '{"token":"ada\'s token","last_event_id":{"a":1}}', "\\u0000", '{"__proto__":{"token":"x"}}',
]  # fmt: skip


@pytest.mark.parametrize("auth", RUBBISH, ids=range(len(RUBBISH)))
async def test_rubbish_in_place_of_a_token_is_refused(site: Site, auth: str) -> None:
    async with raw(site) as client:
        await client.say(f"40{auth}")
        heard = await client.hear_out()
        assert not [text for text in heard if text.startswith("40")]
        assert any(text.startswith("44") for text in heard)


async def test_whoever_never_says_who_it_is_is_disconnected() -> None:
    async with serving(SHORT) as site, raw(site) as client:
        began = time.monotonic()
        await client.hear_out()
        assert time.monotonic() - began < 3
        await until(lambda: not site.sockets)


async def test_whoever_does_not_let_go_is_cut_off() -> None:
    """A client that answers neither the closing nor anything else is gone within seconds all the same."""
    async with serving(SHORT) as site:
        host, port = site.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        key = "dGhlIHNhbXBsZSBub25jZQ=="
        writer.write(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        began = time.monotonic()
        async with asyncio.timeout(6):
            while await reader.read(4096):
                pass
        assert time.monotonic() - began < 5
        writer.close()


async def test_other_namespaces_are_refused(site: Site) -> None:
    async with raw(site) as client:
        await client.say(ENTER.replace("40", "40/admin,"))
        assert (await client.hear()).startswith("44/admin,")
        await client.enter(ADA)


async def test_a_second_entry_is_refused_and_the_first_one_stands(site: Site) -> None:
    async with raw(site) as client:
        await client.enter(ADA)
        await client.say(ENTER)
        assert (await client.hear()).startswith("44")
        await site.world.tell("ada", 1)
        assert "notification:created" in await client.hear()


async def test_one_socket_too_many_is_refused_and_the_others_stay(site: Site) -> None:
    clients = [Client(site.url) for _ in range(10)]
    for client in clients:
        await client.connect(ADA)
    late = Client(site.url)
    with pytest.raises(NotConnected):
        await late.connect(ADA)
    assert late.refusal["message"] == "too_many_sockets"
    await site.world.tell("ada", 1)
    await until(lambda: all(client.received for client in clients))
    await clients[0].close()
    await until(lambda: len(site.realtime.sockets) == 9)
    again = Client(site.url)
    await again.connect(ADA)
    for client in (*clients[1:], late, again):
        await client.close()


async def test_simultaneous_entries_do_not_pass_the_limit(site: Site) -> None:
    clients = [Client(site.url) for _ in range(20)]
    outcomes = await asyncio.gather(*(client.connect(ADA) for client in clients), return_exceptions=True)
    assert sum(outcome is None for outcome in outcomes) == 10
    await asyncio.gather(*(client.close() for client in clients))
    await until(lambda: len(site.realtime.sockets) == 0)


async def test_while_nobody_can_tell_whose_token_it_is_clients_are_cut_off_without_a_verdict(
    site: Site,
) -> None:
    """A refusal in words would keep clients from trying again."""
    site.world.authenticate.down = True
    async with raw(site) as client:
        await client.say(ENTER)
        assert await client.hear_out() == []


async def test_leaving_the_namespace_closes_the_transport(site: Site) -> None:
    async with raw(site) as client:
        await client.enter(ADA)
        await client.say("41")
        await client.hear_out()
    await until(lambda: not site.sockets and not len(site.realtime.sockets))


async def test_pages_of_foreign_origins_cannot_connect(site: Site) -> None:
    async with ClientSession() as session:
        address = f"{site.url}/socket.io/?EIO=4&transport=polling"
        own = site.url
        for origin, status in (("https://evil.example", 400), (own, 200), ("null", 400)):
            async with session.get(address, headers={"Origin": origin}) as answer:
                assert answer.status == status
                if status == 400:
                    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_an_allowed_origin_may_connect() -> None:
    settings = RealtimeSettings(cors_origins=frozenset({"https://app.example"}), farewell_seconds=0.05)
    async with serving(settings) as site, ClientSession() as session:
        address = f"{site.url}/socket.io/?EIO=4&transport=polling"
        async with session.get(address, headers={"Origin": "https://app.example"}) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"
        async with session.get(address, headers={"Origin": "https://app.example.evil.example"}) as answer:
            assert answer.status == 400


async def test_with_several_workers_there_is_no_polling() -> None:
    async with serving(RealtimeSettings(polling=False, farewell_seconds=0.05)) as site:
        address = f"{site.url}/socket.io/?EIO=4&transport=polling"
        async with ClientSession() as session, session.get(address) as answer:
            assert answer.status == 400
        async with connected(site, site.world.authenticate.let_in(ADA, "ada")) as client:
            await site.world.tell("ada", 1)
            await until(lambda: client.received)


@pytest.mark.parametrize("transports", [("polling",), ("polling", "websocket")])
async def test_polling_and_upgrading_clients_get_the_same(site: Site, transports: Any) -> None:
    for number in range(1, 51):
        site.world.log.append("ada", "notification:created", {"number": number})
    async with connected(site, ADA, transports=transports, last_event_id="0") as client:
        for number in range(51, 101):
            await site.world.tell("ada", number)
        await until(lambda: len(client.received) >= 100)
        assert client.numbers() == list(range(1, 101))


async def test_no_compression_is_agreed_on(site: Site) -> None:
    async with ClientSession() as session:
        address = f"{site.url}/socket.io/?EIO=4&transport=websocket"
        async with session.ws_connect(address, compress=15) as ws:
            assert not ws.compress


async def test_a_session_that_ends_during_the_answer_is_noticed(site: Site) -> None:
    """Access is taken away between the authenticator's answer and the admission."""
    world = site.world

    async def slow(token: str) -> Actor:
        actor = await world.authenticate(token)
        if world.authenticate.asked == 1:
            del world.authenticate.actors[token]
            await world.signals.publish(Topic.ACCESS, ["ada"])
        return actor

    async with serving(world=world, authenticate=slow) as other, raw(other) as client:
        await client.say(ENTER)
        began = time.monotonic()
        assert "41" in await client.hear_out()
        assert time.monotonic() - began < 1
