"""The process dies at one step: what was acknowledged is there afterwards, and nothing is doubled."""

import asyncio
from collections import Counter

import pytest
from aiohttp import ClientError

from tests.e2e.client import People, Person, eventually
from tests.e2e.served import ENTRY, Program, Site

CRASHING = ("-m", "tests.e2e.crashing")
LEASES = 70
"""Seconds after which a killed worker's events and a killed request's key are free again."""
WEB = ("PublishPost", "FollowAccount", "ReactToPost")
STEPS = {
    **dict.fromkeys(WEB, ("commit", "publish")),
    **dict.fromkeys(("FanOutPost", "AnnouncePost", "NotifyOfFollow", "NotifyOfReaction"), ("commit",)),
    "relay": ("claim", "finish"),
}
MATRIX = [
    f"{work}:{step}:{moment}"
    for work, steps in STEPS.items()
    for step in steps
    for moment in ("before", "after")
]
DAILY = {
    "embedded": (
        "PublishPost:commit:before",
        "PublishPost:commit:after",
        "AnnouncePost:commit:after",
        "relay:finish:before",
    ),
    "distributed": ("NotifyOfFollow:commit:after", "relay:claim:after"),
}
CASES = [
    pytest.param(place, point, marks=() if point in DAILY[place] else pytest.mark.full)
    for place in DAILY
    for point in MATRIX
]


@pytest.mark.parametrize(("site", "point"), CASES, indirect=["site"])
async def test_what_was_acknowledged_is_there_and_nothing_is_doubled(
    site: Site, point: str, people: People
) -> None:
    ada, bob = await people.register("ada", site.there), await people.register("bob", site.here)
    carol = await people.register("carol", site.here)
    await ada.follow(bob)
    await eventually(lambda: _has(bob, "follow"))
    doomed = site.here if point.startswith(WEB) else site.worker
    await asyncio.to_thread(_restart, doomed, (*CRASHING, point))
    try:
        acknowledged = await _publish_react_and_follow(bob, carol)
        assert await asyncio.to_thread(doomed.wait_for_death) == -9
    finally:
        await asyncio.to_thread(_restart, doomed, ENTRY)
    site.pass_time(LEASES)
    if acknowledged is None:
        # Whoever got no answer asks again: with the same key, and so for the same post.
        acknowledged = await _publish_react_and_follow(bob, carol)

    assert acknowledged is not None
    await _everything_once(ada, bob, acknowledged)
    assert await asyncio.to_thread(site.drifts) == []


def _restart(program: Program, entry: tuple[str, ...]) -> None:
    program.stop()
    program.entry = entry
    program.start()


async def _publish_react_and_follow(bob: Person, carol: Person) -> str | None:
    """Return the post's id if everything was acknowledged."""
    try:
        answer = await bob.post("/posts", {"text": "Once"}, Idempotency_Key="once")
        (await carol.put(f"/posts/{answer.ok['id']}/reaction", {"kind": "like"})).ok  # noqa: B018 (asserts)
        await carol.follow(bob)
    except (OSError, ClientError):
        return None
    return str(answer.ok["id"])


async def _everything_once(ada: Person, bob: Person, post_id: str) -> None:
    async def settled() -> bool:
        events = [event["name"] for event in await ada.events()]
        return "post:published" in events and await _has(bob, "follow", 2) and await _has(bob, "reaction")

    await eventually(settled)
    assert [item["id"] for item in await bob.all(f"/accounts/{bob.id}/posts")] == [post_id]
    assert [item["id"] for item in await ada.all("/feeds/home")] == [post_id]
    assert [event["data"]["post_id"] for event in await ada.events()] == [post_id]
    created = [event["data"]["notification"]["id"] for event in await bob.events() if _is_created(event)]
    # One line of two followers, told of twice because it grew; one of a reaction, told of once.
    assert sorted(Counter(created).values()) == [1, 2]


async def _has(person: Person, kind: str, actors: int = 1) -> bool:
    items = await person.all("/notifications", kind=kind)
    return [item["actor_count"] for item in items] == [actors]


def _is_created(event: dict) -> bool:
    return bool(event["name"] == "notification:created")
