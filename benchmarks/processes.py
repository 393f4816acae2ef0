"""The product as a process: started, kept on one core, its processor time and memory read."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.rooms_process import Child
from tests.e2e.served import Program

CONNECTIONS = 8
"""That send at a time; each waits for its answer."""


@contextmanager
def served(settings: Mapping[str, str], *arguments: str) -> Iterator[Program]:
    """Run ``footlights serve`` on the first core, ready to answer."""
    with Program({"FOOTLIGHTS_LOG_LEVEL": "warning", **settings}, "serve", *arguments) as program:
        keep_on_one_core(program.pid)
        yield program


def keep_on_one_core(pid: int) -> None:
    """Keep a process off the core of whoever sends the requests, where that is possible."""
    if hasattr(os, "sched_setaffinity"):
        core = min(os.sched_getaffinity(0))
        for task in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), {core})


@contextmanager
def load(port: int) -> Iterator[Child]:
    """Run a process that sends requests to ``port``."""
    child = Child(sys.executable, "-m", "benchmarks.http_load", str(port))
    try:
        yield child
    finally:
        child.close()


def send(child: Child, texts: list[str], requests: int, connections: int = CONNECTIONS) -> float:
    """Have requests sent; return the seconds that it took. Raises ``RuntimeError`` unless all were fine."""
    answer: dict[str, Any] = child.ask(texts=texts, requests=requests, connections=connections)
    if set(answer["statuses"]) - {"200", "201", "204"}:
        raise RuntimeError(f"statuses: {answer['statuses']}")
    return float(answer["seconds"])


def request(method: str, path: str, token: str = "", body: str = "") -> str:
    """Return the text of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", body])


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has taken so far, in all its threads that still are."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def resident_megabytes(pid: int) -> float:
    """Return how much of a process is in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("the system does not tell")
