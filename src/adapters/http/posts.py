"""Routes of the posts context."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeVar

from attrs import frozen
from msgspec import UNSET, Meta, UnsetType

from adapters.http.call import Call
from adapters.http.routing import Gate, Route, delete, get, patch, post, put
from adapters.wire.inputs import Ids, Input
from platform_core.posts.model import (
    MAX_TEXT,
    Content,
    EmailNotVerified,
    PostView,
    ReactionKind,
    ReactionView,
    VersionView,
)
from platform_core.posts.ports import PostReader
from platform_core.posts.use_cases.publishing import DeletePost, EditPost, PublishPost
from platform_core.posts.use_cases.reacting import (
    ReactToPost,
    SavePost,
    UnsavePost,
    ViewPost,
    WithdrawReaction,
)
from platform_core.shared.actor import Scope
from platform_core.shared.errors import NotFound, Stale
from platform_core.shared.limits import Rate
from platform_core.shared.pagination import Page
from platform_core.shared.visibility import Audience

T = TypeVar("T")
Text = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
AudienceName = Literal["public", "followers", "private"]
Kind = Literal["like", "love", "haha", "wow", "sad", "angry", "care"]


class PostInput(Input, frozen=True):
    """What a new post says, and for whom."""

    text: Text
    audience: AudienceName = "public"


class PostChange(Input, frozen=True):
    """What is to be different about a post; what is left out stays."""

    text: Text | UnsetType = UNSET
    audience: AudienceName | UnsetType = UNSET


class ReactionInput(Input, frozen=True):
    """How to react."""

    kind: Kind


class BatchQuery(Input, frozen=True):
    """Which posts to read."""

    id: Ids


class ReactionsQuery(Input, frozen=True):
    """Which reactions to list; without a kind all of them, but no dislikes."""

    kind: Kind | UnsetType = UNSET


@frozen
class PostUseCases:
    """What the routes of posts call."""

    reader: PostReader
    publish: PublishPost
    edit: EditPost
    delete: DeletePost
    react: ReactToPost
    withdraw: WithdrawReaction
    save: SavePost
    unsave: UnsavePost
    view: ViewPost


@frozen
class PostRoutes:
    """Posts and the feeds they appear in."""

    use: PostUseCases
    publishing: Rate = Rate("publishing", 60, 3_600)

    def routes(self) -> Sequence[Route]:
        """Return lists, then single posts, then what changes them, then reactions and saves."""
        return (*self._lists(), *self._single(), *self._own_state())

    def _lists(self) -> Sequence[Route]:
        read: dict[str, Any] = {"scope": Scope.POSTS_READ}
        public = {**read, "gate": Gate.PUBLIC}
        return (
            get("/feeds/home", self.home, answer=Page[PostView], **read),
            get("/feeds/explore", self.explore, answer=Page[PostView], **public),
            get("/feeds/saved", self.saved, answer=Page[PostView], **read),
            get("/accounts/{account_id}/posts", self.of_account, answer=Page[PostView], **public),
            get("/posts/{post_id}/history", self.history, answer=Page[VersionView], **public),
            get(
                "/posts/{post_id}/reactions",
                self.reactions,
                query=ReactionsQuery,
                answer=Page[ReactionView],
                **public,
            ),
            get("/posts", self.batch, query=BatchQuery, answer=list[PostView], **public),
        )

    def _single(self) -> Sequence[Route]:
        write: dict[str, Any] = {"scope": Scope.POSTS_WRITE}
        return (
            get("/posts/{post_id}", self.show, scope=Scope.POSTS_READ, gate=Gate.PUBLIC, answer=PostView),
            post(
                "/posts",
                self.publish,
                then=self.published,
                body=PostInput,
                answer=PostView,
                status=201,
                limit=self.publishing,
                raises=(EmailNotVerified,),
                **write,
            ),
            patch(
                "/posts/{post_id}",
                self.edit,
                body=PostChange,
                answer=PostView,
                current=self.show,
                raises=(Stale,),
                **write,
            ),
            delete("/posts/{post_id}", self.delete, **write),
        )

    def _own_state(self) -> Sequence[Route]:
        write: dict[str, Any] = {"scope": Scope.POSTS_WRITE}
        return (
            post("/posts/{post_id}/view", self.view, **write),
            put("/posts/{post_id}/reaction", self.react, body=ReactionInput, answer=PostView, **write),
            put("/posts/{post_id}/dislike", self.dislike, answer=PostView, **write),
            put("/posts/{post_id}/save", self.save, answer=PostView, **write),
            delete("/posts/{post_id}/reaction", self.withdraw_reaction, **write),
            delete("/posts/{post_id}/dislike", self.withdraw_dislike, **write),
            delete("/posts/{post_id}/save", self.unsave, **write),
        )

    async def home(self, call: Call) -> Page[PostView]:
        """List the posts of followed accounts and one's own, newest first."""
        return await self.use.reader.home(call.actor.id, call.page)

    async def explore(self, call: Call) -> Page[PostView]:
        """List everybody's public posts, newest first."""
        return await self.use.reader.explore(call.actor.account_id, call.page)

    async def saved(self, call: Call) -> Page[PostView]:
        """List the posts that one has saved, the latest save first."""
        return await self.use.reader.saved(call.actor.id, call.page)

    async def of_account(self, call: Call) -> Page[PostView]:
        """List an account's posts, newest first."""
        viewer_id, account_id = call.actor.account_id, call.path["account_id"]
        page = await self.use.reader.of_account(viewer_id, account_id, call.page)
        if not page.items and not await self.use.reader.has_list(viewer_id, account_id):
            raise NotFound
        return page

    async def history(self, call: Call) -> Page[VersionView]:
        """List the earlier texts of a post, newest first."""
        return _found(await self.use.reader.history(call.actor.account_id, call.path["post_id"], call.page))

    async def reactions(self, call: Call) -> Page[ReactionView]:
        """List who reacted to a post, latest first."""
        kind = None if call.query.kind is UNSET else ReactionKind(call.query.kind)
        viewer_id, post_id = call.actor.account_id, call.path["post_id"]
        return _found(await self.use.reader.reactions(viewer_id, post_id, kind, call.page))

    async def batch(self, call: Call) -> tuple[PostView, ...]:
        """Read up to a hundred posts at once; those that may not be seen are left out."""
        return await self.use.reader.by_ids(call.actor.account_id, call.query.id)

    async def show(self, call: Call) -> PostView:
        """Read one post."""
        return await self._view(call, call.path["post_id"])

    async def publish(self, call: Call) -> str:
        """Publish a post."""
        return await self.use.publish(call.actor, Content(call.body.text, Audience(call.body.audience)))

    async def published(self, call: Call, post_id: str) -> PostView:
        """Answer with the new post."""
        return await self._view(call, post_id)

    async def edit(self, call: Call) -> PostView:
        """Change a post's text or audience; the earlier text stays readable."""
        post_id, change = call.path["post_id"], call.body
        text = None if change.text is UNSET else change.text
        audience = None if change.audience is UNSET else Audience(change.audience)
        await self.use.edit(call.actor, post_id, text, audience, call.if_revision)
        return await self._view(call, post_id)

    async def delete(self, call: Call) -> None:
        """Delete a post from every surface at once."""
        await self.use.delete(call.actor, call.path["post_id"])

    async def view(self, call: Call) -> None:
        """Count that one looked at a post; once an hour."""
        await self.use.view(call.actor, call.path["post_id"])

    async def react(self, call: Call) -> PostView:
        """React to a post, in place of any other reaction or dislike."""
        return await self._react(call, ReactionKind(call.body.kind))

    async def dislike(self, call: Call) -> PostView:
        """Dislike a post, in place of any reaction."""
        return await self._react(call, ReactionKind.DISLIKE)

    async def save(self, call: Call) -> PostView:
        """Keep a post in the list of saved ones."""
        await self.use.save(call.actor, call.path["post_id"])
        return await self.show(call)

    async def withdraw_reaction(self, call: Call) -> None:
        """Take back one's reaction, also at a post that one no longer sees; a dislike stays."""
        await self.use.withdraw(call.actor, call.path["post_id"])

    async def withdraw_dislike(self, call: Call) -> None:
        """Take back one's dislike, also at a post that one no longer sees; a reaction stays."""
        await self.use.withdraw(call.actor, call.path["post_id"], dislike=True)

    async def unsave(self, call: Call) -> None:
        """Take a post out of the list of saved ones."""
        await self.use.unsave(call.actor, call.path["post_id"])

    async def _react(self, call: Call, kind: ReactionKind) -> PostView:
        await self.use.react(call.actor, call.path["post_id"], kind)
        return await self.show(call)

    async def _view(self, call: Call, post_id: str) -> PostView:
        return _found(await self.use.reader.by_id(call.actor.account_id, post_id))


def _found(view: T | None) -> T:
    if view is None:
        raise NotFound
    return view
