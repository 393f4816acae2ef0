"""A client that was away receives what it missed, in order, once, over the socket and over HTTP."""

import asyncio

from tests.e2e.client import People, Person, about, eventually
from tests.e2e.served import Site

MISSED = 200


async def test_a_client_that_was_away_for_200_events_receives_them_in_order_once(
    site: Site, people: People
) -> None:
    ada, bob = await people.register("ada", site.here), await people.register("bob", site.there)
    await ada.follow(bob)
    ear = await ada.listen()
    first = await bob.publish("You are still here")
    await ear.hears("post:published", about(first))
    await ear.close()

    published = await asyncio.gather(*(bob.publish(f"While you were away {n}") for n in range(MISSED)))
    # She comes back while more is being published: what is missed and what is new meet without a seam.
    back = await ada.listen(last_event_id=ear.last_event_id)
    late = [await bob.publish(f"Welcome back {n}") for n in range(20)]
    for post_id in (*published, *late):
        await back.hears("post:published", about(post_id))

    ids = [int(heard.data["event_id"]) for heard in back.durable()]
    begin = int(ear.last_event_id)
    assert ids == list(range(begin + 1, begin + 1 + MISSED + 20))
    told = [heard.data["post_id"] for heard in back.durable()]
    assert sorted(told) == sorted([*published, *late])
    assert [item["data"] for item in await ada.events(after=str(begin))] == [
        heard.data for heard in back.durable()
    ]


async def test_list_then_connect_has_no_gap(site: Site, people: People) -> None:
    ada, bob = await people.register("ada", site.here), await people.register("bob", site.there)
    await ada.follow(bob)
    seen = await bob.publish("Seen in the list")
    await eventually(lambda: _was_told(ada, seen))

    page = await ada.get("/feeds/home")
    missed = await bob.publish("Between the list and the socket")
    await eventually(lambda: _was_told(ada, missed))
    ear = await ada.listen(last_event_id=page.headers["X-Event-Position"])

    await ear.hears("post:published", about(missed))
    assert [item["id"] for item in page.items] == [seen]
    # The position may be a little behind the list: then something is told again, with the id it had.
    told = [data["post_id"] for data in ear.named("post:published")]
    assert told in ([missed], [seen, missed])


async def test_somebody_elses_position_means_reloading(site: Site, people: People) -> None:
    ada = await people.register("ada", site.here)

    ear = await ada.listen(last_event_id="123456")

    told = await ear.hears("resync")
    assert {"feeds", "notifications"} <= set(told["reload"])
    assert (await ada.get("/events", after="123456")).ok["resync"] == told["reload"]


async def _was_told(person: Person, post_id: str) -> bool:
    return any(event["data"]["post_id"] == post_id for event in await person.events())
