"""Operations from 64 workers: one winner, exact counters, no failure of ours."""

import asyncio
import random
from functools import partial

import pytest

from tests.concurrency.crowd import AMOUNTS, all_at_once, counts, shuffled
from tests.e2e.client import PASSWORD, People, Person, Reply, eventually
from tests.e2e.served import Site

KINDS = ("like", "love", "haha", "wow", "sad", "angry", "care")


@pytest.mark.parametrize("amount", AMOUNTS)
async def test_following_and_unfollowing_again_and_again_counts_each_follow_once(
    site: Site, people: People, amount: int
) -> None:
    ada, *guests = await people.several(9)
    chance = random.Random(1)
    operations = [
        partial(chance.choice(guests).ask, *chance.choice(_follow_or_not(ada))) for _ in range(amount)
    ]
    await all_at_once(operations)
    # In the end everybody follows, each of them eight times at once.
    last = [partial(guest.put, f"/accounts/{ada.id}/follow", {}) for guest in guests for _ in range(8)]
    statuses = await all_at_once(shuffled(last))

    assert set(statuses) <= {200, 204}
    assert (await counts(ada))["followers"] == len(guests)
    assert len(await ada.all(f"/accounts/{ada.id}/followers")) == len(guests)
    assert {(await counts(guest))["following"] for guest in guests} == {1}

    async def told_of_each() -> bool:
        items = await ada.all("/notifications", kind="follow")
        return sum(item["actor_count"] for item in items) == len(guests)

    await eventually(told_of_each, 60)
    assert await asyncio.to_thread(site.drifts) == []


@pytest.mark.parametrize("amount", AMOUNTS)
async def test_reactions_that_change_all_the_time_count_one_for_each_person(
    site: Site, people: People, amount: int
) -> None:
    ada, *guests = await people.several(17)
    post_id = await ada.publish("Everybody has an opinion")
    chance = random.Random(2)
    operations = [partial(chance.choice(guests).ask, *_opinion(chance, post_id)) for _ in range(amount)]

    statuses = await all_at_once(operations)

    assert set(statuses) <= {200, 204}
    views = [(await guest.get(f"/posts/{post_id}")).ok for guest in guests]
    stated = [view["viewer"]["reaction"] for view in views]
    shown = views[-1]["counts"]
    assert shown["reactions"] == {kind: stated.count(kind) for kind in KINDS if kind in stated}
    assert shown["dislikes"] == sum(view["viewer"]["disliked"] for view in views)
    listed = await ada.all(f"/posts/{post_id}/reactions")
    assert len(listed) == sum(shown["reactions"].values())
    assert await asyncio.to_thread(site.drifts) == []


async def test_of_fifty_who_want_one_handle_one_gets_it(site: Site, people: People) -> None:
    strangers = [people.anybody(at) for at in (site.here, site.there) * 25]
    handle = f"wanted_{random.getrandbits(32):x}"
    operations = [
        partial(stranger.post, "/auth/register", _registration(handle, number))
        for number, stranger in enumerate(strangers)
    ]

    statuses = await all_at_once(operations, workers=len(operations))

    assert statuses == {201: 1, 409: 49}
    assert (await strangers[0].get(f"/accounts/by-handle/{handle}")).ok["handle"] == handle


async def test_blocking_while_following_leaves_no_follow_behind_a_block(site: Site, people: People) -> None:
    ada, *guests = await people.several(9)
    operations = []
    for guest in guests:
        operations += [partial(guest.put, f"/accounts/{ada.id}/follow", {})] * 12
        operations += [partial(ada.put, f"/accounts/{guest.id}/follow", {})] * 12
        operations += [partial(ada.put, f"/accounts/{guest.id}/block")] * 4
        operations += [partial(guest.put, f"/accounts/{ada.id}/block")] * 2

    statuses = await all_at_once(shuffled(operations))

    # 409: whoever blocks somebody has to unblock before following.
    assert set(statuses) <= {200, 404, 409}
    assert await counts(ada) == {"posts": 0, "followers": 0, "following": 0}
    assert {(await counts(guest))["following"] for guest in guests} == {0}
    assert await asyncio.to_thread(site.drifts) == []


async def test_deleting_what_others_react_to_and_save_leaves_nothing_of_it(
    site: Site, people: People
) -> None:
    ada, *guests = await people.several(7)
    posts = [await ada.publish(f"Soon gone {number}") for number in range(8)]
    kept, *gone = posts
    operations = [
        partial(guest.ask, *_interest(post_id, number))
        for post_id in posts
        for guest in guests
        for number in range(6)
    ]
    operations += [partial(ada.delete, f"/posts/{post_id}") for post_id in gone for _ in range(2)]

    statuses = await all_at_once(shuffled(operations))

    assert set(statuses) <= {200, 204, 404}
    assert (await counts(ada))["posts"] == 1
    for guest in guests:
        assert [item["id"] for item in await guest.all("/feeds/saved")] == [kept]
        assert (await guest.get(f"/posts/{gone[0]}")).status == 404
    assert await asyncio.to_thread(site.drifts) == []


async def test_marking_as_read_never_swallows_what_comes_meanwhile(site: Site, people: People) -> None:
    ada, *guests = await people.several(13)
    posts = [await ada.publish(f"Post {number}") for number in range(8)]
    operations = [
        partial(guest.put, f"/posts/{post_id}/reaction", {"kind": "like"})
        for post_id in posts
        for guest in guests
    ]
    operations += [partial(_read_what_is_seen, ada)] * 100

    await all_at_once(shuffled(operations))

    async def told_of_each() -> bool:
        items = await ada.all("/notifications", kind="reaction")
        return sum(item["actor_count"] for item in items) == len(posts) * len(guests)

    await eventually(told_of_each, 60)
    unread = await ada.all("/notifications", unread="true")
    assert (await ada.get("/notifications/unread-count")).ok["total"] == len(unread)
    assert await asyncio.to_thread(site.drifts) == []


def _follow_or_not(ada: Person) -> tuple[tuple[str, str, object], ...]:
    path = f"/accounts/{ada.id}/follow"
    return ("PUT", path, {}), ("PUT", path, {}), ("DELETE", path, None)


def _opinion(chance: random.Random, post_id: str) -> tuple[str, str, object]:
    return chance.choice(
        (
            ("PUT", f"/posts/{post_id}/reaction", {"kind": chance.choice(KINDS)}),
            ("PUT", f"/posts/{post_id}/reaction", {"kind": chance.choice(KINDS)}),
            ("DELETE", f"/posts/{post_id}/reaction", None),
            ("PUT", f"/posts/{post_id}/dislike", None),
            ("DELETE", f"/posts/{post_id}/dislike", None),
        )
    )


def _interest(post_id: str, number: int) -> tuple[str, str, object]:
    if number % 2:
        return "PUT", f"/posts/{post_id}/save", None
    return "PUT", f"/posts/{post_id}/reaction", {"kind": KINDS[number % len(KINDS)]}


def _registration(handle: str, number: int) -> dict[str, str]:
    email = f"{handle}.{number}@example.org"
    return {"email": email, "password": PASSWORD, "handle": handle, "display_name": "Wanted"}


async def _read_what_is_seen(ada: Person) -> Reply:
    page = await ada.get("/notifications", limit=1)
    if not page.items:
        return page
    return await ada.put("/notifications/read", {"up_to": page.items[0]["order_id"]})
