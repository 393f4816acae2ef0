"""Who watches a post is told what happens to it, and not more often than is good."""

import asyncio
import time

from tests.realtime.serving import Client, Site, connected, until

ADA = "ada's token"
POST = "01900000-0000-7000-8000-00000000aaaa"
ROOM = f"post:{POST}"


async def test_watchers_are_told_and_others_are_not(site: Site) -> None:
    async with connected(site, ADA) as ada, connected(site, "bob's token") as bob:
        await ada.call("post:watch", {"post_id": POST})
        await ada.call("post:watch", {"post_id": POST})
        await site.rooms.emit(ROOM, "post:edited", {"post_id": POST})
        await until(lambda: ada.received)
        await ada.call("post:unwatch", {"post_id": POST})
        await ada.call("post:unwatch", {"post_id": POST})
        await site.rooms.emit(ROOM, "post:edited", {"post_id": POST})
        await asyncio.sleep(0.05)
        assert ada.received == [("post:edited", {"post_id": POST})]
        assert bob.received == []


async def test_a_hidden_post_looks_like_none_at_all(site: Site) -> None:
    site.world.hidden.add(POST)
    async with connected(site, ADA) as ada:
        answer = await ada.call("post:watch", {"post_id": POST})
        assert (answer["error"]["code"], answer["error"]["status"]) == ("not_found", 404)
        await site.rooms.emit(ROOM, "post:edited", {})
        await asyncio.sleep(0.05)
        assert ada.received == []


async def test_counts_are_merged_to_four_a_second_and_the_last_value_arrives(site: Site) -> None:
    async with connected(site, ADA) as ada:
        await ada.call("post:watch", {"post_id": POST})
        began = time.monotonic()
        number = 0
        while time.monotonic() - began < 1.1:
            number += 1
            await site.rooms.emit(ROOM, "post:counted", {"number": number})
            await asyncio.sleep(0.002)
        await until(lambda: ada.numbers()[-1] == number)
        assert 4 <= len(ada.received) <= 6
        assert ada.numbers() == sorted(ada.numbers())
        await asyncio.sleep(0.6)
        await site.rooms.emit(ROOM, "post:counted", {"number": 0})
        await until(lambda: ada.numbers()[-1] == 0, 0.1)


async def test_after_its_deletion_a_post_has_no_watchers(site: Site) -> None:
    async with connected(site, ADA) as ada:
        await ada.call("post:watch", {"post_id": POST})
        for number in range(3):
            await site.rooms.emit(ROOM, "post:counted", {"number": number})
        await site.rooms.emit(ROOM, "post:deleted", {"post_id": POST})
        await site.rooms.emit(ROOM, "post:edited", {"post_id": POST})
        await asyncio.sleep(0.4)
        assert [name for name, _ in ada.received] == ["post:counted", "post:deleted"]
        assert not any(socket.rooms for socket in site.realtime.sockets)


async def test_names_outside_the_table_are_never_sent(site: Site) -> None:
    async with connected(site, ADA) as ada:
        await ada.call("post:watch", {"post_id": POST})
        await site.rooms.emit(ROOM, "post:exploded", {})
        await site.rooms.emit(ROOM, "post:edited", {"number": 1})
        await until(lambda: ada.received)
        assert ada.numbers() == [1]


async def test_one_socket_watches_fifty_things_at_most(site: Site) -> None:
    async with connected(site, ADA) as ada:
        for number in range(50):
            assert (await ada.call("post:watch", {"post_id": POST[:-2] + f"{number:02d}"}))["ok"]
            await asyncio.sleep(0.05)
        answer = await ada.call("post:watch", {"post_id": POST[:-2] + "99"})
        assert answer["error"]["code"] == "too_many_rooms"
        await ada.call("post:unwatch", {"post_id": POST[:-2] + "00"})
        assert (await ada.call("post:watch", {"post_id": POST[:-2] + "99"}))["ok"]


async def test_rooms_do_not_survive_their_sockets(site: Site) -> None:
    client = Client(site.url)
    await client.connect(ADA)
    await client.call("post:watch", {"post_id": POST})
    await client.close()
    await until(lambda: not len(site.realtime.sockets))
    assert ROOM not in site.realtime.server.manager.rooms.get("/", {})
