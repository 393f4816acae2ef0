"""Several processes under one parent: it starts them, starts again what crashed, and stops them all.

The parent does nothing else: no loop, no threads, so that it can fork at any time. Its children share the
modules that it has loaded; each has a port socket of its own (SO_REUSEPORT), so that the kernel spreads
connections evenly, and notices by a closed pipe when the parent is gone, however it went.
"""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from typing import NoReturn

from attrs import define, field

log = logging.getLogger("footlights.supervisor")

Run = Callable[[str, int], int]
"""Runs a process of that name, with a pipe that closes when its parent ends; returns its exit code."""

STEADY_SECONDS = 10.0
"""A process that ran for so long did not fail at its start."""
LONGEST_PAUSE = 10.0
PATIENCE = 5.0
"""Beyond the time that a process has to stop, until it is killed."""
_STOPPING = (signal.SIGTERM, signal.SIGINT)


@define
class Child:
    """One process: since when it runs, and how often it has failed at its start."""

    name: str
    run: Run
    pid: int = 0
    since: float = 0.0
    failures: int = 0
    due: float = 0.0


@define
class Supervisor:
    """Keeps processes running."""

    programs: Mapping[str, Run]
    stop_seconds: float
    _stopping: bool = field(default=False, init=False)

    def run(self) -> int:
        """Run until told to stop, or until going on is of no use; return the exit code."""
        for number in _STOPPING:
            signal.signal(number, self._stop)
        lifeline, self_end = os.pipe()
        children = [Child(name, run) for name, run in self.programs.items()]
        code = 0
        while not self._stopping:
            for child in children:
                if not child.pid and time.monotonic() >= child.due:
                    self._start(child, lifeline, self_end)
            code = self._look_after(children)
            if code:
                break
        self._end(children)
        return code

    def _stop(self, _number: int, _frame: object) -> None:
        self._stopping = True

    def _start(self, child: Child, lifeline: int, own_end: int) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        child.since = time.monotonic()
        child.pid = os.fork()
        if child.pid == 0:
            _become(child, lifeline, own_end)

    def _look_after(self, children: list[Child]) -> int:
        """Wait a moment for processes that end; return a code if it is of no use to go on."""
        time.sleep(0.1)
        for child in children:
            if child.pid and (status := _ended(child.pid)) is not None:
                if self._stopping:
                    child.pid = 0
                elif failed := self._fell(child, status):
                    return failed
        return 0

    def _fell(self, child: Child, status: int) -> int:
        child.pid = 0
        steady = time.monotonic() - child.since >= STEADY_SECONDS
        child.failures = 0 if steady else child.failures + 1
        if status == 2:
            # Something is set that cannot work: it will not work the next time.
            return status
        pause = min(LONGEST_PAUSE, 0.25 * 2 ** max(0, child.failures - 1)) if child.failures else 0.0
        child.due = time.monotonic() + pause
        log.error("%s ended (%s), starting it again in %.1f s", child.name, _words(status), pause)
        return 0

    def _end(self, children: list[Child]) -> None:
        running = [child for child in children if child.pid]
        _signal(running, signal.SIGTERM)
        deadline = time.monotonic() + self.stop_seconds + PATIENCE
        while running and time.monotonic() < deadline:
            running = [child for child in running if _ended(child.pid) is None]
            time.sleep(0.05)
        for child in running:
            log.error("%s does not stop and is killed", child.name)
        _signal(running, signal.SIGKILL)


def _become(child: Child, lifeline: int, own_end: int) -> NoReturn:
    """Go on as the child."""
    code = 1
    try:
        os.close(own_end)
        for number in _STOPPING:
            signal.signal(number, signal.SIG_DFL)
        code = child.run(child.name, lifeline)
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else 1
    except BaseException:
        log.exception("%s failed", child.name)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _ended(pid: int) -> int | None:
    """Return the exit code of a process that has ended, negative for a signal; None while it runs."""
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def _signal(children: list[Child], number: signal.Signals) -> None:
    for child in children:
        try:
            os.kill(child.pid, number)
        except ProcessLookupError:
            continue


def _words(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"code {status}"
