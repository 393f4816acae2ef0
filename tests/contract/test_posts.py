"""Posts, reactions, saves and views as every back end stores, counts and clears them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from platform_core.posts.model import Content, Post, PostView, ReactionKind, Status, Version
from platform_core.posts.use_cases.publishing import DeletePost, EditPost, PublishPost
from platform_core.posts.use_cases.reacting import ReactToPost, SavePost, ViewPost, WithdrawReaction
from platform_core.shared.errors import NotFound
from platform_core.shared.pagination import PageRequest
from platform_core.shared.signals import Topic
from platform_core.shared.visibility import AccountState, Audience, Author, Relationship
from tests.backends import Backend
from tests.factories import NEW_YEAR, actor, post


async def add(backend: Backend, author: str, **fields: Any) -> Post:
    """Store a post and return it."""
    made = post(backend.ids.new(), author, feed_id=backend.ids.new(), **fields)
    async with backend.uow() as uow:
        await uow.posts.add(made)
        await uow.commit()
    return made


async def seen(backend: Backend, viewer: str | None, post_id: str) -> PostView:
    """Return a post as the viewer sees it."""
    view = await backend.posts.by_id(viewer, post_id)
    assert view is not None
    return view


async def test_a_post_with_everything_set_comes_back_equal(backend: Backend) -> None:
    ada = await backend.account("ada")
    full = Post(
        backend.ids.new(),
        ada,
        Content("Líne one\nline two 🎭 'quoted' %s", Audience.FOLLOWERS),
        NEW_YEAR + timedelta(microseconds=1),
        feed_id=backend.ids.new(),
        status=Status.PUBLISHED,
        edited_at=NEW_YEAR + timedelta(days=400, microseconds=999_999),
        revision=3,
    )
    async with backend.uow() as uow:
        await uow.posts.add(full)
        await uow.commit()
    async with backend.uow() as uow:
        stored = await uow.posts.get(full.id)
        assert stored == full
        assert stored is not full
        assert stored.created_at.utcoffset() == timedelta(0)


async def test_what_was_changed_comes_back_changed(backend: Backend) -> None:
    ada = await backend.account("ada")
    made = await add(backend, ada)
    async with backend.uow() as uow:
        stored = await uow.posts.get(made.id)
        stored.edit(Content("Good evening", Audience.PRIVATE), NEW_YEAR + timedelta(hours=1))
        await uow.posts.put(stored)
        await uow.commit()
    async with backend.uow() as uow:
        assert await uow.posts.get(made.id) == stored


async def test_a_change_that_is_not_put_is_forgotten(backend: Backend) -> None:
    ada = await backend.account("ada")
    made = await add(backend, ada)
    async with backend.uow() as uow:
        stored = await uow.posts.get(made.id)
        stored.edit(Content("Good evening"), NEW_YEAR)
        await uow.commit()
    async with backend.uow() as uow:
        assert await uow.posts.get(made.id) == made


async def test_a_deleted_post_is_not_found_and_neither_is_one_that_never_was(backend: Backend) -> None:
    ada = await backend.account("ada")
    made = await add(backend, ada)
    async with backend.uow() as uow:
        stored = await uow.posts.get(made.id)
        stored.delete()
        await uow.posts.put(stored)
        await uow.commit()
    async with backend.uow() as uow:
        assert await uow.posts.get(made.id) is None
        assert await uow.posts.get(backend.ids.new()) is None
    assert await backend.posts.by_id(ada, made.id) is None


async def test_the_view_says_all_that_is_stored(backend: Backend) -> None:
    ada = await backend.account("ada", locked=True)
    made = await add(backend, ada, text="Hello", audience=Audience.FOLLOWERS)
    view = await seen(backend, ada, made.id)
    author = (view.author.id, view.author.handle, view.author.display_name, view.author.locked)
    assert author == (ada, "ada", "Ada", True)
    assert (view.id, view.status, view.text, view.audience) == (made.id, "published", "Hello", "followers")
    assert (view.created_at, view.edited_at, view.revision) == (NEW_YEAR, None, 0)
    assert (view.counts.reactions, view.counts.dislikes, view.counts.views) == ({}, 0, 0)
    own = view.viewer
    assert (own.reaction, own.disliked, own.saved, own.access) == (None, False, False, "full")


async def test_reaction_counters_move_both_ways_and_only_what_occurred_is_named(backend: Backend) -> None:
    ada = await backend.account("ada")
    made = await add(backend, ada)
    async with backend.uow() as uow:
        await uow.posts.count(made.id, {ReactionKind.LIKE: 1})
        await uow.posts.count(made.id, {ReactionKind.LIKE: 1, ReactionKind.LOVE: 1})
        await uow.posts.count(made.id, {ReactionKind.LOVE: -1, ReactionKind.DISLIKE: 1})
        await uow.commit()
    counts = (await seen(backend, None, made.id)).counts
    assert (counts.reactions, counts.dislikes) == ({"like": 2}, 1)


async def test_every_kind_of_reaction_is_stored_and_shown_to_its_owner(backend: Backend) -> None:
    ada, ben = await backend.accounts("ada", "ben")
    made = await add(backend, ada)
    react = ReactToPost(backend.uow, backend.ids)
    for kind in ReactionKind:
        await react(actor(ben), made.id, kind)
        async with backend.uow() as uow:
            assert await uow.reactions.get(made.id, ben) is kind
        view = await seen(backend, ben, made.id)
        disliked = kind is ReactionKind.DISLIKE
        assert (view.viewer.reaction, view.viewer.disliked) == (None if disliked else kind.value, disliked)
        assert view.counts.reactions == ({} if disliked else {kind.value: 1})
        assert view.counts.dislikes == int(disliked)
    assert (await seen(backend, ada, made.id)).viewer.reaction is None


async def test_a_reaction_that_is_withdrawn_is_gone_and_a_dislike_stays(backend: Backend) -> None:
    ada, ben = await backend.accounts("ada", "ben")
    made = await add(backend, ada)
    withdraw = WithdrawReaction(backend.uow)
    await ReactToPost(backend.uow, backend.ids)(actor(ben), made.id, ReactionKind.DISLIKE)
    await withdraw(actor(ben), made.id)
    assert (await seen(backend, ben, made.id)).viewer.disliked
    for _ in range(2):
        await withdraw(actor(ben), made.id, dislike=True)
    view = await seen(backend, ben, made.id)
    assert (view.viewer.disliked, view.counts.dislikes) == (False, 0)
    async with backend.uow() as uow:
        assert await uow.reactions.get(made.id, ben) is None


@pytest.mark.parametrize("kind", [ReactionKind.LOVE, ReactionKind.DISLIKE])
async def test_a_reaction_is_taken_back_at_a_post_that_one_no_longer_sees(
    backend: Backend, kind: ReactionKind
) -> None:
    ada, ben = await backend.accounts("ada", "ben")
    made = await add(backend, ada)
    await ReactToPost(backend.uow, backend.ids)(actor(ben), made.id, kind)
    await backend.block(ada, ben)
    assert await backend.posts.by_id(ben, made.id) is None
    await WithdrawReaction(backend.uow)(actor(ben), made.id, kind is ReactionKind.DISLIKE)
    assert await reaction_of(backend, made.id, ben) is None
    counts = (await seen(backend, ada, made.id)).counts
    assert (counts.reactions, counts.dislikes) == ({}, 0)


async def test_there_is_nothing_to_take_back_at_a_post_that_is_gone_or_never_was(backend: Backend) -> None:
    ada, ben = await backend.accounts("ada", "ben")
    made = await add(backend, ada)
    await ReactToPost(backend.uow, backend.ids)(actor(ben), made.id, ReactionKind.LIKE)
    async with backend.uow() as uow:
        stored = await uow.posts.get(made.id)
        stored.delete()
        await uow.posts.put(stored)
        await uow.commit()
    for post_id in (made.id, backend.ids.new()):
        await WithdrawReaction(backend.uow)(actor(ben), post_id)
    assert await reaction_of(backend, made.id, ben) is ReactionKind.LIKE, "what is deleted is cleared whole"


async def test_simultaneous_reactions_leave_exact_counters(backend: Backend) -> None:
    ada = await backend.account("ada")
    crowd = [await backend.account(f"fan_{number}") for number in range(8)]
    made = await add(backend, ada)
    react, withdraw = ReactToPost(backend.uow, backend.ids), WithdrawReaction(backend.uow)
    kinds = [ReactionKind.LIKE, ReactionKind.LOVE, ReactionKind.DISLIKE]
    work = [react(actor(fan), made.id, kind) for fan in crowd for kind in kinds]
    work += [withdraw(actor(fan), made.id, dislike) for fan in crowd[:4] for dislike in (True, False)]
    await asyncio.gather(*work)
    left = [kind.value for fan in crowd if (kind := await reaction_of(backend, made.id, fan)) is not None]
    counts = (await seen(backend, None, made.id)).counts
    shown = {**counts.reactions, **({"dislike": counts.dislikes} if counts.dislikes else {})}
    assert shown == {kind: left.count(kind) for kind in set(left)}


async def reaction_of(backend: Backend, post_id: str, account: str) -> ReactionKind | None:
    """Return the stored reaction of an account."""
    async with backend.uow() as uow:
        kind: ReactionKind | None = await uow.reactions.get(post_id, account)
        return kind


async def test_saving_twice_keeps_the_first_place_and_unsaving_twice_is_unsaving_once(
    backend: Backend,
) -> None:
    ada, ben = await backend.accounts("ada", "ben")
    first, second = await add(backend, ada, text="first"), await add(backend, ada, text="second")
    save = SavePost(backend.uow, backend.ids)
    for made in (first, second, first):
        await save(actor(ben), made.id)
    saved = await backend.posts.saved(ben, PageRequest())
    assert [view.text for view in saved.items] == ["second", "first"]
    assert all(view.viewer.saved for view in saved.items)
    for _ in range(2):
        async with backend.uow() as uow:
            await uow.saves.remove(ben, first.id)
            await uow.commit()
    assert [view.text for view in (await backend.posts.saved(ben, PageRequest())).items] == ["second"]
    assert (await backend.posts.saved(ada, PageRequest())).items == ()


async def test_what_is_not_there_cannot_be_saved(backend: Backend) -> None:
    ada = await backend.account("ada")

    async def save() -> None:
        async with backend.uow() as uow:
            await uow.saves.add(backend.ids.new(), ada, backend.ids.new())
            await uow.commit()

    with pytest.raises(NotFound):
        await save()


async def test_a_look_counts_once_an_hour(backend: Backend) -> None:
    ada, ben, cleo = await backend.accounts("ada", "ben", "cleo")
    made = await add(backend, ada)
    view = ViewPost(backend.uow, backend.clock)
    for viewer in (ben, ben, cleo, ada):
        await view(actor(viewer), made.id)
    assert (await seen(backend, None, made.id)).counts.views == 2
    backend.clock.advance(minutes=59, seconds=59)
    await view(actor(ben), made.id)
    assert (await seen(backend, None, made.id)).counts.views == 2
    backend.clock.advance(seconds=1)
    await view(actor(ben), made.id)
    assert (await seen(backend, None, made.id)).counts.views == 3


async def test_simultaneous_looks_of_one_viewer_count_once(backend: Backend) -> None:
    ada, ben = await backend.accounts("ada", "ben")
    made = await add(backend, ada)
    view = ViewPost(backend.uow, backend.clock)
    await asyncio.gather(*(view(actor(ben), made.id) for _ in range(10)))
    assert (await seen(backend, None, made.id)).counts.views == 1


async def test_earlier_texts_are_kept_newest_first_for_whoever_sees_the_post(backend: Backend) -> None:
    ada, ben = await backend.accounts("ada", "ben")
    made = await add(backend, ada, text="one", audience=Audience.FOLLOWERS)
    for number, text in enumerate(("two", "three")):
        async with backend.uow() as uow:
            at = NEW_YEAR + timedelta(hours=number, microseconds=7)
            version = Version(("one", "two")[number], at, Audience.FOLLOWERS)
            await uow.posts.add_version(backend.ids.new(), made.id, version)
            stored = await uow.posts.get(made.id)
            stored.edit(Content(text, Audience.FOLLOWERS), NEW_YEAR + timedelta(hours=number + 1))
            await uow.posts.put(stored)
            await uow.commit()
    history = await backend.posts.history(ada, made.id, PageRequest())
    assert history is not None
    assert [(each.text, each.written_at) for each in history.items] == [
        ("two", NEW_YEAR + timedelta(hours=1, microseconds=7)),
        ("one", NEW_YEAR + timedelta(microseconds=7)),
    ]
    first = await backend.posts.history(ada, made.id, PageRequest(1))
    assert first is not None
    rest = await backend.posts.history(ada, made.id, PageRequest(1, before=first.next))
    assert rest is not None
    assert [each.text for each in (*first.items, *rest.items)] == ["two", "one"]
    for stranger in (ben, None):
        assert await backend.posts.history(stranger, made.id, PageRequest()) is None
    assert await backend.posts.history(ada, backend.ids.new(), PageRequest()) is None


async def test_a_purge_leaves_nothing_of_a_deleted_post(backend: Backend) -> None:
    ada, ben, cleo = await backend.accounts("ada", "ben", "cleo")
    publish = PublishPost(backend.uow, backend.clock, backend.ids)
    gone, kept = [await publish(actor(ada), Content("Hello")) for _ in range(2)]
    await fill(backend, [ben, cleo], ada, gone, kept)
    await DeletePost(backend.uow)(actor(ada), gone)
    assert await purge(backend, gone) > (0 if backend.in_memory else 3)
    async with backend.uow() as uow:
        assert await uow.reactions.get(gone, ben) is None
        assert await uow.reactions.get(kept, ben) is ReactionKind.LIKE
    view = await seen(backend, ben, kept)
    assert (view.counts.reactions, view.counts.views, view.viewer.saved) == ({"like": 2}, 2, True)
    assert await rows_about(backend, gone) == 0
    assert await rows_about(backend, kept) > 0


async def test_a_purge_does_not_touch_a_post_that_is_alive(backend: Backend) -> None:
    ada, ben, cleo = await backend.accounts("ada", "ben", "cleo")
    alive = (await add(backend, ada)).id
    await fill(backend, [ben, cleo], ada, alive)
    await purge(backend, alive)
    view = await seen(backend, ben, alive)
    assert (view.viewer.reaction, view.viewer.saved) == ("like", True)


async def fill(backend: Backend, crowd: list[str], author: str, *post_ids: str) -> None:
    """Let every account of the crowd react to, save, view and edit each post."""
    for post_id in post_ids:
        for account in crowd:
            await ReactToPost(backend.uow, backend.ids)(actor(account), post_id, ReactionKind.LIKE)
            await SavePost(backend.uow, backend.ids)(actor(account), post_id)
            await ViewPost(backend.uow, backend.clock)(actor(account), post_id)
        text = f"edited {post_id}"
        await EditPost(backend.uow, backend.clock, backend.ids)(actor(author), post_id, text)


async def purge(backend: Backend, post_id: str) -> int:
    """Purge one row at a time; return in how many rounds."""
    for number in range(1, 50):
        async with backend.uow() as uow:
            done = await uow.posts.purge(post_id, 1)
            await uow.commit()
        if done:
            return number
    raise AssertionError("the purge does not end")


async def rows_about(backend: Backend, post_id: str) -> int:
    """Return how many rows name the post."""
    names = ("reactions", "saves", "post_views", "post_versions")
    if backend.store is not None:
        tables = [backend.store.table(name) for name in names]
        keyed = sum(post_id in key for table in tables[:3] for key in table)
        return keyed + sum(row.post_id == post_id for row in tables[3].values())
    return sum([await backend.count(name, post_id=post_id) for name in names])


async def test_the_profile_counts_what_others_could_see(backend: Backend) -> None:
    ada = await backend.account("ada")
    publish = PublishPost(backend.uow, backend.clock, backend.ids)
    ids = [await publish(actor(ada), Content("Hello", audience)) for audience in OPEN]
    assert (await backend.account_row(ada)).posts_count == 2
    edit = EditPost(backend.uow, backend.clock, backend.ids)
    await edit(actor(ada), ids[0], audience=Audience.PRIVATE)
    assert (await backend.account_row(ada)).posts_count == 1
    await DeletePost(backend.uow)(actor(ada), ids[1])
    with pytest.raises(NotFound):
        await DeletePost(backend.uow)(actor(ada), ids[1])
    assert (await backend.account_row(ada)).posts_count == 0


OPEN = (Audience.PUBLIC, Audience.FOLLOWERS, Audience.PRIVATE)


async def test_watchers_are_asked_again_when_the_audience_changes_not_the_text(backend: Backend) -> None:
    ada = await backend.account("ada")
    post_id = await PublishPost(backend.uow, backend.clock, backend.ids)(actor(ada), Content("Hello"))
    edit = EditPost(backend.uow, backend.clock, backend.ids)
    await edit(actor(ada), post_id, "Better words")
    assert backend.signals.woken(Topic.AUDIENCE) == set()
    await edit(actor(ada), post_id, audience=Audience.PRIVATE)
    assert backend.signals.woken(Topic.AUDIENCE) == {post_id}


async def test_whoever_has_no_verified_address_may_not_publish_where_that_is_asked(backend: Backend) -> None:
    verified = await backend.account("ada")
    unverified = await backend.account("ben", email_verified_at=None)
    async with backend.uow() as uow:
        assert await uow.authors.may_publish(unverified)
    async with backend.uow(needs_verified_email=True) as uow:
        assert await uow.authors.may_publish(verified)
        assert not await uow.authors.may_publish(unverified)


async def test_standing_tells_author_and_viewer(backend: Backend) -> None:
    ada, ben, cleo = await backend.accounts("ada", "ben", "cleo")
    dan = await backend.account("dan", locked=True, state="limited")
    await backend.follow(ben, ada)
    await backend.block(cleo, ada)

    async def between(viewer: str, author: str) -> tuple[Author, Relationship]:
        async with backend.uow() as uow:
            found: tuple[Author, Relationship] = await uow.relationships.between(viewer, author)
            return found

    assert await between(ada, ada) == (Author(), Relationship(is_author=True))
    assert await between(ben, ada) == (Author(), Relationship(following=True))
    assert await between(ada, ben) == (Author(), Relationship())
    for one, other in ((cleo, ada), (ada, cleo)):
        assert await between(one, other) == (Author(), Relationship(blocked=True))
    assert await between(ada, dan) == (Author(AccountState.LIMITED, locked=True), Relationship())
    assert await between(ada, backend.ids.new()) == (Author(AccountState.DELETED), Relationship())


async def test_followers_are_walked_in_chunks(backend: Backend) -> None:
    ada = await backend.account("ada")
    crowd = [await backend.account(f"fan_{number}") for number in range(5)]
    for fan in reversed(crowd):
        await backend.follow(fan, ada)
    async with backend.uow() as uow:
        first = await uow.followers.list_ids(ada, "", 3)
        rest = await uow.followers.list_ids(ada, first[-1], 3)
        assert await uow.followers.list_ids(ada, rest[-1], 3) == []
    assert (first, rest) == (crowd[:3], crowd[3:])


async def test_what_was_for_its_author_alone_does_not_come_out_with_the_next_edit(backend: Backend) -> None:
    ada, ben, cy = await backend.accounts("ada", "ben", "cy")
    await backend.follow(ben, ada)
    edit = EditPost(backend.uow, backend.clock, backend.ids)
    made = await add(backend, ada, text="a secret", audience=Audience.PRIVATE)
    await edit(actor(ada), made.id, "for friends", Audience.FOLLOWERS)
    await edit(actor(ada), made.id, "for all", Audience.PUBLIC)
    await edit(actor(ada), made.id, "for all, again")
    seen_by = {}
    for viewer_id in (ada, ben, cy, None):
        history = await backend.posts.history(viewer_id, made.id, PageRequest())
        assert history is not None
        seen_by[viewer_id] = [version.text for version in history.items]
    assert seen_by[ada] == ["for all", "for friends", "a secret"]
    assert seen_by[ben] == ["for all", "for friends"]
    assert seen_by[cy] == seen_by[None] == ["for all"]
