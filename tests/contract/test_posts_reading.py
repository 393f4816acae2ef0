"""Who sees which post in which list, and how lists are paged, on every back end."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from platform_core.posts.model import Post, PostView, ReactionKind
from platform_core.posts.use_cases.reacting import ReactToPost
from platform_core.shared.pagination import Page, PageRequest
from platform_core.shared.visibility import Audience
from tests.backends import Backend
from tests.factories import actor, post

EVERYBODY, FOLLOWERS, NOBODY = {"public"}, {"public", "followers"}, set[str]()
AUDIENCES = (Audience.PUBLIC, Audience.FOLLOWERS, Audience.PRIVATE)

# What each viewer sees of an author's posts, by what has become of the author.
AUTHORS: dict[str, dict[str, Any]] = {
    "open": {},
    "locked": {"locked": True},
    "limited": {"state": "limited"},
    "suspended": {"state": "suspended"},
    "deleted": {"state": "deleted"},
    "pending": {"state": "pending"},
}
VIEWERS = ("nobody", "stranger", "follower", "muting follower", "blocked", "blocking", "author")


def expected(author: str, viewer: str) -> set[str]:
    """Return the audiences of the posts that may be seen."""
    if author in ("suspended", "deleted", "pending"):
        return NOBODY
    if viewer == "author":
        return {"public", "followers", "private"}
    if viewer in ("blocked", "blocking"):
        return NOBODY
    if viewer.endswith("follower"):
        return FOLLOWERS
    return EVERYBODY if author == "open" else NOBODY


class Scene:
    """An author with a post for each audience, and somebody who looks."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    async def set_up(self, author: str, viewer: str) -> None:
        """Make the two accounts and how they stand to each other."""
        backend = self.backend
        self.author, other = await backend.accounts("author", "viewer")
        await backend.change_account(self.author, **AUTHORS[author])
        self.posts = [await self.publish(audience) for audience in AUDIENCES]
        self.viewer: str | None = {"nobody": None, "author": self.author}.get(viewer, other)
        if viewer.endswith("follower"):
            await backend.follow(other, self.author)
        if viewer.startswith("muting"):
            await backend.mute(other, self.author)
        if viewer == "blocked":
            await backend.block(self.author, other)
        if viewer == "blocking":
            await backend.block(other, self.author)

    async def publish(self, audience: Audience) -> Post:
        """Store a post of the author's."""
        made = post(
            self.backend.ids.new(), self.author, audience.value, audience, feed_id=self.backend.ids.new()
        )
        async with self.backend.uow() as uow:
            await uow.posts.add(made)
            await uow.commit()
        return made


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("author", AUTHORS)
async def test_every_list_shows_what_the_policy_allows(backend: Backend, author: str, viewer: str) -> None:
    scene = Scene(backend)
    await scene.set_up(author, viewer)
    allowed, reader, page = expected(author, viewer), backend.posts, PageRequest()
    ids = [made.id for made in scene.posts]

    def texts(found: Page[PostView]) -> set[str]:
        return {view.text for view in found.items}

    singly = [await reader.by_id(scene.viewer, id_) for id_ in ids]
    assert {view.text for view in singly if view} == allowed
    assert {view.text for view in await reader.by_ids(scene.viewer, ids)} == allowed
    assert texts(await reader.of_account(scene.viewer, scene.author, page)) == allowed
    muted = viewer.startswith("muting")
    assert texts(await reader.explore(scene.viewer, page)) == (NOBODY if muted else allowed & {"public"})
    for made in scene.posts:
        sees = made.content.text in allowed
        assert (await reader.history(scene.viewer, made.id, page) is not None) is sees
        assert (await reader.reactions(scene.viewer, made.id, None, page) is not None) is sees
    if scene.viewer is not None:
        await save(backend, scene.viewer, ids)
        assert texts(await reader.saved(scene.viewer, page)) == allowed
        assert await reader.visible(scene.viewer, ids) == {
            made.id for made in scene.posts if made.content.text in allowed
        }
        home = allowed if viewer in ("follower", "author") else NOBODY
        assert texts(await reader.home(scene.viewer, page)) == home


async def save(backend: Backend, account: str, ids: list[str]) -> None:
    """Save posts for an account, seen or unseen."""
    async with backend.uow() as uow:
        for id_ in ids:
            await uow.saves.add(backend.ids.new(), account, id_)
        await uow.commit()


async def delete(backend: Backend, post_id: str) -> None:
    """Delete a post that its author's profile does not count."""
    async with backend.uow() as uow:
        gone = await uow.posts.get(post_id)
        gone.delete()
        await uow.posts.put(gone)
        await uow.commit()


async def test_a_mute_ends_when_its_time_is_over(backend: Backend) -> None:
    scene = Scene(backend)
    await scene.set_up("open", "follower")
    assert scene.viewer is not None
    await backend.mute(scene.viewer, scene.author, until=backend.clock.now() + timedelta(hours=1))
    for count in (0, 2):
        assert len((await backend.posts.home(scene.viewer, PageRequest())).items) == count
        assert len((await backend.posts.explore(scene.viewer, PageRequest())).items) == count // 2
        backend.clock.advance(hours=1)


async def test_a_batch_comes_in_the_order_asked_each_post_once(backend: Backend) -> None:
    scene = Scene(backend)
    await scene.set_up("open", "follower")
    public, followers, private = [made.id for made in scene.posts]
    asked = [followers, private, backend.ids.new(), public, followers]
    assert [view.id for view in await backend.posts.by_ids(scene.viewer, asked)] == [followers, public]
    assert await backend.posts.by_ids(scene.viewer, []) == ()


async def test_deleted_posts_are_in_no_list_not_even_their_authors(backend: Backend) -> None:
    scene = Scene(backend)
    await scene.set_up("open", "author")
    await save(backend, scene.author, [made.id for made in scene.posts])
    for made in scene.posts:
        await delete(backend, made.id)
    reader, page = backend.posts, PageRequest()
    lists = [
        await reader.of_account(scene.author, scene.author, page),
        await reader.home(scene.author, page),
        await reader.saved(scene.author, page),
        await reader.explore(scene.author, page),
    ]
    assert [found.items for found in lists] == [()] * 4
    assert await reader.visible(scene.author, [made.id for made in scene.posts]) == frozenset()


List = Callable[[Backend, str, str, PageRequest], Awaitable[Page[PostView]]]
LISTS: dict[str, List] = {
    "explore": lambda backend, viewer, author, page: backend.posts.explore(viewer, page),
    "home": lambda backend, viewer, author, page: backend.posts.home(viewer, page),
    "of_account": lambda backend, viewer, author, page: backend.posts.of_account(viewer, author, page),
    "saved": lambda backend, viewer, author, page: backend.posts.saved(viewer, page),
}


@pytest.mark.parametrize("name", LISTS)
async def test_paging_skips_and_repeats_nothing_while_others_write(backend: Backend, name: str) -> None:
    author, viewer = await backend.accounts("author", "viewer")
    await backend.follow(viewer, author)
    ids: list[str] = []

    async def write(text: str) -> None:
        made = post(backend.ids.new(), author, text, feed_id=backend.ids.new())
        ids.append(made.id)
        async with backend.uow() as uow:
            await uow.posts.add(made)
            await uow.saves.add(backend.ids.new(), viewer, made.id)
            await uow.commit()

    async def read(page: PageRequest) -> Page[PostView]:
        return await LISTS[name](backend, viewer, author, page)

    def texts(page: Page[PostView]) -> list[str]:
        return [view.text for view in page.items]

    for number in range(1, 8):
        await write(str(number))
    first = await read(PageRequest(3))
    await write("8")
    await delete(backend, ids[3])
    second = await read(PageRequest(3, before=first.next))
    await write("9")
    assert (texts(first), texts(second), second.next) == (["7", "6", "5"], ["3", "2", "1"], None)
    newer = await read(PageRequest(1, after=first.previous))
    newest = await read(PageRequest(5, after=newer.previous))
    assert (texts(newer), texts(newest)) == (["8"], ["9"])
    waiting = await read(PageRequest(5, after=newest.previous))
    assert (texts(waiting), waiting.next, waiting.previous) == ([], None, newest.previous)
    older = await read(PageRequest(9, before=newer.next))
    assert texts(older) == ["7", "6", "5", "3", "2", "1"]


async def test_an_empty_list_is_empty_in_both_directions(backend: Backend) -> None:
    ada = await backend.account("ada")
    for read in LISTS.values():
        assert await read(backend, ada, ada, PageRequest()) == Page()
    key = backend.ids.new()
    assert await backend.posts.home(ada, PageRequest(5, after=key)) == Page(previous=key)
    assert await backend.posts.home(ada, PageRequest(5, before=key)) == Page()


async def test_an_empty_list_is_told_from_one_that_is_not_the_viewers_business(backend: Backend) -> None:
    ada, bob, carol = await backend.accounts("ada", "bob", "carol")
    await backend.block(ada, bob)
    limited = await backend.account("limited", state="limited")
    suspended = await backend.account("suspended", state="suspended")
    never = backend.ids.new()

    async def lists(viewer: str | None) -> list[str]:
        asked = (ada, bob, limited, suspended, never)
        return [account for account in asked if await backend.posts.has_list(viewer, account)]

    assert await lists(None) == [ada, bob]
    assert await lists(carol) == [ada, bob, limited]
    assert await lists(ada) == [ada, limited]
    assert await lists(bob) == [bob, limited]


async def test_a_feed_is_ordered_by_publication_not_by_creation(backend: Backend) -> None:
    ada = await backend.account("ada")
    early, late = backend.ids.new(), backend.ids.new()
    async with backend.uow() as uow:
        await uow.posts.add(post(late, ada, "published first", feed_id=backend.ids.new()))
        await uow.posts.add(post(early, ada, "published last", feed_id=backend.ids.new()))
        await uow.commit()
    for found in (
        await backend.posts.of_account(None, ada, PageRequest()),
        await backend.posts.explore(None, PageRequest()),
        await backend.posts.home(ada, PageRequest()),
    ):
        assert [view.text for view in found.items] == ["published last", "published first"]


async def test_who_reacted_is_listed_latest_first_without_dislikes(backend: Backend) -> None:
    scene = Scene(backend)
    await scene.set_up("open", "stranger")
    public = scene.posts[0].id
    react = ReactToPost(backend.uow, backend.ids)
    crowd = await backend.accounts("ada", "ben", "cleo", "dan")
    kinds = (ReactionKind.LIKE, ReactionKind.LOVE, ReactionKind.DISLIKE, ReactionKind.LIKE)
    for account, kind in zip(crowd, kinds, strict=True):
        await react(actor(account), public, kind)

    async def listed(viewer: str | None, kind: ReactionKind | None = None) -> list[tuple[str, str]]:
        found = await backend.posts.reactions(viewer, public, kind, PageRequest())
        assert found is not None
        return [(view.account.handle, view.kind) for view in found.items]

    assert await listed(None) == [("dan", "like"), ("ben", "love"), ("ada", "like")]
    assert await listed(None, ReactionKind.LIKE) == [("dan", "like"), ("ada", "like")]
    await react(actor(crowd[0]), public, ReactionKind.LOVE)
    assert await listed(None) == [("ada", "love"), ("dan", "like"), ("ben", "love")]
    await backend.block(crowd[3], crowd[0])
    assert await listed(crowd[0]) == [("ada", "love"), ("ben", "love")]
    assert await listed(crowd[3]) == [("dan", "like"), ("ben", "love")]
    await backend.change_account(crowd[1], state="suspended")
    assert await listed(None) == [("ada", "love"), ("dan", "like")]
    first = await backend.posts.reactions(None, public, None, PageRequest(1))
    assert first is not None
    rest = await backend.posts.reactions(None, public, None, PageRequest(1, before=first.next))
    assert rest is not None
    assert [view.account.handle for view in (*first.items, *rest.items)] == ["ada", "dan"]
