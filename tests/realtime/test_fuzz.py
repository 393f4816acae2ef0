"""Whatever a client sends, the server neither stumbles nor forgets the others."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from adapters.realtime.packets import MalformedPacket, acceptable, acceptable_payload, parse
from adapters.realtime.settings import RealtimeSettings
from tests.realtime.serving import RawClient, Site, connected, raw, serving, until

ADA = "ada's token"
POST = "01900000-0000-7000-8000-00000000aaaa"

values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20),
    lambda inner: (
        some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)
events = some.lists(
    some.sampled_from(["post:watch", "post:unwatch", "connect", "*", "", {"post_id": POST}]) | values,
    max_size=4,
)
packets = some.one_of(
    some.builds(
        lambda head, body: head + json.dumps(body),
        some.from_regex(r"4[0-6]([0-9]-)?(/[a-z]{0,3},)?[0-9]{0,3}", fullmatch=True),
        events | values,
    ),
    some.text(alphabet=some.characters(exclude_categories=["Cs"]), max_size=40),
    some.from_regex(r"[0-9b]{0,4}[\[\]{}\",:a-z0-9-]{0,40}", fullmatch=True),
    some.binary(max_size=40),
)


@given(some.text())
def test_no_text_makes_the_parser_fail_otherwise_than_by_saying_so(text: str) -> None:
    acceptable(text)
    acceptable_payload(text.encode(errors="surrogatepass"), 64)
    try:
        packet = parse(text)
    except MalformedPacket:
        return
    assert text.endswith(packet.body)
    assert 0 <= packet.kind <= 6


@given(kind=some.integers(0, 6), id_=some.none() | some.integers(0, 10**9), body=events)
def test_a_packet_of_the_protocol_is_read_as_it_was_written(kind: int, id_: int | None, body: Any) -> None:
    text = json.dumps(body)
    packet = parse(f"{kind}{'' if id_ is None else id_}{text}")
    assert (packet.kind, packet.id, packet.body, packet.namespace) == (kind, id_, text, "/")


@pytest.mark.usefixtures("no_tracebacks")
async def test_nothing_a_client_sends_harms_the_server() -> None:
    """One event loop for all examples: what one leaves behind would show in the next ones."""
    quick = RealtimeSettings(events_per_second=1000, sockets_per_account=10_000, farewell_seconds=0.05)
    loop = asyncio.get_running_loop()
    async with serving(quick) as site, connected(site, site.world.authenticate.let_in("b", "bob")) as bob:
        site.world.authenticate.let_in(ADA, "ada")

        @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
        @given(some.lists(packets, min_size=1, max_size=8), some.booleans())
        def attack(frames: list[str | bytes], entered: bool) -> None:
            asyncio.run_coroutine_threadsafe(_attack(site, frames, entered), loop).result(20)

        await asyncio.to_thread(attack)
        await site.world.tell("bob", 1)
        await until(lambda: bob.numbers() == [1])
        await until(lambda: len(site.sockets) == 1 and len(site.realtime.sockets) == 1)


async def _attack(site: Site, frames: list[str | bytes], entered: bool) -> None:
    async with raw(site) as client:
        if entered:
            await client.enter(ADA)
        try:
            await _send_all(client, frames)
        except ConnectionError:
            return  # it has had enough


async def _send_all(client: RawClient, frames: list[str | bytes]) -> None:
    for frame in frames:
        if isinstance(frame, bytes):
            await client.ws.send_bytes(frame)
        else:
            await client.say(frame)
        await asyncio.sleep(0)
