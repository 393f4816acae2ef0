"""What clients may send: an explicit table, and the one way every event goes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from attrs import frozen
from msgspec import Struct

from adapters.realtime.refusals import InsufficientScope, MalformedEvent, UnknownEvent, failed, refused
from adapters.realtime.sockets import Socket
from adapters.wire.decode import decode_value
from adapters.wire.request_ids import current_request_id
from platform_core.shared.actor import Scope
from platform_core.shared.errors import DomainError, Unavailable
from platform_core.shared.ids import Ids

Handler = Callable[[Socket, Any], Awaitable[Any]]
"""Does what the event asks for the socket's account; returns what is acknowledged as ``data``."""


@frozen
class ClientEventSpec:
    """One event that clients may send: its name, what it carries, who handles it, the scope it needs."""

    name: str
    payload: type[Struct]
    handler: Handler
    scope: Scope


class ClientEventTable:
    """Handles client events by name and answers each of them."""

    def __init__(self, specs: Iterable[ClientEventSpec], ids: Ids, seconds: float) -> None:
        self._specs = {spec.name: spec for spec in specs}
        self._ids = ids
        self._seconds = seconds

    def specs(self) -> tuple[ClientEventSpec, ...]:
        """Return the whole table."""
        return tuple(self._specs.values())

    def refuse(self, error: DomainError) -> dict[str, Any]:
        """Return the acknowledgement of an event that got no further."""
        return refused(error, self._ids.new())

    async def answer(self, socket: Socket, arguments: Any) -> dict[str, Any]:
        """Handle one event and return its acknowledgement, whatever happens."""
        event_id = self._ids.new()
        current_request_id.set(event_id)
        try:
            async with asyncio.timeout(self._seconds):
                return {"ok": True, "data": await self._handle(socket, arguments)}
        except DomainError as error:
            return refused(error, event_id)
        except TimeoutError:
            return refused(Unavailable(), event_id)
        except Exception:
            return failed(event_id)

    async def _handle(self, socket: Socket, arguments: Any) -> Any:
        name, payload = _split(arguments)
        spec = self._specs.get(name)
        if spec is None:
            raise UnknownEvent
        if not socket.actor.has_scope(spec.scope):
            raise InsufficientScope(spec.scope)
        return await spec.handler(socket, decode_value(payload, spec.payload))


def _split(arguments: Any) -> tuple[str, Any]:
    """Return name and payload of an event; one without a payload has an empty one."""
    if not isinstance(arguments, list) or not 1 <= len(arguments) <= 2 or not isinstance(arguments[0], str):
        raise MalformedEvent
    return arguments[0], arguments[1] if len(arguments) == 2 else {}
