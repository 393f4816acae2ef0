"""Nobody comes across what is not theirs: not in an answer, a list, an error, on a socket, or in the log."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from entrypoints.settings import Environment
from tests.matrix.canaries import READERS, canaries
from tests.matrix.judge import Judge, judge_of
from tests.matrix.leaks import Visit
from tests.matrix.product import Product

CHECKS = ("visible", "blocked", "alive", "following", "muted")


@pytest.fixture
def judge(sqlite_tables_url: str, tmp_path: Path) -> Iterator[Judge]:
    """A product of the test's own, with its background work, as strangers use it."""
    with Product(sqlite_tables_url, tmp_path, worker=True, env=Environment.PRODUCTION) as product:
        judge = judge_of(product)
        yield judge
        judge.rows.close()


def test_nobody_reads_what_is_not_theirs(judge: Judge, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "footlights")
    known = canaries(judge.world)
    assert len(known) > 100
    assert {reader for canary in known for reader in canary.readers} == {*READERS} - {"blocked"}
    visit = Visit(judge)
    told = visit.listen()
    assert {"post:published", "post:edited", "post:counted"} <= {name for name, _ in told["follower"]}
    assert {"notification:created", "badge:changed"} <= {name for name, _ in told["author open"]}
    assert not sorted({*visit.heard(told), *visit.read()})
    assert caplog.records
    assert not [canary for canary in known if canary.text in caplog.text and not canary.in_addresses]


@pytest.mark.parametrize(
    "check", [CHECKS[0], *(pytest.param(check, marks=pytest.mark.full) for check in CHECKS[1:])]
)
def test_a_check_that_is_missing_is_found(check: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.matrix.breaking", check, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert ": the " in done.stdout
