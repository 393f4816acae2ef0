"""Answers refusals and faults with problem documents."""

import logging
from typing import Any

from aiohttp import web
from multidict import CIMultiDict

from adapters.http.headers import PERSONAL
from adapters.wire.encode import encode
from adapters.wire.problems import PROBLEM_TYPE, WireRefusal, internal_problem, problem, retry_after
from platform_core.shared.errors import DomainError, Forbidden, Unauthenticated

log = logging.getLogger("footlights.http")

_CHALLENGE = 'Bearer realm="footlights"'


class InsufficientScope(Forbidden):
    """The token is good, but not for this."""

    code = "insufficient_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(f"This needs a token with the scope {scope}.")
        self.scope = scope


class PersonRequired(Forbidden):
    """An access token where a person has to be signed in."""

    code = "session_required"
    detail = "This needs a person's own session; access tokens cannot do it."


def refuse(
    error: DomainError, headers: CIMultiDict[str], request_id: str, current: object = None
) -> web.Response:
    """Return the answer to a refusal; ``current`` is the present view of what has changed meanwhile."""
    document = problem(error, request_id)
    if current is not None:
        document["current"] = current
    if (seconds := retry_after(error)) is not None:
        headers["Retry-After"] = str(seconds)
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = _CHALLENGE
    elif isinstance(error, InsufficientScope):
        headers["WWW-Authenticate"] = f'{_CHALLENGE}, error="insufficient_scope", scope="{error.scope}"'
    response = _document(document, headers)
    if isinstance(error, WireRefusal) and error.status in (408, 413):
        # The rest of the body is not going to be read.
        response.force_close()
    return response


def fail(headers: CIMultiDict[str], request_id: str) -> web.Response:
    """Log the exception that is being handled, and return an answer that tells nothing of it."""
    log.exception("Unexpected error in request %s", request_id, extra={"request_id": request_id})
    return _document(internal_problem(request_id), headers)


def _document(document: dict[str, Any], headers: CIMultiDict[str]) -> web.Response:
    headers["Cache-Control"] = PERSONAL
    headers["Content-Type"] = PROBLEM_TYPE
    return web.Response(status=document["status"], body=encode(document), headers=headers)
