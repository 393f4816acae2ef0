"""The visibility policy and what every list of every back end shows are the same, for any world."""

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest
from attrs import frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_core.posts.model import Post, Status
from platform_core.shared.pagination import PageRequest
from platform_core.shared.visibility import (
    Access,
    AccountState,
    Audience,
    Author,
    Entitlement,
    Relationship,
    access,
)
from tests.backends import Backend, memory_backend, sql_backend
from tests.factories import post
from tests.not_run import ran_on

ACCOUNTS = 4
EVERYTHING = PageRequest(100)

people = st.integers(0, ACCOUNTS - 1)
pairs = st.tuples(people, people).filter(lambda pair: pair[0] != pair[1])


@frozen
class Person:
    """An account: what has become of it, and how its home feed is made."""

    state: AccountState
    locked: bool
    pulled: bool
    cap: int | None
    """How many rows its timeline is built with; None if there is none."""


@frozen
class World:
    """Accounts, how they stand to each other, and what they wrote."""

    persons: tuple[Person, ...]
    follows: frozenset[tuple[int, int]]
    blocks: frozenset[tuple[int, int]]
    mutes: frozenset[tuple[int, int]]
    posts: tuple[tuple[int, Audience, bool], ...]
    """Author, audience, and whether it was deleted."""

    def standing(self, viewer: int | None, author: int) -> tuple[Author, Relationship]:
        """Return what the policy asks for."""
        person = self.persons[author]
        severed = (viewer, author) in self.blocks or (author, viewer) in self.blocks
        following = (viewer, author) in self.follows
        return Author(person.state, person.locked), Relationship(viewer == author, following, severed)


states = st.sampled_from([AccountState.ACTIVE, AccountState.ACTIVE, *AccountState])
audiences = st.sampled_from([Audience.PUBLIC, Audience.FOLLOWERS, Audience.PRIVATE])
persons = st.builds(Person, states, st.booleans(), st.booleans(), st.none() | st.integers(1, 4))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Make a world; blocks sever follows, as the accounts context does."""
    blocks = draw(st.frozensets(pairs, max_size=4))
    severed = blocks | {(two, one) for one, two in blocks}
    return World(
        draw(st.tuples(*[persons] * ACCOUNTS)),
        draw(st.frozensets(pairs, max_size=10)) - severed,
        blocks,
        draw(st.frozensets(pairs, max_size=4)),
        tuple(draw(st.lists(st.tuples(people, audiences, st.booleans()), max_size=10))),
    )


class Stage:
    """A back end that worlds are played on, one after the other: each has accounts of its own."""

    def __init__(self, opened: Any, run: asyncio.Runner) -> None:
        self._opened, self._run, self._played = opened, run, 0
        self.backend: Backend = run.run(opened.__aenter__())

    def close(self) -> None:
        """Close the back end."""
        self._run.run(self._opened.__aexit__(None, None, None))

    def play(self, scene: Coroutine[Any, Any, None]) -> None:
        """Run to the end."""
        self._run.run(scene)

    async def build(self, world: World) -> tuple[list[str], list[Post]]:
        """Put the world into the back end; return its accounts and posts."""
        self._played += 1
        backend = self.backend
        ids = []
        for number, person in enumerate(world.persons):
            columns = {"state": person.state.value, "locked": person.locked, "pulled": person.pulled}
            ids.append(await backend.account(f"p{number}_{self._played}", **columns))
        for one, two in world.follows:
            await backend.follow(ids[one], ids[two], pulled=world.persons[two].pulled)
        for one, two in world.blocks:
            await backend.block(ids[one], ids[two])
        for one, two in world.mutes:
            await backend.mute(ids[one], ids[two])
        posts = [await self._publish(ids[author], audience) for author, audience, _ in world.posts]
        await self._save(ids, posts)
        await self._write_timelines(world, ids)
        await self._delete([made for made, (_, _, gone) in zip(posts, world.posts, strict=True) if gone])
        return ids, posts

    async def _publish(self, author: str, audience: Audience) -> Post:
        made = post(self.backend.ids.new(), author, audience=audience, feed_id=self.backend.ids.new())
        async with self.backend.uow() as uow:
            await uow.posts.add(made)
            await uow.commit()
        return made

    async def _save(self, accounts: list[str], posts: list[Post]) -> None:
        async with self.backend.uow() as uow:
            for account in accounts:
                for made in posts:
                    await uow.saves.add(self.backend.ids.new(), account, made.id)
            await uow.commit()

    async def _write_timelines(self, world: World, ids: list[str]) -> None:
        for person, account in zip(world.persons, ids, strict=True):
            if person.cap is not None:
                async with self.backend.uow() as uow:
                    await uow.timelines.start(account)
                    await uow.timelines.build(account, person.cap)
                    await uow.commit()

    async def _delete(self, posts: list[Post]) -> None:
        for made in posts:
            made.delete()
            async with self.backend.uow() as uow:
                await uow.posts.put(made)
                await uow.commit()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """Each back end, open for all examples of a test."""
    with asyncio.Runner() as run:
        if request.param == "memory":
            ran_on(request, "memory")
            opened: Any = memory_backend()
        else:
            name = {"sqlite": "sqlite_tables_url", "postgresql": "postgres_tables_url"}[request.param]
            opened = sql_backend(request.getfixturevalue(name))
        stage = Stage(opened, run)
        yield stage
        stage.close()


@given(world=worlds())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_list_agrees_with_the_policy(stage: Stage, world: World) -> None:
    stage.play(compare(stage, world))


async def compare(stage: Stage, world: World) -> None:
    """Look with everybody's eyes, and with nobody's."""
    ids, posts = await stage.build(world)
    for viewer in (None, *range(ACCOUNTS)):
        full = [made for made in posts if made.status is Status.PUBLISHED and sees(world, viewer, ids, made)]
        await compare_lists(stage.backend, None if viewer is None else ids[viewer], ids, posts, full)
        if viewer is not None:
            await compare_home(stage.backend, world, viewer, ids, full)


def sees(world: World, viewer: int | None, ids: list[str], made: Post) -> bool:
    """Ask the policy."""
    author, relationship = world.standing(viewer, ids.index(made.author_id))
    return access(made.item, author, relationship, Entitlement()) is Access.FULL


async def compare_lists(
    backend: Backend, viewer: str | None, ids: list[str], posts: list[Post], full: list[Post]
) -> None:
    """Compare what is read by id, by account and out of the saved posts."""
    expected = [made.id for made in full]
    asked = [made.id for made in posts]
    assert [view.id for view in await backend.posts.by_ids(viewer, asked)] == expected
    for account in ids:
        found = await backend.posts.of_account(viewer, account, EVERYTHING)
        mine = [made.id for made in full if made.author_id == account]
        assert [view.id for view in found.items] == mine[::-1]
    if viewer is not None:
        assert await backend.posts.visible(viewer, asked) == frozenset(expected)
        saved = await backend.posts.saved(viewer, EVERYTHING)
        assert [view.id for view in saved.items] == expected[::-1]


async def compare_home(backend: Backend, world: World, viewer: int, ids: list[str], full: list[Post]) -> None:
    """Compare the home feed with own posts and those of followed accounts that are not muted."""
    followed = {ids[two] for one, two in world.follows - world.mutes if one == viewer}
    expected = [made.id for made in full if made.author_id in followed | {ids[viewer]}]
    whole = await backend.posts.home(ids[viewer], EVERYTHING)
    assert [view.id for view in whole.items] == expected[::-1]
    first = await backend.posts.home(ids[viewer], PageRequest(2))
    assert [view.id for view in first.items] == expected[::-1][:2]
    muted = {ids[two] for one, two in world.mutes if one == viewer}
    explored = await backend.posts.explore(ids[viewer], EVERYTHING)
    public = [made.id for made in full if made.content.audience is Audience.PUBLIC]
    shown = {made.id for made in full if made.author_id not in muted} & set(public)
    assert {view.id for view in explored.items if view.author.id in ids} == shown


@given(world=worlds())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_commands_and_lists_agree_on_how_accounts_stand(stage: Stage, world: World) -> None:
    async def scene() -> None:
        ids, _ = await stage.build(world)
        async with stage.backend.uow() as uow:
            for viewer in range(ACCOUNTS):
                for author in range(ACCOUNTS):
                    stands = await uow.relationships.between(ids[viewer], ids[author])
                    assert stands == world.standing(viewer, author)

    stage.play(scene())
