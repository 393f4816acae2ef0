"""Every event that clients may send, for everybody, and with every scope."""

from collections.abc import Iterator
from typing import Any

import pytest

from platform_core.shared.actor import Scope
from tests.matrix.expected import EVENTS, Event
from tests.matrix.grids import VIEWERS
from tests.matrix.judge import Judge
from tests.matrix.sockets import Ear, listening
from tests.matrix.world import RANDOM, token_of

KEPT_OUT = ("rubbish", "ended", "idle", "expired", token_of("suspended"), token_of("pending"), None)
EVENTS_A_SECOND = 15
"""Fewer than one socket may send; whoever has more to ask connects anew."""


def test_every_event_is_declared_with_its_scope(on_sqlite: Judge) -> None:
    specs = on_sqlite.product.container.interface.realtime().client_events()
    assert {spec.name: spec.scope for spec in specs} == {name: event.scope for name, event in EVENTS.items()}


@pytest.mark.parametrize("name", EVENTS)
@pytest.mark.parametrize("base", ["on_sqlite", "on_postgres"])
def test_an_event_is_for_those_who_may(request: pytest.FixtureRequest, base: str, name: str) -> None:
    judge, event = request.getfixturevalue(base), EVENTS[name]
    wrong = [found for viewer in VIEWERS[1:] for found in _viewer(judge, name, event, viewer)]
    assert not wrong, "\n".join([name, *wrong])


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_needs_its_scope(on_sqlite: Judge, name: str) -> None:
    event = EVENTS[name]
    payload = {event.payload: on_sqlite.world.things["post open/public"]}
    for scope in Scope:
        told = listening(on_sqlite.product, f"only_{scope}", lambda ear: ear.call(name, payload))
        assert told is not None
        assert told["ok"] is (scope == event.scope), scope
        if scope != event.scope:
            assert (told["error"]["status"], told["error"]["code"]) == (403, "insufficient_scope")


@pytest.mark.parametrize("token", KEPT_OUT)
def test_who_may_not_act_gets_no_socket(on_sqlite: Judge, token: str | None) -> None:
    async def nothing(ear: Ear) -> bool:
        return True

    assert listening(on_sqlite.product, token, nothing) is None
    assert not on_sqlite.changes()


def _viewer(judge: Judge, name: str, event: Event, viewer: str) -> Iterator[str]:
    for owner, targets in _by_owner(event, viewer).items():
        ids = [judge.world.id_of(event.on.kind, target, viewer) for target in targets]
        if event.on.cells[targets[0]][viewer] == "x":
            if listening(judge.product, token_of(owner), _asking(name, event, ids)) is not None:
                yield f"{viewer} of {targets}: is let in"
            continue
        answers = listening(judge.product, token_of(owner), _asking(name, event, [RANDOM, *ids]))
        if answers is None:
            yield f"{viewer}: is not let in"
            continue
        nothing, *rest = map(_told, answers)
        if nothing.get("code") != event.no:
            yield f"{nothing} for an id that never was"
        for target, told in zip(targets, rest, strict=True):
            expected = {"ok": True, "data": None} if event.on.cells[target][viewer] == "y" else nothing
            if told != expected:
                yield f"{viewer} → {target}: {told}, not {expected}"
    if changed := judge.changes():
        yield f"{viewer}: changes {changed}"


def _by_owner(event: Event, viewer: str) -> dict[str, list[str]]:
    """Return the targets in portions, by the account that asks for them."""
    portions: dict[str, list[str]] = {}
    for target in event.on.targets:
        account = event.on.owner_of(target) if viewer == "owner" else viewer
        portions.setdefault(account, []).append(target)
    assert all(len(targets) < EVENTS_A_SECOND for targets in portions.values())
    return portions


def _asking(name: str, event: Event, ids: list[str]) -> Any:
    async def ask(ear: Ear) -> list[Any]:
        return [await ear.call(name, {event.payload: id_}) for id_ in ids]

    return ask


def _told(acknowledged: Any) -> Any:
    """Return an acknowledgement without the id that is made for each event."""
    if acknowledged["ok"]:
        return acknowledged
    return {key: value for key, value in acknowledged["error"].items() if key != "request_id"}
