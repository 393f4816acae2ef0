"""Socket events that are wrong in one way each: each is acknowledged with a problem, and changes nothing."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import pytest

from tests.fuzz.calls import PROBLEM
from tests.fuzz.rubbish import OF_TYPE, wrong_values
from tests.matrix.expected import EVENTS
from tests.matrix.judge import Judge
from tests.matrix.sockets import Ear, listening
from tests.matrix.world import token_of

AT_ONCE = 15
"""Events that one socket may send in a row."""
MUCH = 10_000
"""What is longer than a packet may be ends the connection; the tests of realtime show it."""


@pytest.mark.parametrize("name", EVENTS)
def test_a_bad_payload_is_a_problem(site: Judge, name: str) -> None:
    bad = list(_payloads(site, name))
    wrong = [
        f"{payload!r:.80}: {told}"
        for start in range(0, len(bad), AT_ONCE)
        for payload, told in _say(site, [(name, payload) for payload in bad[start : start + AT_ONCE]])
        if not _is_problem(told)
    ]
    assert not wrong, "\n".join([name, *wrong])
    assert not site.changes()


def test_events_that_are_none_are_problems(site: Judge) -> None:
    names = (
        "no:such",
        "",
        "post",
        "post:",
        "POST:WATCH",
        "connect_error",
        "__class__",
        "post:watch ",
        "a" * 500,
    )
    wrong = [
        f"{told}" for _, told in _say(site, [(name, {}) for name in names]) if not _is_problem(told, {400})
    ]
    assert not wrong, "\n".join(wrong)


def _payloads(site: Judge, name: str) -> Iterator[Any]:
    specs = {spec.name: spec for spec in site.product.container.interface.realtime().client_events()}
    (found,), components = msgspec.json.schema_components([specs[name].payload])
    schema = components[found["$ref"].rpartition("/")[2]]
    good = {EVENTS[name].payload: site.world.things["post open/public"]}
    yield from (value for kind, value in OF_TYPE.items() if kind != "object")
    yield {}
    yield {**good, "no_such_field": 1}
    for field, described in schema["properties"].items():
        for _, value in wrong_values(described):
            yield {**good, field: value[:MUCH] if isinstance(value, str) else value}


def _say(site: Judge, events: Sequence[tuple[str, Any]]) -> Iterator[tuple[Any, Any]]:
    """Send events on one socket; yield each payload with what was acknowledged."""

    async def say(ear: Ear) -> list[Any]:
        return [await ear.call(name, payload) for name, payload in events]

    answers = listening(site.product, token_of("stranger"), say)
    assert answers is not None
    yield from zip((payload for _, payload in events), answers, strict=True)


def _is_problem(told: Any, statuses: Sequence[int] | set[int] = (400, 422)) -> bool:
    return told["ok"] is False and set(told["error"]) >= PROBLEM and told["error"]["status"] in statuses
