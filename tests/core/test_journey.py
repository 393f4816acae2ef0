"""The core works as a library: without a web framework, a database or a container of dependencies."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.not_run import ran_on

JOURNEY = Path(__file__).with_name("journey.py")


def test_the_core_walks_a_journey_without_web_framework_and_database(request: pytest.FixtureRequest) -> None:
    ran_on(request, "memory")

    done = subprocess.run([sys.executable, str(JOURNEY)], capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stdout.strip()) == (0, "arrived"), done.stderr


def test_what_is_absent_cannot_be_imported() -> None:
    program = f"import runpy; runpy.run_path({str(JOURNEY)!r}); import sqlalchemy"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)

    assert done.returncode == 1
    assert "sqlalchemy is absent here" in done.stderr
