"""A site whose operator shows nothing to strangers: public reads are off."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from entrypoints.settings.tree import HttpSettings
from tests.matrix.expected import ROUTES
from tests.matrix.judge import Judge, judge_of
from tests.matrix.product import Product
from tests.matrix.world import HANDLES, bearer, token_of


@pytest.fixture
def judge(sqlite_tables_url: str, tmp_path: Path) -> Iterator[Judge]:
    """A product whose public reads are off."""
    with Product(sqlite_tables_url, tmp_path, http=HttpSettings(public_reads=False)) as product:
        judge = judge_of(product)
        yield judge
        judge.rows.close()


def test_a_stranger_reads_nothing_and_a_member_as_ever(judge: Judge) -> None:
    product, post = judge.product, judge.world.things["post open/public"]
    values = {"handle": HANDLES["open"], "post_id": post, "account_id": judge.world.accounts["author open"]}
    public = [name for name, row in ROUTES.items() if row.gate == "public"]
    assert len(public) > 10
    for name in public:
        path = (product.routes[name].base + product.routes[name].path).format(**values)
        query = ROUTES[name].query.format(id=post)
        address = f"{path}?{query}" if query else path
        assert product.ask("GET", address).status == 401, name
        assert product.ask("GET", address, None, bearer(token_of("stranger"))).status == 200, name
    for card in (f"/@{HANDLES['open']}", f"/p/{post}"):
        answer = product.ask("GET", card)
        assert answer.status == 404
        assert HANDLES["open"] not in answer.body.decode()
