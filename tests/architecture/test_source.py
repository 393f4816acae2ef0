"""The source keeps the rules of its architecture."""

import os
from pathlib import Path

import pytest

from tests.architecture.rules import RULES
from tests.architecture.sizes import large_files
from tests.architecture.skipping import only_not_run_skips
from tests.architecture.source import Module, Rule, load
from tests.not_run import remark

TESTS = Path(__file__).parents[1]
# test_breaches.py runs this file on a broken copy.
SOURCE = Path(os.environ.get("FOOTLIGHTS_TEST_SOURCE", TESTS.parent / "src"))


@pytest.fixture(scope="module")
def source() -> list[Module]:
    return load(SOURCE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps_the_rule(rule: Rule, source: list[Module]) -> None:
    breaches = rule(source)
    assert not breaches, f"{rule.__doc__}\n" + "\n".join(breaches)


def test_only_not_run_skips_tests() -> None:
    breaches = only_not_run_skips(load(TESTS))
    assert not breaches, "\n".join(breaches)


def test_large_files_are_named(request: pytest.FixtureRequest, source: list[Module]) -> None:
    for file in large_files(source):
        remark(request, f"grows towards the limit of 300 lines: {file}")
    assert source, f"no source in {SOURCE}"
