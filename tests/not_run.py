"""The account of a run: what it ran on, and what was not run and why.

The only place that may skip. A test that lacks an outside part says so with `not_run`; everything that was
not run is listed with its reason when the run ends, and so is every back end that was used.
"""

from collections import Counter, defaultdict
from typing import Any, NoReturn

import pytest


def not_run(reason: str) -> NoReturn:
    """Leave the test that runs now, because an outside part is missing: `reason` says which."""
    pytest.skip(reason)


def ran_on(request: pytest.FixtureRequest, back_end: str) -> None:
    """Note that the test that runs now uses `back_end` ("memory", "SQLite 3.45", "PostgreSQL 18.6")."""
    request.node.user_properties.append(("back end", back_end))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer --full."""
    parser.addoption("--full", action="store_true", help="also run the tests that are marked full")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests marked `full` to the full run."""
    if config.getoption("--full"):
        return
    for item in items:
        if item.get_closest_marker("full"):
            item.add_marker(pytest.mark.skip(reason="belongs to the full run: pytest --full, tox -e full"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print which back ends ran and what was not run."""
    outcomes = ("passed", "failed", "error")
    reports = [report for outcome in outcomes for report in terminalreporter.stats.get(outcome, [])]
    tests_on: dict[str, set[str]] = defaultdict(set)
    for report in reports:
        for name, value in report.user_properties:
            if name == "back end":
                tests_on[value].add(report.nodeid)
    terminalreporter.section("back ends that ran")
    for back_end, tests in sorted(tests_on.items()):
        terminalreporter.write_line(f"{back_end}: {len(tests)} tests")
    terminalreporter.section("not run")
    for reason, tests_left in sorted(_reasons(terminalreporter.stats.get("skipped", [])).items()):
        terminalreporter.write_line(f"{reason} ({tests_left} tests)")


def _reasons(skipped: list[pytest.TestReport]) -> Counter[str]:
    """Count the tests left out for each reason."""
    return Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)  # type: ignore[index]
