"""The durable events of one's own account, for clients without a socket."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any

from attrs import frozen
from msgspec import UNSET, Meta, UnsetType

from adapters.http.call import Call
from adapters.http.routing import Route, get
from adapters.wire.inputs import Input
from platform_core.shared.actor import Actor, Scope

MOST = 100
"""Events in one answer; whoever gets as many asks again."""

ReadEvents = Callable[[Actor, str | None, int], Awaitable[Mapping[str, Any]]]
"""Reads up to so many events after an id, in the form in which sockets get them."""


class EventsQuery(Input, frozen=True):
    """After which event to go on; without it, from now on."""

    after: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET


@frozen
class EventView:
    """One event: its name as on a socket, its place, and what it says."""

    name: str
    event_id: str
    occurred_at: str
    data: Mapping[str, Any]


@frozen
class EventsView:
    """Events in order; ``resync`` names what to reload if some are no longer kept."""

    items: Sequence[EventView]
    next_after: str
    resync: Sequence[str] | None


@frozen
class EventRoutes:
    """What was missed, in order, once."""

    read: ReadEvents

    def routes(self) -> Sequence[Route]:
        """Return the one route."""
        scope = Scope.NOTIFICATIONS_READ
        return (get("/events", self.events, query=EventsQuery, answer=EventsView, scope=scope),)

    async def events(self, call: Call) -> Mapping[str, Any]:
        """List the durable events after ``after``, as far as the token's scopes reach."""
        after = None if call.query.after is UNSET else call.query.after
        return await self.read(call.actor, after, MOST)
