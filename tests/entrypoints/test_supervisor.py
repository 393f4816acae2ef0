"""Several processes under one parent: kept running, stopped together, never left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PATIENCE = 15.0
PROGRAM = """
import os, signal, sys, time
from pathlib import Path
from entrypoints.supervisor import Supervisor

folder = Path(sys.argv[1])

def steady(name, lifeline):
    (folder / f"{name}.{os.getpid()}").touch()
    import select
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    select.select([lifeline], [], [])
    return 0

def failing(name, lifeline):
    (folder / f"{name}.{os.getpid()}").touch()
    raise RuntimeError("this one always fails")

def misled(name, lifeline):
    return 2

def deaf(name, lifeline):
    (folder / f"{name}.{os.getpid()}").touch()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)
    return 0

programs = {name: globals()[name.rstrip("0123456789")] for name in sys.argv[2].split(",")}
import entrypoints.supervisor as supervisor
supervisor.PATIENCE = 0.3
sys.exit(Supervisor(programs, 0.2).run())
"""


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Start a parent of the processes that are named; its children leave files with their numbers."""
    started = []

    def start(names: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", PROGRAM, str(tmp_path), names]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _eventually(check: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not check():
        assert time.monotonic() < deadline, "this did not happen in time"
        time.sleep(0.02)


def _numbers(folder: Path, name: str) -> set[int]:
    return {int(file.suffix[1:]) for file in folder.glob(f"{name}.*")}


def _alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_what_crashes_is_started_again(
    supervise: Callable[[str], subprocess.Popen[str]], tmp_path: Path
) -> None:
    parent = supervise("steady1,steady2")
    _eventually(lambda: _numbers(tmp_path, "steady1") and _numbers(tmp_path, "steady2"))
    (first,) = _numbers(tmp_path, "steady1")
    os.kill(first, signal.SIGKILL)
    _eventually(lambda: len(_numbers(tmp_path, "steady1")) == 2)
    assert len(_numbers(tmp_path, "steady2")) == 1
    parent.terminate()
    assert parent.wait(PATIENCE) == 0
    assert not any(_alive(number) for name in ("steady1", "steady2") for number in _numbers(tmp_path, name))


def test_what_fails_at_its_start_is_tried_again_with_pauses(
    supervise: Callable[[str], subprocess.Popen[str]], tmp_path: Path
) -> None:
    parent = supervise("failing")
    _eventually(lambda: len(_numbers(tmp_path, "failing")) == 3)
    parent.terminate()
    _, errors = parent.communicate(timeout=PATIENCE)
    assert "this one always fails" in errors
    assert "starting it again in 0.5 s" in errors


def test_what_is_wrongly_set_ends_all(
    supervise: Callable[[str], subprocess.Popen[str]], tmp_path: Path
) -> None:
    parent = supervise("steady,misled")
    assert parent.wait(PATIENCE) == 2
    assert not any(_alive(number) for number in _numbers(tmp_path, "steady"))


def test_what_does_not_stop_is_killed(
    supervise: Callable[[str], subprocess.Popen[str]], tmp_path: Path
) -> None:
    parent = supervise("deaf")
    _eventually(lambda: _numbers(tmp_path, "deaf"))
    (number,) = _numbers(tmp_path, "deaf")
    time.sleep(0.2)
    parent.terminate()
    _, errors = parent.communicate(timeout=PATIENCE)
    assert "deaf does not stop and is killed" in errors
    _eventually(lambda: not _alive(number))


def test_children_do_not_outlive_a_parent_that_was_killed(
    supervise: Callable[[str], subprocess.Popen[str]], tmp_path: Path
) -> None:
    parent = supervise("steady")
    _eventually(lambda: _numbers(tmp_path, "steady"))
    (number,) = _numbers(tmp_path, "steady")
    parent.kill()
    _eventually(lambda: not _alive(number))
