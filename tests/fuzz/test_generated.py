"""Schemathesis against the served OpenAPI document, once for each role."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.matrix.judge import Judge
from tests.matrix.world import PASSWORD
from tests.not_run import remark

ROLES = {"anonymous": "", "member": "stranger", "administrator": "administrator"}
QUICK = ("--phases", "examples,fuzzing", "--max-examples", "5", "--generation-deterministic")
FULL_SECONDS = 1_800
# What no schema can say (a link that was used, an address that is none) is refused with 409, 412 or 422.
CONFIGURATION = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 412, 422]
[generation]
with-security-parameters = false
database = "none"
"""
# A session that a call has ended is begun anew.
SIGNING_IN = """
[auth.dynamic.openapi.bearer]
path = "/api/v1/auth/login"
payload = {{ login = "{login}", password = "{password}" }}
extract_selector = "/token"
"""
_DONE = re.compile(r"Test cases:\s+(.+)")


@pytest.mark.parametrize("role", ROLES)
def test_whatever_comes_is_answered_as_declared(
    request: pytest.FixtureRequest, fresh_site: Judge, tmp_path: Path, role: str
) -> None:
    remark(request, f"Schemathesis as {role}: {_schemathesis(fresh_site, tmp_path, role, QUICK)}")


@pytest.mark.full
@pytest.mark.parametrize("role", ROLES)
def test_whatever_comes_is_answered_as_declared_in_all_phases(
    request: pytest.FixtureRequest, fresh_site: Judge, tmp_path: Path, role: str
) -> None:
    remark(request, f"Schemathesis as {role}, all phases: {_schemathesis(fresh_site, tmp_path, role, ())}")


def _schemathesis(site: Judge, folder: Path, role: str, options: tuple[str, ...]) -> str:
    """Run it; return how many cases it made. Fails the test with what it found."""
    login = ROLES[role]
    signing_in = SIGNING_IN.format(login=login, password=PASSWORD) if login else ""
    (folder / "schemathesis.toml").write_text(CONFIGURATION + signing_in)
    program = Path(sys.executable).with_name("schemathesis")
    done = subprocess.run(
        [program, "run", f"{site.product.url}/api/v1/openapi.json", "--no-color", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=FULL_SECONDS,
        check=False,
    )
    counted = _DONE.search(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert counted, done.stdout
    return counted[1]
