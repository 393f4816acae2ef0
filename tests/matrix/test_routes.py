"""Every route, for everybody: who is let in, who reaches what, and that refusals tell and change nothing."""

import pytest

from tests.matrix.expected import ROUTES
from tests.matrix.judge import Judge

SAMPLE = 7
"""On PostgreSQL each cell has its turn in one of so many; the SQL is proved equal in the contract suites."""


def test_every_route_is_declared_with_its_gate_and_its_scope(on_sqlite: Judge) -> None:
    routes = on_sqlite.product.routes
    assert {name: (route.gate.name.lower(), route.scope) for name, route in routes.items()} == {
        name: (row.gate, row.scope) for name, row in ROUTES.items()
    }


@pytest.mark.parametrize("name", ROUTES)
def test_a_route_is_for_those_who_may(on_sqlite: Judge, name: str) -> None:
    row = ROUTES[name]
    wrong = [*on_sqlite.viewers(name, row), *on_sqlite.credentials(name, row)]
    assert not wrong, "\n".join([name, *wrong])
    assert name in on_sqlite.good, "nobody was given a good answer"


@pytest.mark.parametrize("name", ROUTES)
def test_a_route_is_for_those_who_may_on_postgresql(on_postgres: Judge, name: str) -> None:
    wrong = list(on_postgres.viewers(name, ROUTES[name], SAMPLE))
    assert not wrong, "\n".join([name, *wrong])
