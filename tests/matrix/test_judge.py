"""The judge sees what is wrong: expectations turned round are reported, and no cell can be left out."""

import pytest
from attrs import evolve

from tests.matrix.expected import ROUTES
from tests.matrix.grids import Grid, grid
from tests.matrix.judge import Judge
from tests.matrix.sights import POSTS_SEEN

ONE = {"open/private": POSTS_SEEN.cells["open/private"]}


@pytest.mark.parametrize(
    ("viewer", "letter", "says"),
    [
        ("stranger", "y", "404, not 200"),
        ("owner", ".", "differs from an id that never was"),
        ("owner", "c", "200, not 409"),
        ("stranger", "-", "is let in"),
        ("stranger", "x", "404, not 401"),
    ],
)
def test_a_wrong_letter_is_reported(on_sqlite: Judge, viewer: str, letter: str, says: str) -> None:
    cells = {"open/private": {**ONE["open/private"], viewer: letter}}
    name = "GET /posts/{post_id}"
    (wrong,) = on_sqlite.viewers(name, evolve(ROUTES[name], on=Grid("post", cells)))
    assert wrong.startswith(f"{viewer} → open/private: ")
    assert says in wrong


def test_a_change_that_should_not_be_is_reported(on_sqlite: Judge) -> None:
    name = "POST /posts"
    row = evolve(ROUTES[name], on=grid("post", "open/public - . . . . . . . . . . ."), no=201)
    wrong = list(on_sqlite.viewers(name, row))
    assert any("changes [" in line and "'posts'" in line for line in wrong), wrong


def test_a_gate_that_is_too_wide_or_too_narrow_is_reported(on_sqlite: Judge) -> None:
    name = "GET /accounts/me"
    for gate, who in {"public": "anonymous: 401, not 200", "administrator": "member: 200, not 403"}.items():
        assert any(
            wrong.startswith(who) for wrong in on_sqlite.credentials(name, evolve(ROUTES[name], gate=gate))
        )


def test_a_scope_that_is_another_one_is_reported(on_sqlite: Judge) -> None:
    name = "GET /feeds/home"
    wrong = list(on_sqlite.credentials(name, evolve(ROUTES[name], scope="posts:write")))
    assert {line.partition(": ")[0] for line in wrong} == {
        "token_with_the_scope:posts:write",
        "token_with_another_scope:posts:read",
        "token_without_the_scope",
    }


@pytest.mark.parametrize("line", ["open y y y", "open y y y y y y y y y y y ?", "open" + " y" * 13])
def test_a_viewer_cannot_be_left_out(line: str) -> None:
    with pytest.raises(ValueError, match="a letter for each"):
        grid("account", line)
