"""Puts npm packages where tests and benchmarks can use them; never into the tree."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

INSTALL_SECONDS = 120


class NpmMissing(Exception):
    """npm is not there, or cannot reach what it needs; the text says which."""


def installed(folder: Path, node: str) -> Path:
    """Return a folder with the sources of ``folder`` and the packages that its lock file pins.

    It is in the user's cache, under the digest of the lock file, and made once. Raises ``NpmMissing``.
    """
    digest = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()[:16]
    target = _cache() / f"npm-{digest}"
    if not target.exists():
        _install(folder, target, node)
    return target


def _install(folder: Path, target: Path, node: str) -> None:
    """Install beside, then rename: several test processes may do this at the same time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as made:
        work = Path(made) / "work"
        work.mkdir()
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(folder / name, work / name)
        _run([node, _npm(node), "ci", "--no-audit", "--no-fund"], work)
        try:
            work.rename(target)
        except OSError:
            if not target.exists():
                raise


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise NpmMissing("npm did not finish in time") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "code" in line] or ["no reason given"]
        raise NpmMissing(f"npm could not install: {lines[0]}")


def _npm(node: str) -> str:
    beside = Path(node).resolve().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if beside.exists():
        return str(beside)
    found = shutil.which("npm")
    if found is None:
        raise NpmMissing("there is no npm beside Node")
    return str(Path(found).resolve())


def _cache() -> Path:
    """Return the user's cache folder."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "footlights-tests"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "footlights-tests"
