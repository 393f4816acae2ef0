"""Every client event is answered, whatever is sent; nothing a client sends is an error of ours."""

import asyncio
import json
import time
from contextlib import suppress
from typing import Any

import pytest
from aiohttp import ClientSession

from adapters.realtime.settings import RealtimeSettings
from platform_core.shared.actor import Actor, Scope
from tests.realtime.serving import Site, connected, raw, serving, until

pytestmark = pytest.mark.usefixtures("no_tracebacks")
ADA = "ada's token"
POST = "01900000-0000-7000-8000-00000000aaaa"


async def test_an_event_is_acknowledged(site: Site) -> None:
    async with connected(site, ADA) as ada:
        assert await ada.call("post:watch", {"post_id": POST}) == {"ok": True, "data": None}
        assert await ada.call("post:unwatch", {"post_id": POST}) == {"ok": True, "data": None}


REFUSED: list[tuple[tuple[Any, ...], str]] = [
    (("nothing:such", {}), "unknown_event"),
    (("connect", {}), "unknown_event"),
    (("disconnect", {}), "unknown_event"),
    (("__class__", {}), "unknown_event"),
    (("specs",), "unknown_event"),
    (("post:watch",), "invalid"),
    (("post:watch", None), "invalid"),
    (("post:watch", []), "invalid"),
    (("post:watch", "x"), "invalid"),
    (("post:watch", {}), "invalid"),
    (("post:watch", {"post_id": 1}), "invalid"),
    (("post:watch", {"post_id": "x"}), "invalid"),
    (("post:watch", {"post_id": POST.upper()}), "invalid"),
    (("post:watch", {"post_id": POST, "account_id": "bob"}), "invalid"),
    (("post:watch", {"post_id": POST}, "more"), "malformed_event"),
    (("post:watch", {"post_id": "a\0b"}), "invalid"),
    (("post:watch", {"post_id": "\ud800"}), "invalid"),
]


@pytest.mark.parametrize(("arguments", "code"), REFUSED, ids=range(len(REFUSED)))
async def test_what_is_wrong_with_an_event_is_told(site: Site, arguments: tuple[Any, ...], code: str) -> None:
    async with raw(site) as client:
        await client.enter(ADA)
        await client.say("427" + json.dumps(arguments))
        heard = await client.hear()
        [answer] = json.loads(heard.removeprefix("437"))
        assert answer["ok"] is False
        assert answer["error"]["code"] == code
        assert answer["error"]["request_id"]


MALFORMED = [
    "[", "nul", "{}", "5", '"post:watch"', "[]", "[null]", "[5]", "[[]]", "[{}]", "[NaN]", '["a",NaN]', "",
    '["post:watch",{"post_id":"a","post_id":"b"}]', '["post:watch",' + "[" * 60 + "]" * 60 + "]",
    "[" * 30_000, '["post:watch",{"post_id":' + "1" * 500 + "}]", '["\\ud800",{}]', '["a\\u0000",{}]',
    '["post:watch",1e999]',
]  # fmt: skip


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
async def test_malformed_json_is_refused_and_the_socket_lives_on(site: Site, body: str) -> None:
    async with raw(site) as client:
        await client.enter(ADA)
        await client.say(f"423{body}" if not body[:1].isdigit() else f"42/,3{body}")
        heard = await client.hear()
        if heard.startswith("43"):
            assert json.loads(heard[heard.index("[") :])[0]["ok"] is False
        await client.say('428["post:watch",{"post_id":"%s"}]' % POST)  # noqa: UP031 (braces)
        assert await client.hear() == '438[{"ok":true,"data":null}]'


async def test_events_without_an_acknowledgement_id_are_handled_as_well(site: Site) -> None:
    async with connected(site, ADA) as ada:
        await ada.io.emit("post:watch", {"post_id": POST})
        await until(lambda: any(socket.rooms for socket in site.realtime.sockets))


async def test_binary_data_is_refused_and_passed_over(site: Site) -> None:
    async with raw(site) as client:
        await client.enter(ADA)
        await client.say('452-1["post:watch",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]')
        [answer] = json.loads((await client.hear()).removeprefix("431"))
        assert answer["error"]["code"] == "binary_refused"
        await client.ws.send_bytes(b"\0" * 1000)
        await client.ws.send_bytes(b"\1" * 1000)
        await client.say(f'422["post:watch",{{"post_id":"{POST}"}}]')
        assert await client.hear() == '432[{"ok":true,"data":null}]'


async def test_the_official_client_s_binary_event_is_refused(site: Site) -> None:
    async with connected(site, ADA) as ada:
        assert (await ada.call("post:watch", {"post_id": b"x"}))["error"]["code"] == "binary_refused"
        assert (await ada.call("post:watch", {"post_id": POST}))["ok"]


FORBIDDEN = ["x", "", "0{}", "4", "4x", '4{"a":1}', "47", "99", "2[[[[", "4599999-[]", "450-[]", "44{}", "44"]


@pytest.mark.parametrize("frame", FORBIDDEN)
async def test_what_is_not_the_protocol_ends_the_connection(site: Site, frame: str) -> None:
    async with raw(site) as client:
        await client.enter(ADA)
        await client.say(frame)
        await client.hear_out()
    await until(lambda: not site.sockets)


async def test_an_unexpected_attachment_ends_the_connection(site: Site) -> None:
    async with raw(site) as client:
        await client.enter(ADA)
        await client.ws.send_bytes(b"surprise")
        await client.hear_out()


async def test_a_packet_of_more_than_64_kib_ends_the_connection(site: Site) -> None:
    async with raw(site) as client:
        await client.enter(ADA)
        await client.say('421["post:watch","' + "x" * 65_000 + '"]')
        assert (await client.hear()).startswith("431")
        await client.say('421["post:watch","' + "x" * 66_000 + '"]')
        await client.hear_out()


async def test_before_entry_events_are_not_even_answered(site: Site) -> None:
    async with raw(site) as client:
        await client.say(f'421["post:watch",{{"post_id":"{POST}"}}]')
        await client.enter(ADA)
        assert site.world.asked_to_watch == 0


async def test_more_than_20_events_a_second_are_refused(site: Site) -> None:
    async with raw(site) as client:
        await client.enter(ADA)
        for _ in range(40):
            await client.say(f'421["post:watch",{{"post_id":"{POST}"}}]')
        answers = [json.loads((await client.hear()).removeprefix("431"))[0] for _ in range(40)]
        codes = [answer.get("error", {}).get("code") for answer in answers]
        assert 19 <= codes.count(None) <= 22
        assert set(codes) == {None, "rate_limited"}
        await asyncio.sleep(0.5)
        await client.say(f'421["post:watch",{{"post_id":"{POST}"}}]')
        assert await client.hear() == '431[{"ok":true,"data":null}]'


async def test_whoever_does_not_stop_is_disconnected(site: Site) -> None:
    async with raw(site) as client:
        await client.enter(ADA)
        with suppress(ConnectionError):  # of whoever goes on talking
            for _ in range(1000):
                await client.say("42[]")
                await asyncio.sleep(0)
        await client.hear_out()


async def test_events_of_one_socket_are_handled_in_the_order_of_their_sending() -> None:
    order: list[str] = []

    async def slower_and_slower(actor: Actor, post_ids: list[str]) -> set[str]:
        await asyncio.sleep(0.05 - 0.01 * len(order))
        order.extend(post_ids)
        return set(post_ids)

    async with serving(may_watch_posts=slower_and_slower) as site:
        site.world.authenticate.let_in(ADA, "ada")
        ids = [POST[:-1] + str(number) for number in range(4)]
        async with raw(site) as client:
            await client.enter(ADA)
            for number, id_ in enumerate(ids):
                await client.say(f'42{number}["post:watch",{{"post_id":"{id_}"}}]')
            heard = [await client.hear() for _ in ids]
            assert [text[:3] for text in heard] == ["430", "431", "432", "433"]
            assert order == ids


async def test_a_handler_that_hangs_is_given_up() -> None:
    async def never(actor: Actor, post_ids: list[str]) -> set[str]:
        await asyncio.sleep(60)
        return set()

    settings = RealtimeSettings(event_seconds=0.1, farewell_seconds=0.05)
    async with serving(settings, may_watch_posts=never) as site, raw(site) as client:
        await client.enter(site.world.authenticate.let_in(ADA, "ada"))
        began = time.monotonic()
        await client.say(f'421["post:watch",{{"post_id":"{POST}"}}]')
        assert '"unavailable"' in await client.hear()
        assert time.monotonic() - began < 2


async def test_a_token_without_the_scope_may_not(site: Site) -> None:
    site.world.authenticate.let_in("narrow", "ada", frozenset({Scope.NOTIFICATIONS_READ}))
    async with connected(site, "narrow") as ada:
        answer = await ada.call("post:watch", {"post_id": POST})
        assert (answer["error"]["code"], answer["error"]["status"]) == ("insufficient_scope", 403)
        assert site.world.asked_to_watch == 0


@pytest.mark.parametrize(
    "body", ["x", "", "4", "b!!!", "bAAA", "\x1e", "\x1e".join(["2"] * 100), "d=", "4" + "[" * 60_000]
)
async def test_long_polling_rubbish_ends_the_session(site: Site, body: str) -> None:
    async with ClientSession() as session:
        address = f"{site.url}/socket.io/?EIO=4&transport=polling"
        async with session.get(address) as answer:
            sid = json.loads((await answer.text())[1:])["sid"]
        async with session.post(f"{address}&sid={sid}", data=body) as answer:
            assert answer.status == 400
        async with session.get(f"{address}&sid={sid}") as answer:
            assert "0{" not in await answer.text()
        async with session.get(f"{address}&j=0") as answer:
            assert answer.status == 400
    await until(lambda: not site.sockets)
