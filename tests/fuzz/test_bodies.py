"""Bodies that are wrong in one way each, sent to every route that takes one."""

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fuzz.calls import addressed, problem, read_all
from tests.fuzz.conftest import BODY_SECONDS
from tests.fuzz.rubbish import JSON, Rubbish, not_an_object, not_json, not_ours, not_the_schema
from tests.matrix.expected import ROUTES
from tests.matrix.judge import Judge

WITH_BODY = [name for name, row in ROUTES.items() if row.body is not None]
LIMIT = 256 * 1024


def test_every_route_with_a_body_is_fed(site: Judge) -> None:
    assert {name for name, route in site.product.routes.items() if route.body is not None} == set(WITH_BODY)


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_bad_body_is_a_problem_and_changes_nothing(site: Judge, name: str) -> None:
    wrong = [f"{sent.about}: {why}" for sent in _rubbish(site, name) for why in _wrong(site, name, sent)]
    assert not wrong, "\n".join([name, *wrong])


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_that_does_not_come_is_not_waited_for(site: Judge, name: str) -> None:
    method, path, headers = addressed(site, name)
    head = [f"{method} {path} HTTP/1.1", "Host: here", *(f"{key}: {value}" for key, value in headers.items())]
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", site.product.port), 20) as link:
        link.sendall("\r\n".join([*head, f"Content-Type: {JSON}", "Content-Length: 20", "", '{"te']).encode())
        answer = read_all(link)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer
    assert b'"code":"body_timeout"' in answer
    assert time.monotonic() - began < BODY_SECONDS + 10
    assert not site.changes()


@pytest.mark.parametrize("how", ["declared", "in chunks"])
@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_beyond_the_limit_is_notread_all(site: Judge, name: str, how: str) -> None:
    method, path, headers = addressed(site, name)
    head = [f"{method} {path} HTTP/1.1", "Host: here", *(f"{key}: {value}" for key, value in headers.items())]
    size = "Content-Length: 99999999999" if how == "declared" else "Transfer-Encoding: chunked"
    with socket.create_connection(("127.0.0.1", site.product.port), 20) as link:
        link.sendall("\r\n".join([*head, f"Content-Type: {JSON}", size, "", ""]).encode())
        if how == "in chunks":
            link.sendall(b"%x\r\n" % (LIMIT + 1) + b" " * (LIMIT + 1) + b"\r\n")
        answer = read_all(link)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"body_too_large"' in answer
    assert not site.changes()


def test_a_client_that_leaves_in_the_middle_changes_nothing(site: Judge) -> None:
    for name in WITH_BODY:
        method, path, headers = addressed(site, name)
        lines = [f"{method} {path} HTTP/1.1", "Host: here", f"Content-Type: {JSON}", "Content-Length: 20"]
        lines += [f"{key}: {value}" for key, value in headers.items()]
        with socket.create_connection(("127.0.0.1", site.product.port), 20) as link:
            link.sendall("\r\n".join([*lines, "", '{"te']).encode())
    assert site.product.ask("GET", "/healthz").status == 200
    assert not site.changes()


def _rubbish(site: Judge, name: str) -> Iterator[Rubbish]:
    schema, good = _schema(site, name), _good(site, name)
    yield from not_json()
    yield from not_ours(json.dumps(good).encode())
    yield from not_an_object()
    yield from not_the_schema(schema, good)
    if schema.get("required"):
        yield Rubbish("nothing at all", b"", (400,))
    yield Rubbish("a byte too much", b" " * (LIMIT + 1), (413,))


def _wrong(site: Judge, name: str, sent: Rubbish) -> Iterator[str]:
    method, path, headers = addressed(site, name)
    described = {"Content-Type": sent.content_type, "Content-Encoding": sent.encoding}
    headers |= {key: value for key, value in described.items() if value is not None}
    answer = site.product.ask(method, path, sent.body, headers)
    yield from problem(answer, sent.statuses)
    if changed := site.changes():
        yield f"{answer.status}, but changes {changed}"


def _good(site: Judge, name: str) -> dict[str, Any]:
    body = ROUTES[name].body
    return dict(body(site.world, "administrator") if callable(body) else body)


def _schema(site: Judge, name: str) -> dict[str, Any]:
    """Return the schema of a route's body from the served document, references resolved."""
    document = site.product.ask("GET", "/api/v1/openapi.json").json
    method, _, path = name.partition(" ")
    operation = document["paths"]["/api/v1" + path][method.lower()]
    return dict(resolved(document, operation["requestBody"]["content"][JSON]["schema"]))


def resolved(document: dict[str, Any], schema: Any) -> Any:
    """Return a schema with what its references stand for in their places."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return resolved(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        return {key: resolved(document, value) for key, value in schema.items()}
    return [resolved(document, one) for one in schema] if isinstance(schema, list) else schema
