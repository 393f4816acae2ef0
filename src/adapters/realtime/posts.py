"""What clients send and are sent about posts."""

from collections.abc import Awaitable, Callable, Collection, Sequence, Set

from attrs import frozen

from adapters.realtime.client_events import ClientEventSpec
from adapters.realtime.rendering import Rendered
from adapters.realtime.sockets import Socket
from adapters.realtime.watching import Watching
from adapters.wire.inputs import Id, Input
from platform_core.shared.actor import Scope
from platform_core.shared.events import ClientEvent

KIND = "post"

Visible = Callable[[str, Collection[str]], Awaitable[Set[str]]]
"""Returns those of the posts that an account may see: one query."""


class WatchInput(Input, frozen=True):
    """Which post is meant."""

    post_id: Id


class PostEvents:
    """Watching posts: who does is told of edits, counts and the end of a post."""

    def __init__(self, watching: Watching) -> None:
        self._watching = watching

    def specs(self) -> Sequence[ClientEventSpec]:
        """Return the events of this context."""
        return (
            ClientEventSpec("post:watch", WatchInput, self.watch, Scope.POSTS_READ),
            ClientEventSpec("post:unwatch", WatchInput, self.unwatch, Scope.POSTS_READ),
        )

    async def watch(self, socket: Socket, given: WatchInput) -> None:
        """Have the socket told what happens to a post that its account may see."""
        await self._watching.enter(socket, KIND, given.post_id)

    async def unwatch(self, socket: Socket, given: WatchInput) -> None:
        """Have the socket told no longer."""
        await self._watching.leave(socket, KIND, given.post_id)


@frozen
class PostPublished:
    """Renders ``post:published``: which post, whose; nothing of what is in it."""

    visible: Visible

    async def render(self, account_id: str, events: Sequence[ClientEvent]) -> Sequence[Rendered]:
        """Drop what has been deleted or withdrawn since, or is somebody's who is blocked by now."""
        seen = await self.visible(account_id, {event.payload["post_id"] for event in events})
        return [event.payload if event.payload["post_id"] in seen else None for event in events]
