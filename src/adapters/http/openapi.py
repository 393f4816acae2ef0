"""The OpenAPI 3.1 document, made from the table of routes: what is not in it is not there."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from inspect import getdoc
from typing import Any

from adapters.http.openapi_schemas import Schemas, page_parameters
from adapters.http.replay import KEY_PATTERN, MAX_KEY
from adapters.http.routing import Gate, Route, is_id
from adapters.wire.decode import without_input
from adapters.wire.inputs import MAX_WORD, UUID_PATTERN
from adapters.wire.problems import PROBLEM_TYPE, status_of

Json = dict[str, Any]

_ABOUT = (
    "Ids are UUIDv7 strings, times RFC 3339 in UTC. Clients tolerate unknown fields and unknown values of "
    "enumerations in answers; unknown fields in requests are refused. Everybody gets the same 404 for what "
    "is not there and for what is not theirs to know of."
)
MAX_FIELD = 8_190
"""Bytes of a header field that the server reads; it answers longer ones with 400."""

_SIMPLE = {"type": "string"}
_KEY = {"type": "string", "pattern": KEY_PATTERN, "maxLength": MAX_KEY}
_TAG = {"type": "string", "maxLength": MAX_FIELD}
_SECURITY: Json = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A session's or access token."},
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-footlights",
        "description": "A browser's session. Changes need an `Origin` that the server knows.",
    },
}
_HEADERS: Json = {
    "X-Request-Id": {"description": "The request's id, as in the logs.", "schema": _SIMPLE},
    "X-Event-Position": {"description": "A valid `last_event_id` to connect with.", "schema": _SIMPLE},
    "ETag": {"description": "For `If-None-Match`, and `If-Match` of a change.", "schema": _SIMPLE},
    "Link": {"description": "The neighbouring pages (RFC 8288).", "schema": _SIMPLE},
    "RateLimit": {"description": "What is left: `r` attempts, `t` seconds.", "schema": _SIMPLE},
    "RateLimit-Policy": {"description": "The rate: `q` attempts in `w` seconds.", "schema": _SIMPLE},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
}
_RETRIED = frozenset({409, 429, 503})


def document(routes: Sequence[Route], version: str) -> Json:
    """Return the OpenAPI document of these routes."""
    shown = [route for route in routes if route.documented]
    schemas = Schemas(shown)
    paths: Json = {}
    for route in shown:
        paths.setdefault(route.template, {})[route.method.lower()] = _operation(route, schemas)
    schemas.drop(route.query for route in shown if route.query is not None)
    statuses = sorted({status for route in shown for status in _refusals(route)})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Footlights", "version": version, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(route.context for route in shown)],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": _SECURITY,
            "headers": _HEADERS,
            "responses": {f"Problem{status}": _problem(status) for status in statuses},
        },
    }


def operation_id(route: Route) -> str:
    """Return a name for the operation that no other has: method and path."""
    words = re.findall(r"\w+", route.template.removeprefix("/api/v1"))
    return "_".join([route.method.lower(), *words]).replace("-", "_")


def _operation(route: Route, schemas: Schemas) -> Json:
    # Docstrings mark code with two backticks, OpenAPI (Markdown) with one.
    prose = (getdoc(route.handler) or route.name).replace("``", "`")
    summary, _, description = prose.partition("\n\n")
    operation: Json = {
        "operationId": operation_id(route),
        "tags": [route.context],
        "summary": summary.replace("\n", " "),
        "parameters": [*_path_parameters(route), *_query_parameters(route, schemas), *_headers_in(route)],
        "responses": {**_success(route, schemas), **_problems(route)},
        "security": _security(route),
        "x-gate": route.gate.name.lower(),
    }
    if description:
        operation["description"] = description
    if route.body is not None:
        content = {"application/json": {"schema": schemas.of(route.body)}}
        optional = without_input(route.body) is not None
        operation["requestBody"] = {"required": not optional, "content": content}
    if route.limit is not None:
        operation["x-rate"] = {"amount": route.limit.amount, "seconds": route.limit.seconds}
    return operation


def _path_parameters(route: Route) -> list[Json]:
    id_schema = {"type": "string", "format": "uuid", "pattern": f"^{UUID_PATTERN}$"}
    text_schema = {"type": "string", "minLength": 1, "maxLength": MAX_WORD}
    return [
        {"name": name, "in": "path", "required": True, "schema": id_schema if is_id(name) else text_schema}
        for name in route.parameters
    ]


def _query_parameters(route: Route, schemas: Schemas) -> list[Json]:
    own = [] if route.query is None else schemas.parameters(route.query)
    return own + (page_parameters() if route.paged else [])


def _headers_in(route: Route) -> list[Json]:
    """Return the header parameters that mean something to this route."""
    names = {
        "Idempotency-Key": (route.idempotent, "Same key and body: the first answer again (24 h).", _KEY),
        "If-Match": (route.method == "PATCH", "The `ETag` of what is to be changed.", _TAG),
        "If-None-Match": (_tagged(route), "The `ETag` of what the client has.", _TAG),
    }
    return [
        {"name": name, "in": "header", "required": False, "description": text, "schema": schema}
        for name, (applies, text, schema) in names.items()
        if applies
    ]


def _success(route: Route, schemas: Schemas) -> Json:
    answer: Json = {"headers": _headers_out(route)}
    if route.answer is None and route.produces == "application/json":
        return {"204": {"description": "Done.", **answer}}
    if route.answer is not None:
        schema = schemas.page(route.item) if route.paged else schemas.of(route.item)
        answer["content"] = {route.produces: {"schema": schema}}
    else:
        answer["content"] = {route.produces: {"schema": {"type": "string"}}}
    responses = {str(route.status): {"description": HTTPStatus(route.status).phrase, **answer}}
    for status in route.also:
        responses[str(status)] = {"description": HTTPStatus(status).phrase, **answer}
    if _tagged(route):
        responses["304"] = {"description": "The client has it already."}
    return responses


def _headers_out(route: Route) -> Json:
    applies = {
        "X-Request-Id": True,
        "X-Event-Position": route.method == "GET" and route.gate is not Gate.OPEN,
        "ETag": _tagged(route) or route.method == "PATCH",
        "Link": route.paged,
        "RateLimit": _limited(route),
        "RateLimit-Policy": _limited(route),
    }
    return {name: _header(name) for name, yes in applies.items() if yes}


def _problems(route: Route) -> Json:
    codes: dict[int, list[str]] = {}
    for kind in route.raises:
        codes.setdefault(status_of(kind), []).append(kind.code)
    return {str(status): _reference(status, codes.get(status, [])) for status in _refusals(route)}


def _refusals(route: Route) -> list[int]:
    """Return every status that this route may refuse with; faults of ours are no part of the interface."""
    kept = {400, 422, 503} | {status_of(kind) for kind in route.raises}
    if route.gate is not Gate.OPEN:
        kept |= {401, 403}
    if route.parameters:
        kept.add(404)
    if route.body is not None:
        kept |= {408, 413, 415}
    if route.idempotent:
        kept.add(409)
    if route.method == "PATCH":
        kept.add(412)
    if _limited(route):
        kept.add(429)
    return sorted(kept)


def _reference(status: int, codes: list[str]) -> Json:
    reference: Json = {"$ref": f"#/components/responses/Problem{status}"}
    if codes:
        reference["description"] = f"{HTTPStatus(status).phrase}: {', '.join(sorted(set(codes)))}"
    return reference


def _problem(status: int) -> Json:
    headers = ["X-Request-Id"] + (["Retry-After"] if status in _RETRIED else [])
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "description": HTTPStatus(status).phrase,
        "headers": {name: _header(name) for name in headers},
        "content": content,
    }


def _security(route: Route) -> list[Json]:
    if route.gate is Gate.OPEN:
        return []
    scopes = [str(route.scope)]
    needed: list[Json] = [{"bearer": scopes}, {"cookie": scopes}]
    return [{}, *needed] if route.gate is Gate.PUBLIC else needed


def _header(name: str) -> Json:
    return {"$ref": f"#/components/headers/{name}"}


def _tagged(route: Route) -> bool:
    return route.method == "GET" and route.answer is not None and not route.paged


def _limited(route: Route) -> bool:
    return route.limit is not None or route.gate is Gate.PUBLIC
