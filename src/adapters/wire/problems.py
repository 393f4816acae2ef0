"""Refusals as problem documents (RFC 9457), the same over HTTP and as Socket.IO acknowledgements.

The one table from kinds of error to status codes is here. ``type`` is ``about:blank``: the title is the
status code's, and what clients tell problems apart by is ``code``.
"""

from http import HTTPStatus
from typing import Any, ClassVar

from platform_core.shared.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    PaymentRequired,
    RateLimited,
    Stale,
    Unauthenticated,
    Unavailable,
)
from platform_core.shared.idempotency import RequestInProgress

PROBLEM_TYPE = "application/problem+json"

# The more special kind before the more general one.
_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (Unauthenticated, 401),
    (PaymentRequired, 402),
    (Forbidden, 403),
    (NotFound, 404),
    (Stale, 412),
    (Conflict, 409),
    (Invalid, 422),
    (RateLimited, 429),
    (Unavailable, 503),
)
_UNAVAILABLE_FOR = 5
_IN_PROGRESS_FOR = 1


class WireRefusal(DomainError):
    """A refusal of the request as such, before it means anything to the core."""

    status: ClassVar[int] = 400


class MalformedJson(WireRefusal):
    """The body is not the JSON that we accept."""

    code = "malformed_json"
    detail = "The body is not valid JSON."


class BadRequest(WireRefusal):
    """The request contradicts itself or the protocol."""

    code = "bad_request"
    detail = "This request cannot be understood."


class MethodNotAllowed(WireRefusal):
    """The path is there, the method is not."""

    status = 405
    code = "method_not_allowed"
    detail = "This method is not supported here."


class BodyTimeout(WireRefusal):
    """The body did not arrive in time."""

    status = 408
    code = "body_timeout"
    detail = "The body took too long to arrive."


class BodyTooLarge(WireRefusal):
    """The body has more bytes than are accepted here."""

    status = 413
    code = "body_too_large"
    detail = "The body is too large."


class UnsupportedMedia(WireRefusal):
    """The body is of a type, or encoded in a way, that is not accepted here."""

    status = 415
    code = "unsupported_media_type"
    detail = "Send the body as application/json, not compressed."


def status_of(kind: type[DomainError]) -> int:
    """Return the status code that an error of this kind is answered with."""
    if issubclass(kind, WireRefusal):
        return kind.status
    return next((status for known, status in _STATUS if issubclass(kind, known)), 400)


def retry_after(error: DomainError) -> int | None:
    """Return in how many seconds to try again, where that makes sense."""
    if isinstance(error, RateLimited):
        return max(1, error.retry_after)
    if isinstance(error, Unavailable):
        return _UNAVAILABLE_FOR
    return _IN_PROGRESS_FOR if isinstance(error, RequestInProgress) else None


def problem(error: DomainError, request_id: str) -> dict[str, Any]:
    """Return the problem document of a refusal.

    Everything that is not there looks the same, whatever kind of thing was asked for: a ``NotFound`` of any
    class says what ``NotFound`` itself says.
    """
    if isinstance(error, NotFound):
        return _document(404, NotFound.code, NotFound.detail, request_id)
    document = _document(status_of(type(error)), error.code, error.detail, request_id)
    if isinstance(error, Invalid):
        document["errors"] = error.errors
    return document


def internal_problem(request_id: str) -> dict[str, Any]:
    """Return the problem document of a fault of ours: nothing about it but the request's id."""
    return _document(500, "internal", "Something went wrong on our side.", request_id)


def _document(status: int, code: str, detail: str, request_id: str) -> dict[str, Any]:
    title = HTTPStatus(status).phrase
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id,
    }
