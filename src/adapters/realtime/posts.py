"""What clients send about posts."""

from collections.abc import Sequence

from adapters.realtime.client_events import ClientEventSpec
from adapters.realtime.sockets import Socket
from adapters.realtime.watching import Watching
from adapters.wire.inputs import Id, Input
from platform_core.shared.actor import Scope

KIND = "post"


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
