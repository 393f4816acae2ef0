"""Lets clients in: whose token it is, from where they go on, and whether there is room for one more."""

import asyncio
import time
from typing import Annotated, Any

from attrs import frozen
from msgspec import Meta

from adapters.realtime.feed import EventFeed
from adapters.realtime.refusals import TooManySockets
from adapters.realtime.settings import RealtimeSettings
from adapters.realtime.sockets import Socket, Sockets
from adapters.wire.decode import decode_value
from adapters.wire.inputs import Input
from platform_core.shared.actor import Authenticator
from platform_core.shared.errors import Unauthenticated


class ConnectInput(Input, frozen=True):
    """What a client says of itself when it connects."""

    token: Annotated[str, Meta(min_length=1, max_length=512)]
    last_event_id: Annotated[str, Meta(max_length=100)] | None = None


@frozen
class Entry:
    """Admits sockets."""

    sockets: Sockets
    authenticate: Authenticator
    feed: EventFeed
    settings: RealtimeSettings

    async def admit(self, sid: str, session: str, auth: Any) -> Socket:
        """Return the new socket of a client.

        Raises ``Unauthenticated``, ``Invalid`` for rubbish in place of credentials, ``TooManySockets``, and
        ``TimeoutError`` where an answer takes longer than clients may stay without being let in.
        """
        if auth is None:
            raise Unauthenticated
        given = decode_value(auth, ConnectInput)
        began = time.monotonic()
        async with asyncio.timeout(self.settings.entry_seconds):
            actor = await self.authenticate(given.token)
            start = await self.feed.start(actor.id, given.last_event_id)
        # Nothing is awaited from the count to the admission, so that two cannot take the same last place.
        if len(self.sockets.of_account(actor.id)) >= self.settings.sockets_per_account:
            raise TooManySockets(self.settings.sockets_per_account)
        socket = Socket(
            sid, session, actor, given.token, start.position, resync=start.resync, admitted_at=began
        )
        self.sockets.add(socket)
        return socket
