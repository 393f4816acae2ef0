"""The visibility policy gives what its documentation says, cell by cell."""

import re
from itertools import product
from pathlib import Path

import pytest

from platform_core.shared.visibility import (
    Access,
    AccountState,
    Audience,
    Author,
    Entitlement,
    Item,
    Relationship,
    access,
)

DOCUMENT = Path(__file__).parents[2] / "docs" / "visibility.md"
RIGHT = Entitlement(to_item=True, to_community=True)
VIEWERS = {
    "author": (Relationship(is_author=True), Entitlement()),
    "follower": (Relationship(following=True), Entitlement()),
    "stranger or nobody": (Relationship(), Entitlement()),
    "entitled stranger": (Relationship(), RIGHT),
    "blocked": (Relationship(blocked=True), Entitlement()),
    "entitled, blocked": (Relationship(blocked=True), RIGHT),
}
AUTHORS = {
    "Posts of an open account": [Author()],
    "Posts of a locked or limited account": [Author(locked=True), Author(AccountState.LIMITED)],
}


def documented_cells() -> list[tuple[str, str, str, str]]:
    """Read (section, audience, viewer, outcome) out of the tables."""
    cells = []
    for section in re.split(r"^## ", DOCUMENT.read_text(), flags=re.MULTILINE)[1:]:
        title = re.sub(r" \(.*\)", "", section.splitlines()[0])
        rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
        for row in rows[2:]:
            cells += [
                (title, row[0], viewer, outcome) for viewer, outcome in zip(rows[0][1:], row[1:], strict=True)
            ]
    return cells


@pytest.mark.parametrize(("section", "audience", "viewer", "outcome"), documented_cells())
def test_the_table_is_what_the_policy_says(section: str, audience: str, viewer: str, outcome: str) -> None:
    relationship, right = VIEWERS[viewer]
    for author in AUTHORS[section]:
        assert access(Item(Audience(audience)), author, relationship, right) is Access(outcome)


def test_the_tables_leave_no_cell_out() -> None:
    documented = {cell[:3] for cell in documented_cells()}
    assert documented == set(product(AUTHORS, (audience.value for audience in Audience), VIEWERS))


@pytest.mark.parametrize("audience", Audience)
def test_only_its_author_sees_what_is_not_published(audience: Audience) -> None:
    draft = Item(audience, published=False)
    for viewer, (relationship, right) in VIEWERS.items():
        expected = Access.FULL if viewer == "author" else Access.NOTHING
        assert access(draft, Author(), relationship, right) is expected


@pytest.mark.parametrize("state", [AccountState.PENDING, AccountState.SUSPENDED, AccountState.DELETED])
def test_nobody_sees_anything_of_an_account_that_is_gone(state: AccountState) -> None:
    for audience, (relationship, right) in product(Audience, VIEWERS.values()):
        assert access(Item(audience), Author(state), relationship, right) is Access.NOTHING
