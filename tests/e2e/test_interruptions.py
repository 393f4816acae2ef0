"""Processes die, Valkey goes away: nothing that was acknowledged is lost, nothing happens twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import pytest
from aiohttp import ClientError

from tests.databases import Databases
from tests.e2e.client import A_SECOND, PASSWORD, People, Person, about, eventually, people_at
from tests.e2e.served import Site, distributed, embedded, migrate
from tests.servers import ValkeyServer

MANY = 30
LEASE = 20
"""Seconds after which others take over what a killed worker had claimed, and a few more."""


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    """A Valkey of the test's own, to be stopped."""
    with ValkeyServer() as server:
        yield server


@pytest.fixture(params=["embedded", "distributed"])
def site(
    request: pytest.FixtureRequest, postgres_databases: Databases, valkey: ValkeyServer
) -> Iterator[Site]:
    """Each set-up, of the test's own."""
    if request.param == "embedded":
        with embedded() as site:
            yield site
    else:
        url = postgres_databases.create(postgres_databases.template("migrated", migrate))
        with distributed(url, valkey.url) as site:
            yield site
        postgres_databases.drop(url)
    assert not site.troubles()


@pytest.fixture
async def people(site: Site) -> AsyncIterator[People]:
    """The people who come to the site."""
    async with people_at(site) as present:
        yield present


async def test_a_killed_worker_restarted_loses_and_doubles_nothing(site: Site, people: People) -> None:
    ada, bob = await people.register("ada", site.here), await people.register("bob", site.there)
    guests = await people.several(6)
    await ada.follow(bob)

    busy = asyncio.create_task(_publish_and_react(bob, guests))
    await asyncio.sleep(0.2)
    await asyncio.to_thread(site.worker.kill)
    if site.worker is not site.there:
        # The web processes go on without the worker; what they acknowledge waits for it.
        assert await bob.publish("While there is no worker")
    await asyncio.to_thread(site.worker.start)
    site.pass_time(LEASE)
    for guest in guests:
        await guest.follow(bob)
    acknowledged = await busy

    await _everything_once(ada, bob, acknowledged, followers=1 + len(guests))
    site.run("recount")


async def test_valkey_stopped_and_started_meanwhile_loses_nothing(
    site: Site, people: People, valkey: ValkeyServer
) -> None:
    ada, bob = await people.register("ada", site.here), await people.register("bob", site.there)
    await ada.follow(bob)
    ear = await ada.listen()
    site.troubles_expected += ["[Vv]alkey", "redis", "6379"]

    await asyncio.to_thread(valkey.kill)
    during = [await bob.publish(f"Without Valkey {n}") for n in range(5)]
    for post_id in during:
        await ear.hears("post:published", about(post_id))
    await asyncio.to_thread(valkey.start)
    after = await bob.publish("With Valkey again")
    await ear.hears("post:published", about(after))

    told = [data["post_id"] for data in ear.named("post:published")]
    assert sorted(told) == sorted([*during, after])
    assert ear.open
    # Wake-ups come through again, and a revoked session is heard of at the other process within a second.
    phone = await people.sign_in(ada, site.there)
    ears = await phone.listen()
    await asyncio.sleep(2)
    (await ada.post("/auth/password/change", _change())).ok  # noqa: B018 (asserts)
    assert await ears.closes() < A_SECOND


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


async def _publish_and_react(bob: Person, guests: list[Person]) -> list[str]:
    """Publish and react as people do; return the posts that were acknowledged, each with one reaction."""
    acknowledged: list[str] = []
    for number in range(MANY):
        answer = await _try(bob, "POST", "/posts", {"text": f"Post {number}"})
        if answer is None:
            continue
        acknowledged.append(answer["id"])
        reaction = f"/posts/{answer['id']}/reaction"
        while await _try(guests[number % len(guests)], "PUT", reaction, {"kind": "like"}) is None:
            """Stating it twice is stating it once."""
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


def _change() -> dict[str, str]:
    return {"password": PASSWORD, "new_password": "another lantern 43 quiet"}
