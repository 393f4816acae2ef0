"""How the processes of the room benchmark talk to the one that runs them: a line of JSON each way."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any


def tell(answer: dict[str, Any]) -> None:
    """Print one answer."""
    print(json.dumps(answer), flush=True)


def pin(core: int) -> None:
    """Stay on one core, where that is possible: servers and listeners shall not get in each other's way."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[core]})


async def stdin_lines() -> AsyncIterator[dict[str, Any]]:
    """Give what is asked, until nobody asks any more."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield json.loads(line)


class Child:
    """A process that answers."""

    def __init__(self, *command: str, core: int | None = None, cwd: str | None = None) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=cwd,
            preexec_fn=None if core is None else lambda: pin(core),
        )

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def ask(self, **question: Any) -> dict[str, Any]:
        """Ask and return the answer."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """Return the next answer. Raises ``RuntimeError`` if the process has ended."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()
