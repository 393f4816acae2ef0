"""Answers what no route answers: unknown paths, unknown methods, preflights, faults of foreign handlers."""

from collections.abc import Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from adapters.http import refusals
from adapters.http.endpoint import Surroundings
from adapters.http.headers import AnswerHeaders
from adapters.wire.problems import BadRequest, BodyTooLarge, MethodNotAllowed
from adapters.wire.request_ids import accepted_id, current_request_id
from platform_core.shared.errors import DomainError, NotFound


def outside(shared: Surroundings) -> Middleware:
    """Return the one middleware: everything that is inside has been answered before it comes back here."""
    new_id = shared.kernel.ids.new

    @web.middleware
    async def answer_outside(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as error:
            return _refused(error, request, shared.headers, _request_id(request, new_id))
        except Exception:
            request_id = _request_id(request, new_id)
            return refusals.fail(shared.headers.begin(request, request_id), request_id)

    return answer_outside


def _request_id(request: web.Request, new_id: Callable[[], str]) -> str:
    request_id = accepted_id(request.headers.get("X-Request-Id")) or new_id()
    current_request_id.set(request_id)
    return request_id


def _refused(
    error: web.HTTPException, request: web.Request, answers: AnswerHeaders, request_id: str
) -> web.StreamResponse:
    if error.status < 400:
        # A redirect or the like, of a handler outside the kernel.
        return error
    headers = answers.begin(request, request_id)
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted({*error.allowed_methods, "OPTIONS"}))
        if request.method == "OPTIONS":
            return answers.preflight(request, request_id, allowed)
        headers["Allow"] = allowed
    return refusals.refuse(_refusal(error), headers, request_id)


def _refusal(error: web.HTTPException) -> DomainError:
    if isinstance(error, web.HTTPNotFound):
        return NotFound()
    if isinstance(error, web.HTTPMethodNotAllowed):
        return MethodNotAllowed()
    return BodyTooLarge() if error.status == 413 else BadRequest()
