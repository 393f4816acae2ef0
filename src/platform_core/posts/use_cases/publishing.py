"""Publish, edit and delete posts."""

from attrs import frozen

from platform_core.posts.model import Content, EmailNotVerified, Post, PostDeleted, PostEdited, PostPublished
from platform_core.posts.ports import PostedEntry, PostsUnitOfWork, Transactions
from platform_core.shared.actor import Actor
from platform_core.shared.clock import Clock
from platform_core.shared.errors import NotFound
from platform_core.shared.ids import Ids
from platform_core.shared.signals import Topic
from platform_core.shared.visibility import Audience


@frozen
class PublishPost:
    """Publish a post of the actor's. Any account may, once it has done what the operator asks for."""

    transactions: Transactions
    clock: Clock
    ids: Ids

    async def __call__(self, actor: Actor, content: Content) -> str:
        now = self.clock.now()
        post = Post(self.ids.new(), actor.id, content, now, feed_id=self.ids.new())
        async with self.transactions() as uow:
            if not await uow.authors.may_publish(post.author_id):
                raise EmailNotVerified
            await uow.posts.add(post)
            await uow.timelines.add_own(_entry(post))
            await uow.authors.add_posts(post.author_id, post.counts_for_author)
            await uow.outbox.record(_published(post), f"post:{post.id}")
            await uow.commit(post.id)
        return post.id


@frozen
class EditPost:
    """Change a post's text or audience, or both; earlier texts stay readable. Only its author may."""

    transactions: Transactions
    clock: Clock
    ids: Ids

    async def __call__(
        self,
        actor: Actor,
        post_id: str,
        text: str | None = None,
        audience: Audience | None = None,
        if_revision: int | None = None,
    ) -> None:
        async with self.transactions() as uow:
            post = await own_post(uow, actor, post_id)
            counted = post.counts_for_author
            content = post.content.changed(text, audience)
            replaced = post.edit(content, self.clock.now(), if_revision)
            if replaced is None:
                return
            await uow.posts.put(post)
            if replaced.text != content.text:
                await uow.posts.add_version(self.ids.new(), post.id, replaced)
            if replaced.audience is not content.audience:
                uow.wake(Topic.AUDIENCE, [post.id])
            await uow.authors.add_posts(post.author_id, post.counts_for_author - counted)
            await uow.outbox.record(PostEdited(post.id, post.author_id), f"post:{post.id}")
            await uow.commit(post.id)


@frozen
class DeletePost:
    """Delete a post from every surface at once. Only its author may; deleting twice is deleting once."""

    transactions: Transactions

    async def __call__(self, actor: Actor, post_id: str) -> None:
        async with self.transactions() as uow:
            post = await own_post(uow, actor, post_id)
            counted = post.counts_for_author
            post.delete()
            await uow.posts.put(post)
            await uow.authors.add_posts(post.author_id, -counted)
            await uow.outbox.record(PostDeleted(post.id, post.author_id), f"post:{post.id}")
            await uow.commit(post.id)


async def own_post(uow: PostsUnitOfWork, actor: Actor, post_id: str) -> Post:
    """Return a post of the actor's own. Raises ``NotFound`` for any other, seen or unseen."""
    post = await uow.posts.get(post_id)
    if post is None or post.author_id != actor.id:
        raise NotFound
    return post


def _entry(post: Post) -> PostedEntry:
    return PostedEntry(post.feed_id or "", post.id, post.author_id)


def _published(post: Post) -> PostPublished:
    return PostPublished(post.id, post.author_id, post.feed_id or "", post.content.audience)
