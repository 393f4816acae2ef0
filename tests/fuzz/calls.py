"""Calls that would be good, to be spoilt in one way each; and what has to be said to those that were."""

import re
import socket
from collections.abc import Iterator

from tests.matrix.expected import ROUTES
from tests.matrix.grids import VIEWERS
from tests.matrix.judge import Judge
from tests.matrix.product import Answer
from tests.matrix.world import HANDLES, bearer, token_of

PROBLEM = {"type", "title", "status", "detail", "code", "request_id"}


def problem(answer: Answer, statuses: tuple[int, ...]) -> Iterator[str]:
    """Yield what is wrong with an answer that should be a problem document with one of these statuses."""
    if answer.status not in statuses:
        yield f"{answer.status}, not {statuses}: {answer.body[:200]!r}"
    elif answer.headers["Content-Type"] != "application/problem+json":
        yield f"is {answer.headers['Content-Type']}"
    elif not set(answer.json) >= PROBLEM or answer.json["status"] != answer.status or not answer.json["code"]:
        yield f"is no problem document: {answer.json}"
    elif answer.status == 422 and not answer.json["errors"]:
        yield "does not say which field"
    elif len(answer.body) > 4_096:
        yield f"repeats {len(answer.body)} bytes"


def addressed(site: Judge, name: str) -> tuple[str, str, dict[str, str]]:
    """Return method, path and headers of a call that would be good but for its body."""
    row = ROUTES[name]
    target = max(row.on.cells, key=lambda one: list(row.on.cells[one].values()).count("y"))
    viewer = next(who for who in reversed(VIEWERS) if row.on.cells[target][who] == "y")
    account = row.on.owner_of(target) if viewer == "owner" else viewer
    viewer, account = ("administrator", "administrator") if not row.on.kind else (viewer, account)
    method, _, template = name.partition(" ")
    id_ = site.world.id_of(row.on.kind, target, account) if row.on.kind else ""
    template = template.replace("{handle}", HANDLES["open"])
    path = site.product.routes[name].base + re.sub(r"\{\w+\}", id_, template)
    return method, path, dict(bearer(token_of(account)))


def read_all(link: socket.socket) -> bytes:
    """Read until the server closes, or has said all."""
    received = b""
    link.settimeout(20)
    while part := link.recv(65_536):
        received += part
        if b"\r\n\r\n" in received and received.endswith(b"}"):
            break
    return received
