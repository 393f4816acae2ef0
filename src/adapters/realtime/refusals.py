"""What is particular about refusing a socket or its events, and how a refusal is told."""

import logging
from typing import Any

from adapters.wire.problems import WireRefusal, internal_problem, problem
from platform_core.shared.errors import Conflict, DomainError, Forbidden, RateLimited

log = logging.getLogger("footlights.realtime")


class UnknownEvent(WireRefusal):
    """There is no client event of that name."""

    code = "unknown_event"
    detail = "There is no event of this name."


class MalformedEvent(WireRefusal):
    """The packet is not one event name with one JSON object."""

    code = "malformed_event"
    detail = "Send the name of the event and one JSON object."


class BinaryRefused(WireRefusal):
    """No event of ours takes binary data."""

    code = "binary_refused"
    detail = "Binary data is not accepted here."


class InsufficientScope(Forbidden):
    """The token is good, but not for this event."""

    code = "insufficient_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(f"This needs a token with the scope {scope}.")


class TooManySockets(RateLimited):
    """The account has as many sockets open as it may; those stay."""

    code = "too_many_sockets"

    def __init__(self, most: int) -> None:
        super().__init__(retry_after=30, detail=f"This account has {most} connections open already.")


class TooManyRooms(Conflict):
    """The socket watches as many things as it may."""

    code = "too_many_rooms"
    detail = "This connection watches too many things. Stop watching some."


def refused(error: DomainError, event_id: str) -> dict[str, Any]:
    """Return the acknowledgement of a refusal."""
    return {"ok": False, "error": problem(error, event_id)}


def failed(event_id: str) -> dict[str, Any]:
    """Log the exception that is being handled, and return an acknowledgement that tells nothing of it."""
    log.exception("Unexpected error in event %s", event_id, extra={"request_id": event_id})
    return {"ok": False, "error": internal_problem(event_id)}
