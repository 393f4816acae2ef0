"""The home feed: complete whatever was written in advance, cut off, pulled or left out, on every back end."""

import random

import pytest

from platform_core.posts.model import Content, Post, PostPublished
from platform_core.posts.ports import PostedEntry
from platform_core.posts.use_cases.announcing import AnnouncePost
from platform_core.posts.use_cases.timelines import BuildTimeline, FanOutPost
from platform_core.shared.events import Delivery
from platform_core.shared.pagination import PageRequest
from platform_core.shared.visibility import Audience
from tests.backends import Backend
from tests.factories import post

CAP = 3


class Street:
    """Accounts that publish, and one whose home feed is looked at."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    async def publish(self, author: str, text: str, audience: Audience = Audience.PUBLIC) -> Post:
        """Publish as the use case does; the fan-out has not run yet."""
        made = post(self.backend.ids.new(), author, text, audience, feed_id=self.backend.ids.new())
        async with self.backend.uow() as uow:
            await uow.posts.add(made)
            await uow.timelines.add_own(entry(made))
            await uow.commit()
        return made

    async def fan_out(self, made: Post, *, trim: bool = False, limit: int = 2) -> list[str | None]:
        """Run the fan-out in chunks; return where each chunk ended."""
        ends: list[str | None] = []
        after: str | None = ""
        while after is not None:
            async with self.backend.uow() as uow:
                after = await uow.timelines.fan_out(entry(made), after, limit, CAP if trim else None)
                await uow.commit()
            ends.append(after)
        return ends

    async def spread(self, author: str, *texts: str, trim: bool = False) -> list[Post]:
        """Publish and fan out."""
        made = [await self.publish(author, text) for text in texts]
        for each in made:
            await self.fan_out(each, trim=trim)
        return made

    async def build(self, account: str, cap: int = CAP) -> None:
        """Start and build a timeline."""
        async with self.backend.uow() as uow:
            await uow.timelines.start(account)
            await uow.commit()
        async with self.backend.uow() as uow:
            await uow.timelines.build(account, cap)
            await uow.commit()

    async def backfill(self, account: str, author: str) -> None:
        """Write an author's posts to a timeline."""
        async with self.backend.uow() as uow:
            await uow.timelines.backfill(account, author, CAP)
            await uow.commit()

    async def prune(self, account: str, author: str) -> None:
        """Take an author's posts out of a timeline."""
        async with self.backend.uow() as uow:
            await uow.timelines.prune(account, author)
            await uow.commit()

    async def pull(self, author: str, limit: int = 1) -> int:
        """Let the author's posts be pulled; return in how many steps."""
        for steps in range(1, 20):
            async with self.backend.uow() as uow:
                more = await uow.timelines.start_pulling(author, limit)
                await uow.commit()
            if not more:
                return steps
        raise AssertionError("the marking does not end")

    async def home(self, account: str, limit: int = 2) -> list[str]:
        """Read the whole feed, page by page from the top; the way back up has to show the same."""
        texts: list[str] = []
        page = await self.backend.posts.home(account, PageRequest(limit))
        while True:
            texts += [view.text for view in page.items]
            if page.next is None:
                break
            page = await self.backend.posts.home(account, PageRequest(limit, before=page.next))
        assert await self.upwards(account, limit) == texts
        return texts

    async def upwards(self, account: str, limit: int) -> list[str]:
        """Read the whole feed from its end, as pull-to-refresh does."""
        texts: list[str] = []
        page = await self.backend.posts.home(account, PageRequest(limit, after=FIRST))
        while page.items:
            texts = [view.text for view in page.items] + texts
            page = await self.backend.posts.home(account, PageRequest(limit, after=page.previous))
        return texts


FIRST = "00000000-0000-0000-0000-000000000000"


def entry(made: Post) -> PostedEntry:
    """Return the row of a post."""
    return PostedEntry(made.feed_id or "", made.id, made.author_id)


@pytest.fixture
def street(backend: Backend) -> Street:
    """The street on each back end."""
    return Street(backend)


async def test_without_a_timeline_the_posts_themselves_are_read(street: Street) -> None:
    ada, ben, cleo, dan = await street.backend.accounts("ada", "ben", "cleo", "dan")
    await street.backend.follow(ada, ben, cleo)
    for number in range(4):
        for author in (ada, ben, cleo, dan):
            await street.publish(author, f"{'abcd'[(ada, ben, cleo, dan).index(author)]}{number}")
    assert await street.home(ada) == [f"{who}{number}" for number in (3, 2, 1, 0) for who in "cba"]


async def test_below_its_floor_a_timeline_goes_on_with_the_posts_themselves(street: Street) -> None:
    ada, ben = await street.backend.accounts("ada", "ben")
    await street.backend.follow(ada, ben)
    await street.spread(ben, *"1234567")
    await street.build(ada)
    assert await street.home(ada) == list("7654321")
    await street.spread(ben, *"89", trim=True)
    assert await street.home(ada) == list("987654321")
    assert await street.home(ada, limit=4) == list("987654321")


async def test_a_timeline_that_never_reached_its_cap_is_complete(street: Street) -> None:
    ada, ben = await street.backend.accounts("ada", "ben")
    await street.backend.follow(ada, ben)
    await street.spread(ben, "1")
    await street.build(ada, cap=100)
    await street.spread(ben, "2", "3")
    assert await street.home(ada) == ["3", "2", "1"]


async def test_ones_own_posts_are_at_home_at_once(street: Street) -> None:
    ada = await street.backend.account("ada")
    await street.publish(ada, "before", Audience.PRIVATE)
    await street.build(ada)
    await street.publish(ada, "after", Audience.PRIVATE)
    assert await street.home(ada) == ["after", "before"]


async def test_a_post_published_while_the_timeline_starts_is_not_lost(street: Street) -> None:
    ada = await street.backend.account("ada")
    made = post(street.backend.ids.new(), ada, "meanwhile", feed_id=street.backend.ids.new())
    async with street.backend.uow() as uow:
        await uow.timelines.start(ada)
        await uow.timelines.build(ada, CAP)
        await uow.commit()
    async with street.backend.uow() as uow:
        # As if the publication had looked for a timeline before there was one.
        await uow.posts.add(made)
        await uow.commit()
    event = PostPublished(made.id, ada, made.feed_id or "", "public")
    await FanOutPost(street.backend.uow)(Delivery("posts.fan_out", street.backend.ids.new()), event)
    assert await street.home(ada) == ["meanwhile"]


async def test_whoever_is_followed_anew_appears_with_all_posts(street: Street) -> None:
    ada, ben, cleo = await street.backend.accounts("ada", "ben", "cleo")
    await street.backend.follow(ada, ben)
    await street.spread(ben, *"12345")
    await street.spread(cleo, *"abcde")
    await street.spread(ben, *"67")
    await street.build(ada)
    await street.backend.follow(ada, cleo)
    await street.backfill(ada, cleo)
    assert await street.home(ada) == list("76edcba54321")


async def test_following_a_prolific_author_with_an_empty_timeline_loses_nothing(street: Street) -> None:
    ada, ben = await street.backend.accounts("ada", "ben")
    await street.build(ada)
    await street.spread(ben, *"1234567")
    await street.backend.follow(ada, ben)
    await street.backfill(ada, ben)
    assert await street.home(ada) == list("7654321")


@pytest.mark.parametrize("count", [CAP - 1, CAP, CAP + 1])
async def test_a_timeline_is_complete_around_its_cap(street: Street, count: int) -> None:
    ada, ben, cleo = await street.backend.accounts("ada", "ben", "cleo")
    texts = [str(number) for number in range(count)]
    await street.spread(ben, *texts)
    await street.backend.follow(ada, ben)
    await street.build(ada)
    assert await street.home(ada) == texts[::-1]
    await street.spread(cleo, "old", *texts)
    await street.backend.follow(ada, cleo)
    await street.backfill(ada, cleo)
    assert await street.home(ada) == [*texts[::-1], "old", *texts[::-1]]


async def test_backfilling_without_a_timeline_or_for_a_pulled_author_writes_nothing(street: Street) -> None:
    ada, ben = await street.backend.accounts("ada", "ben")
    await street.spread(ben, "1")
    await street.backend.follow(ada, ben, pulled=True)
    await street.backfill(ada, ben)
    await street.build(ada)
    await street.pull(ben)
    await street.backfill(ada, ben)
    assert await street.home(ada) == ["1"]


async def test_whoever_is_unfollowed_is_gone_before_and_after_the_pruning(street: Street) -> None:
    ada, ben, cleo = await street.backend.accounts("ada", "ben", "cleo")
    await street.backend.follow(ada, ben, cleo)
    await street.build(ada)
    await street.spread(ben, *"12345", trim=True)
    await street.spread(cleo, *"ab", trim=True)
    await street.backend.unfollow(ada, ben)
    assert await street.home(ada) == list("ba")
    await street.prune(ada, ben)
    assert await street.home(ada) == list("ba")
    await street.backend.follow(ada, ben)
    await street.backfill(ada, ben)
    assert await street.home(ada) == list("ba54321")


async def test_very_followed_authors_are_pulled_in_each_state_of_the_change(street: Street) -> None:
    ada, ben, cleo, star = await street.backend.accounts("ada", "ben", "cleo", "star")
    for fan in (ada, ben, cleo):
        await street.backend.follow(fan, star)
        await street.build(fan)
    await street.spread(star, *"12")
    for step in range(1, 10):
        async with street.backend.uow() as uow:
            more = await uow.timelines.start_pulling(star, 1)
            await uow.commit()
        await street.spread(star, str(step + 2), trim=step % 2 == 0)
        for fan in (ada, ben, cleo):
            assert await street.home(fan) == [str(number) for number in range(step + 2, 0, -1)]
        if not more:
            break
    async with street.backend.uow() as uow:
        assert await uow.timelines.is_pulled(star)
        assert not await uow.timelines.is_pulled(ada)
    assert (await street.backend.account_row(star)).pulling
    await street.publish(star, "pulled")
    assert (await street.home(ada))[0] == "pulled"


async def test_the_fan_out_of_a_pulled_author_writes_nothing(street: Street) -> None:
    fan, star = await street.backend.accounts("fan", "star")
    await street.backend.follow(fan, star)
    await street.build(fan)
    await street.pull(star)
    made = await street.publish(star, "once")
    event = PostPublished(made.id, star, made.feed_id or "", "public")
    await FanOutPost(street.backend.uow)(Delivery("posts.fan_out", street.backend.ids.new()), event)
    assert await street.home(fan) == ["once"]


async def test_a_fan_out_goes_through_all_followers_in_chunks_and_twice_is_once(street: Street) -> None:
    author = await street.backend.account("author")
    crowd = [await street.backend.account(f"fan_{number}") for number in range(5)]
    for fan in crowd:
        await street.backend.follow(fan, author)
        if fan != crowd[1]:
            await street.build(fan)
    made = await street.publish(author, "news")
    assert await street.fan_out(made) == [crowd[1], crowd[3], None]
    await street.fan_out(made)
    for fan in crowd:
        assert await street.home(fan) == ["news"]


async def test_what_hides_a_post_is_decided_when_it_is_read(street: Street) -> None:
    ada, ben, cleo = await street.backend.accounts("ada", "ben", "cleo")
    await street.backend.follow(ada, ben, cleo)
    await street.build(ada)
    mine = await street.spread(ben, *"12")
    await street.spread(cleo, *"ab")
    await street.backend.change_account(cleo, state="suspended")
    assert await street.home(ada) == list("21")
    await street.backend.change_account(cleo, state="limited", locked=True)
    await change(street.backend, mine[0], Audience.PRIVATE)
    assert await street.home(ada) == list("ba2")
    await change(street.backend, mine[0], Audience.FOLLOWERS)
    await street.backend.mute(ada, cleo)
    assert await street.home(ada) == list("21")


async def test_what_was_hidden_when_the_timeline_was_built_can_appear_later(street: Street) -> None:
    ada, ben, cleo, dan = await street.backend.accounts("ada", "ben", "cleo", "dan")
    await street.backend.follow(ada, ben, cleo, dan)
    (secret,) = [await street.publish(ben, "secret", Audience.PRIVATE)]
    await street.publish(cleo, "suspended")
    await street.publish(dan, "muted")
    await street.backend.change_account(cleo, state="suspended")
    await street.backend.mute(ada, dan)
    await street.build(ada, cap=100)
    assert await street.home(ada) == []
    await change(street.backend, secret, Audience.PUBLIC)
    await street.backend.change_account(cleo, state="active")
    await street.backend.delete("mutes", muter_id=ada, muted_id=dan)
    assert await street.home(ada) == ["muted", "suspended", "secret"]


async def change(backend: Backend, made: Post, audience: Audience) -> None:
    """Give a post another audience."""
    async with backend.uow() as uow:
        stored = await uow.posts.get(made.id)
        stored.edit(Content(stored.content.text, audience), backend.clock.now())
        await uow.posts.put(stored)
        await uow.commit()


async def test_building_again_changes_nothing(street: Street) -> None:
    ada, ben = await street.backend.accounts("ada", "ben")
    await street.backend.follow(ada, ben)
    await street.spread(ben, *"12345")
    for _ in range(3):
        await BuildTimeline(street.backend.uow)(ada)
        await street.build(ada)
    assert await street.home(ada) == list("54321")


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happens_in_whatever_order_the_feed_is_complete(street: Street, seed: int) -> None:
    chance, backend = random.Random(seed), street.backend
    me, *others = await backend.accounts("me", "ann", "bob", "cat", "dot")
    posts: list[Post] = []
    late: list[Post] = []
    following: set[str] = set()
    pulled: set[str] = set()

    async def act() -> None:
        who, what = chance.choice(others), chance.random()
        if what < 0.55:
            made = await street.publish(chance.choice([*others, me]), str(len(posts)))
            posts.append(made)
            late.append(made)
        elif what < 0.7 and who not in following:
            following.add(who)
            await backend.follow(me, who, pulled=who in pulled)
            await street.backfill(me, who)
        elif what < 0.78 and who in following:
            following.discard(who)
            await backend.unfollow(me, who)
            await street.prune(me, who)
        elif what < 0.84:
            await street.build(me)
        elif what < 0.87 and who not in pulled:
            pulled.add(who)
            await street.pull(who)
        await work_off()

    async def work_off() -> None:
        # Before anything else happens, as far as this account is concerned; sometimes with a cut.
        while late:
            made = late.pop(0)
            if made.author_id not in pulled:
                await street.fan_out(made, trim=chance.random() < 0.3)

    for _ in range(60):
        await act()
        mine = [p.content.text for p in posts if p.author_id == me or p.author_id in following]
        page = await backend.posts.home(me, PageRequest(100))
        assert [view.text for view in page.items] == mine[::-1]
    assert await street.home(me, limit=3) == mine[::-1]


async def test_followers_are_told_of_a_post_once_up_to_a_number(backend: Backend) -> None:
    author = await backend.account("author")
    crowd = [await backend.account(f"fan_{number}") for number in range(5)]
    for fan in crowd:
        await backend.follow(fan, author)
    announce = AnnouncePost(backend.uow, at_most=3)
    delivery = Delivery("posts.announce", backend.ids.new())
    event = PostPublished(backend.ids.new(), author, backend.ids.new(), "public")
    for _ in range(2):
        await announce(delivery, event)
    told = await backend.client_events.since(dict.fromkeys(crowd, 0), 10)
    assert [(each.account_id, each.name) for each in told] == [(fan, "post:published") for fan in crowd[:3]]
    assert told[0].payload == {"post_id": event.post_id, "author_id": author}
    secret = PostPublished(backend.ids.new(), author, backend.ids.new(), "private")
    await announce(Delivery("posts.announce", backend.ids.new()), secret)
    assert len(await backend.client_events.since(dict.fromkeys(crowd, 0), 10)) == 3
