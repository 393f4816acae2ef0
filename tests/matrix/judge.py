"""Asks the product about every cell of the matrix, and says which answers are not as expected."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import get_origin

from attrs import define, field, frozen

from adapters.http.routing import Route
from platform_core.shared.actor import Scope
from tests.matrix.expected import Row
from tests.matrix.grids import ADMISSION, STATUSES, VIEWERS, admitted
from tests.matrix.product import Answer, Product
from tests.matrix.rows import Dump, Rows, different, rows_of
from tests.matrix.world import HANDLES, RANDOM, World, bearer, make_world, token_of

SAME = {"X-Request-Id": "the-same"}
COOKIE = "footlights"
_PARAMETER = re.compile(r"\{(\w+)\}")
_READING = ("GET", "HEAD")


@frozen
class Caller:
    """Somebody with what it carries."""

    name: str
    account: str
    """Whose state matters: a name of the world's."""
    headers: Mapping[str, str]


@define
class Judge:
    """The product with the world in it; every call finds the world as it was made."""

    product: Product
    world: World
    rows: Rows
    start: Dump
    vain: dict[tuple[str, str], Answer] = field(factory=dict)
    good: set[str] = field(factory=set)
    """The routes that have given a good answer."""

    def viewers(self, name: str, row: Row, every: int = 1) -> Iterator[str]:
        """Ask for each target as each viewer; yield what is wrong. ``every`` takes each n-th cell only."""
        number = sum(name.encode())
        for target, letters in row.on.cells.items():
            for viewer in VIEWERS:
                number += 1
                if number % every == 0:
                    caller = _viewer(viewer, row.on.owner_of(target))
                    for wrong in self._cell(name, row, target, caller, letters[viewer]):
                        yield f"{viewer} → {target}: {wrong}"

    def credentials(self, name: str, row: Row) -> Iterator[str]:
        """Ask with every kind of credentials; yield what is wrong."""
        target = _good_target(row)
        for caller in _credentials(row, self.product):
            if caller.name.endswith("reading" if row_changes(name) else "changing"):
                continue
            admission = ADMISSION[caller.name.partition(":")[0]][row.gate]
            expected = row.ok if admission == "in" else int(admission)
            if admission == "in" and row.on.kind:
                expected = self._status_of(row, target, caller)
            for wrong in self._status(name, row, target, caller, expected):
                yield f"{caller.name}: {wrong}"

    def call(self, name: str, row: Row, target: str, caller: Caller, id_: str | None = None) -> Answer:
        """Make the call of a cell."""
        method, _, template = name.partition(" ")
        kind = row.on.kind
        known = id_ or (self.world.id_of(kind, target, caller.account) if kind else "")
        handle = "nobody_there" if id_ else HANDLES.get(target, target)
        path = _PARAMETER.sub(lambda found: handle if found[1] == "handle" else known, template)
        path = self.product.routes[name].base + path
        if row.query:
            path += "?" + row.query.format(id=known)
        body = row.body(self.world, caller.account) if callable(row.body) else row.body
        headers = {**SAME, **caller.headers}
        if body is None:
            return self.product.ask(method, path, None, headers)
        headers["Content-Type"] = "application/json"
        return self.product.ask(method, path, json.dumps(body).encode(), headers)

    def changes(self) -> list[str]:
        """Return the tables that were changed, and put them back."""
        if not self.rows.touched():
            return []
        tables = different(self.start, self.rows.dump())
        if tables:
            self.rows.restore(self.start, tables)
            self.product.forget()
        return tables

    def _cell(self, name: str, row: Row, target: str, caller: Caller, letter: str) -> Iterator[str]:
        admission = admitted(caller.name, row.gate)
        if letter == "x" and row.gate != "open":
            yield from self._status(name, row, target, caller, 401)
        elif admission != "in":
            yield from self._status(name, row, target, caller, int(admission))
        elif letter == "-":
            yield "is let in"
        elif letter == ".":
            yield from self._vain(name, row, target, caller)
        else:
            yield from self._good(name, row, target, caller, letter)

    def _status(self, name: str, row: Row, target: str, caller: Caller, expected: int) -> Iterator[str]:
        """Whoever is refused has changed nothing."""
        answer, changed = self._prepared_call(name, row, target, caller, expected)
        if answer.status != expected:
            yield f"{answer.status}, not {expected}: {answer.body[:200]!r}"
        elif expected >= 300 and changed:
            yield f"refused with {expected}, but changes {changed}"

    def _vain(self, name: str, row: Row, target: str, caller: Caller) -> Iterator[str]:
        """What is not one's business is answered byte for byte like what never was."""
        key = (name, caller.account)
        if key not in self.vain:
            self.vain[key] = self.call(name, row, target, caller, RANDOM)
            if changed := self.changes():
                yield f"changes {changed} for an id that never was"
        nothing, answer = self.vain[key], self.call(name, row, target, caller)
        changed = self.changes()
        if nothing.status != row.no:
            yield f"{nothing.status}, not {row.no}, for an id that never was"
        elif answer.told != nothing.told:
            yield f"{answer.status} {answer.body[:200]!r} differs from an id that never was: {nothing.told!r}"
        elif changed:
            yield f"changes {changed}"

    def _good(self, name: str, row: Row, target: str, caller: Caller, letter: str) -> Iterator[str]:
        expected = STATUSES.get(letter, row.ok)
        answer, changed = self._prepared_call(name, row, target, caller, expected)
        if answer.status != expected:
            yield f"{answer.status}, not {expected}: {answer.body[:200]!r}"
            return
        if expected >= 300:
            if changed:
                yield f"refused with {expected}, but changes {changed}"
            return
        self.good.add(name)
        if not row_changes(name) and changed:
            yield f"reads, but changes {changed}"
        if row.ok == row.no and row_changes(name) and not changed:
            yield "changes nothing"
        empty = _is_empty(self.product.routes[name], answer) if row.on.kind else None
        if empty is not None and empty is not (letter == "e"):
            yield f"the list is {'' if empty else 'not '}empty"

    def _prepared_call(
        self, name: str, row: Row, target: str, caller: Caller, expected: int
    ) -> tuple[Answer, list[str]]:
        """Bring about what a good call needs, and make it; return with the answer what has changed."""
        if row.given is not None and expected < 300:
            self.product.run(row.given(self.world, caller.account))
        answer = self.call(name, row, target, caller)
        return answer, self.changes()

    def _status_of(self, row: Row, target: str, caller: Caller) -> int:
        """Return what the grid says to a caller who is let in; all of them are somebody of the grid's."""
        column = caller.account if caller.account in VIEWERS else "owner"
        letter = row.on.cells[target][column]
        return STATUSES.get(letter, row.no if letter == "." else row.ok)


def judge_of(product: Product) -> Judge:
    """Make the world in a product and return its judge."""
    world = product.run(make_world(product))
    rows = rows_of(product)
    start = rows.dump()
    rows.touched()
    return Judge(product, world, rows, start)


def row_changes(name: str) -> bool:
    """Whether a route is there to change something."""
    return name.partition(" ")[0] not in _READING


def _viewer(name: str, owner: str) -> Caller:
    if name == "anonymous":
        return Caller(name, name, {})
    account = owner if name == "owner" else name
    return Caller(name, account, bearer(token_of(account)))


def _credentials(row: Row, product: Product) -> Iterator[Caller]:
    """Yield everybody who may come to a gate; who is let in is the administrator or a member."""
    elsewhere = {"Origin": "https://elsewhere.example"}
    own = {"Cookie": f"{COOKIE}={token_of('stranger')}"}
    yield Caller("anonymous", "anonymous", {})
    yield Caller("rubbish_token", "anonymous", bearer("rubbish"))
    yield Caller("other_scheme", "anonymous", {"Authorization": "Basic YWRhOmFkYQ=="})
    for state in ("suspended", "pending"):
        yield Caller(state, "anonymous", bearer(token_of(state)))
    yield Caller("ended_session", "anonymous", bearer("ended"))
    yield Caller("idle_session", "anonymous", bearer("idle"))
    yield Caller("expired_token", "anonymous", bearer("expired"))
    yield Caller("token_and_cookie", "anonymous", {**own, **bearer(token_of("stranger"))})
    yield Caller("cookie_from_here", "stranger", {**own, "Origin": product.settings.public_url})
    for how in ("reading", "changing"):
        yield Caller(f"cookie_from_nowhere_{how}", "stranger", own)
        yield Caller(f"cookie_from_elsewhere_{how}", "stranger", {**own, **elsewhere})
    for scope in Scope:
        named = "token_with_the_scope" if scope == row.scope else "token_with_another_scope"
        yield Caller(f"{named}:{scope}", "administrator", bearer(f"only_{scope}"))
    if row.scope is not None:
        yield Caller("token_without_the_scope", "administrator", bearer(f"all_but_{row.scope}"))
    yield Caller("member_token_with_all_scopes", "stranger", bearer("members_admin"))
    for name, account in {"member": "stranger", "moderator": "moderator"}.items():
        yield Caller(name, account, bearer(token_of(account)))
    yield Caller("administrator", "administrator", bearer(token_of("administrator")))


def _good_target(row: Row) -> str:
    """Return the target that most viewers reach."""
    return max(row.on.cells, key=lambda target: list(row.on.cells[target].values()).count("y"))


def _is_empty(route: Route, answer: Answer) -> bool | None:
    """Whether a list has no items; None for what is no list."""
    if route.paged:
        return not answer.json["items"]
    return not answer.json if get_origin(route.answer) is list else None
