"""Runs the command in this process, as an operator types it."""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from entrypoints.cli import main

Footlights = Callable[..., Result]


@pytest.fixture
def footlights(tmp_path: Path, _as_it_was: None) -> Footlights:
    """Run `footlights(*arguments, env={…}, input=…)` with a data folder of the test's own."""

    def run(*arguments: str, env: Mapping[str, str] | None = None, given: str | None = None) -> Result:
        clean = {name: None for name in os.environ if name.startswith("FOOTLIGHTS_")}
        settings = {**clean, "FOOTLIGHTS_DATA": str(tmp_path / "data"), **(env or {})}
        return CliRunner().invoke(main, arguments, env=settings, input=given)

    return run


@pytest.fixture
def _as_it_was() -> Iterator[None]:
    """Give logging back as it was: commands set it up for themselves."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in list(logging.root.manager.loggerDict)}
    access = logging.getLogger("footlights.access")
    filters = access.filters[:]
    yield
    root.handlers, access.filters = handlers, filters
    root.setLevel(level)
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))
