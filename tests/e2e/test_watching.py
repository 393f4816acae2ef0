"""Whoever may not see a post any more is told nothing about it, however long it was watched before."""

import asyncio

import pytest

from tests.e2e.client import A_SECOND, People, about
from tests.e2e.served import Site


@pytest.mark.parametrize("narrowed", ["the post", "the account"])
async def test_a_stranger_hears_nothing_of_a_post_that_is_for_followers_now(
    site: Site, people: People, narrowed: str
) -> None:
    ada, bob = await people.register("ada", site.here), await people.register("bob", site.there)
    carol = await people.register("carol", site.there)
    await bob.follow(ada)
    post_id = await ada.publish("For everybody, so far")
    follower, stranger = await bob.listen(), await carol.listen()
    for ear in (follower, stranger):
        assert (await ear.call("post:watch", {"post_id": post_id}))["ok"]
    (await bob.put(f"/posts/{post_id}/reaction", {"kind": "like"})).ok  # noqa: B018 (asserts)
    for ear in (follower, stranger):
        await ear.hears("post:counted", about(post_id))

    if narrowed == "the post":
        (await ada.patch(f"/posts/{post_id}", {"audience": "followers"})).ok  # noqa: B018
    else:
        (await ada.patch("/accounts/me", {"locked": True})).ok  # noqa: B018
    await asyncio.sleep(A_SECOND)
    stranger.heard.clear()
    (await bob.put(f"/posts/{post_id}/reaction", {"kind": "love"})).ok  # noqa: B018
    (await ada.patch(f"/posts/{post_id}", {"text": "For those who follow"})).ok  # noqa: B018

    await follower.hears("post:counted", lambda data: data["counts"]["reactions"] == {"love": 1})
    await follower.hears("post:edited", about(post_id))
    # Both sockets are at the same process: what came for one would have come for the other by now.
    await asyncio.sleep(0.3)
    assert stranger.heard == []
