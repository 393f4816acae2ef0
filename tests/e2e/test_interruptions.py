"""Processes die, Valkey goes away: nothing that was acknowledged is lost, nothing happens twice."""

import asyncio
from collections import Counter

import pytest
from aiohttp import ClientError

from tests.e2e.client import A_SECOND, PASSWORD, People, Person, about, eventually
from tests.e2e.served import Site

LEASE = 20
"""Seconds after which others take over what a killed worker had claimed, and a few more."""


async def test_a_worker_killed_again_and_again_loses_and_doubles_nothing(site: Site, people: People) -> None:
    ada, bob = await people.register("ada", site.here), await people.register("bob", site.there)
    guests = await people.several(6)
    await ada.follow(bob)

    enough = asyncio.Event()
    busy = asyncio.create_task(_publish_and_react(bob, guests, enough))
    for _ in range(3):
        await asyncio.sleep(0.3)
        await asyncio.to_thread(site.worker.kill)
        await asyncio.to_thread(site.worker.start)
        # What the killed one had claimed is given to others when its lease is over.
        site.pass_time(LEASE)
    for guest in guests:
        await guest.follow(bob)
    enough.set()

    await _everything_once(ada, bob, await busy, followers=1 + len(guests))
    assert "All counters are right" in await asyncio.to_thread(site.run, "recount")


@pytest.mark.parametrize("site", ["distributed"], indirect=True)
async def test_valkey_stopped_and_started_meanwhile_loses_nothing(site: Site, people: People) -> None:
    assert site.valkey is not None
    ada, bob = await people.register("ada", site.here), await people.register("bob", site.there)
    await ada.follow(bob)
    ear = await ada.listen()

    await asyncio.to_thread(site.valkey.kill)
    during = [await bob.publish(f"Without Valkey {number}") for number in range(5)]
    for post_id in during:
        await ear.hears("post:published", about(post_id))
    await asyncio.to_thread(site.valkey.start)
    after = await bob.publish("With Valkey again")
    await ear.hears("post:published", about(after))

    told = [data["post_id"] for data in ear.named("post:published")]
    assert sorted(told) == sorted([*during, after])
    assert ear.open
    # Wake-ups come through again: a session that is ended here is ended there within a second.
    phone = await people.sign_in(ada, site.there)
    ears = await phone.listen()
    await asyncio.sleep(2)
    wanted = {"password": PASSWORD, "new_password": "another lantern 43 quiet"}
    (await ada.post("/auth/password/change", wanted)).ok  # noqa: B018 (asserts)
    assert await ears.closes() < A_SECOND


async def test_a_client_whose_process_was_killed_goes_on_where_it_was_at_another_one(
    site: Site, people: People
) -> None:
    ada, bob = await people.register("ada", site.here), await people.register("bob", site.there)
    await ada.follow(bob)
    ear = await ada.listen()
    first = await bob.publish("Before the crash")
    await ear.hears("post:published", about(first))

    await asyncio.to_thread(site.here.kill)
    await ear.closes()
    if site.there is site.here:
        await asyncio.to_thread(site.here.start)
    missed = await bob.publish("While she was thrown out")
    ada.at = site.there
    back = await ada.listen(last_event_id=ear.last_event_id)
    await back.hears("post:published", about(missed))
    await asyncio.to_thread(site.here.start)
    last = await bob.publish("After she came back")
    await back.hears("post:published", about(last))

    assert [data["post_id"] for data in back.named("post:published")] == [missed, last]


async def test_an_idempotency_key_answers_again_after_the_web_process_was_killed(
    site: Site, people: People
) -> None:
    ada = await people.register("ada", site.here)
    wanted = {"text": "Only once"}
    first = await ada.post("/posts", wanted, Idempotency_Key="the-key")
    assert first.status == 201

    await asyncio.to_thread(site.here.kill)
    await asyncio.to_thread(site.here.start)
    again = await ada.post("/posts", wanted, Idempotency_Key="the-key")
    other = await ada.post("/posts", {"text": "Another"}, Idempotency_Key="the-key")

    assert (again.status, again.body) == (201, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status, other.body["code"]) == (422, "idempotency_key_reused")
    assert len((await ada.get(f"/accounts/{ada.id}/posts")).items) == 1


async def _publish_and_react(bob: Person, guests: list[Person], enough: asyncio.Event) -> list[str]:
    """Publish and react as people do; return the posts that were acknowledged, each with one reaction."""
    acknowledged: list[str] = []
    while not enough.is_set():
        answer = await _try(bob, "POST", "/posts", {"text": f"Post {len(acknowledged)}"})
        if answer is None:
            continue
        acknowledged.append(answer["id"])
        guest, reaction = guests[len(acknowledged) % len(guests)], f"/posts/{answer['id']}/reaction"
        # Stating it twice is stating it once.
        while await _try(guest, "PUT", reaction, {"kind": "like"}) is None:
            pass
        await asyncio.sleep(0.02)
    return acknowledged


async def _try(person: Person, method: str, path: str, body: object) -> dict | None:
    """Return the answer; none if the process died before it gave one."""
    try:
        return dict((await person.ask(method, path, body)).ok)
    except (OSError, ClientError):
        await asyncio.sleep(0.1)
        return None


async def _everything_once(ada: Person, bob: Person, acknowledged: list[str], followers: int) -> None:
    posts = {item["id"] for item in await bob.all(f"/accounts/{bob.id}/posts")}
    assert set(acknowledged) <= posts

    async def settled() -> bool:
        told = {event["data"]["post_id"] for event in await _published(ada)}
        return told == posts and await _actors(bob, "reaction") == len(acknowledged)

    await eventually(settled)
    assert set(Counter(event["data"]["post_id"] for event in await _published(ada)).values()) == {1}
    assert sorted(item["id"] for item in await ada.all("/feeds/home")) == sorted(posts)
    assert await _actors(bob, "follow") == followers
    reactions = await bob.all("/notifications", kind="reaction")
    assert {item["subject"]["id"]: item["actor_count"] for item in reactions} == dict.fromkeys(
        acknowledged, 1
    )


async def _actors(person: Person, kind: str) -> int:
    """Return how many actors the person's notifications of a kind have in all."""
    return sum(item["actor_count"] for item in await person.all("/notifications", kind=kind))


async def _published(person: Person) -> list[dict]:
    return [item for item in await person.events() if item["name"] == "post:published"]
