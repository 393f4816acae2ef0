"""The account of a run: what it ran on, and what was not run and why.

The only place that may skip. A test that lacks an outside part says so with `not_run`; everything that was
not run is listed with its reason when the run ends, and so is every back end that was used.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NoReturn

import pytest

Report = pytest.TestReport | pytest.CollectReport


def not_run(reason: str) -> NoReturn:
    """Leave the test that runs now, because an outside part is missing: `reason` says which."""
    pytest.skip(reason)


def ran_on(request: pytest.FixtureRequest, back_end: str) -> None:
    """Note that the test that runs now uses `back_end` ("memory", "SQLite 3.45", "PostgreSQL 18.6")."""
    request.node.user_properties.append(("back end", back_end))


def remark(request: pytest.FixtureRequest, text: str) -> None:
    """Print `text` when the run ends: something to look at that is no failure."""
    request.node.user_properties.append(("remark", text))


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
    """Print which back ends ran, what was not run, and the remarks."""
    stats = terminalreporter.stats
    run = [report for outcome in ("passed", "failed", "error") for report in stats.get(outcome, [])]
    _print_section(terminalreporter, "back ends that ran", _counted(_noted(run, "back end")))
    reasons = {(report.nodeid, _reason(report)) for report in stats.get("skipped", [])}
    _print_section(terminalreporter, "not run", _counted(reasons) or ["nothing was left out"])
    if remarks := sorted({text for _, text in _noted(run, "remark")}):
        _print_section(terminalreporter, "remarks", remarks)


def _noted(reports: Sequence[Report], kind: str) -> set[tuple[str, str]]:
    """Return the (test, text) of all notes of a kind; xdist brings them here from its workers."""
    return {
        (report.nodeid, str(text))
        for report in reports
        if isinstance(report, pytest.TestReport)
        for name, text in report.user_properties
        if name == kind
    }


def _reason(report: Any) -> str:
    return str(report.longrepr[2]).removeprefix("Skipped: ")


def _counted(pairs: set[tuple[str, str]]) -> list[str]:
    """Return each text with the number of tests that it was noted for."""
    counts = Counter(text for _, text in pairs)
    return [f"{text}: {tests} {'test' if tests == 1 else 'tests'}" for text, tests in sorted(counts.items())]


def _print_section(terminalreporter: Any, title: str, lines: list[str]) -> None:
    terminalreporter.ensure_newline()
    terminalreporter.section(title)
    for line in lines:
        terminalreporter.write_line(line)
