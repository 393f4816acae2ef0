"""The product as an operator runs it: real processes, on ports and in a folder of their own.

A `Site` is an installation of it: SQLite in one process, or PostgreSQL and Valkey with two web processes and
a worker. Its processes can be stopped, killed and started again; what they wrote to their logs is looked
through at the end, for nothing that clients do may be an error of ours.
"""

import asyncio
import email
import email.policy
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from attrs import define, field

from adapters.sql.engines import open_database
from adapters.sql.recount import Drift, recount
from tests.servers import ServerProcess, ValkeyServer

PATIENCE = 20.0
"""Seconds that something may take which nobody measures; the machine may be busy with other tests."""
OPERATOR = {
    "FOOTLIGHTS_SECRET": "a secret that all processes of a trial share",
    "FOOTLIGHTS_LOG_FORMAT": "json",
    # Tests do within seconds what people do within days, and each person has an address of its own.
    "FOOTLIGHTS_LIMIT_PUBLISHING": "100000/1h",
    "FOOTLIGHTS_LIMIT_ANONYMOUS": "100000/1m",
    "FOOTLIGHTS_TRUSTED_PROXIES": "127.0.0.1/32",
}
ENTRY = ("-m", "entrypoints.cli")
_LINK = re.compile(r"https?://\S+#[\w-]+=([\w-]{20,})")
_BAD_LEVELS = {"error", "critical"}


class Program(ServerProcess):
    """One process of the product, `footlights <arguments>`.

    `entry` is what the interpreter runs; a crash point is put there by a test-only one.
    """

    def __init__(self, settings: Mapping[str, str], *arguments: str, web: bool = True) -> None:
        super().__init__()
        self.entry: Sequence[str] = ENTRY
        self._settings = settings
        self._arguments = arguments
        self._web = web
        self._last_log: str | None = None

    def __exit__(self, *exc: object) -> None:
        """Stop, and keep what was logged until then."""
        self.stop()
        self._last_log = self.log
        super().__exit__(*exc)

    @property
    def log(self) -> str:
        """What the process has written so far, or by its end."""
        return super().log if self._last_log is None else self._last_log

    @property
    def url(self) -> str:
        """Where this process is found."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The number of the process that runs now."""
        assert self._process is not None
        return self._process.pid

    def wait_for_death(self, seconds: float = PATIENCE) -> int:
        """Return how the process ended by itself: its exit code, below zero for a signal."""
        assert self._process is not None
        return self._process.wait(seconds)

    def troubles(self) -> list[str]:
        """Return the lines of the log that tell of errors."""
        return [line for line in self.log.splitlines() if _is_trouble(line)]

    def _account(self) -> dict[str, Any]:
        """Give the process its settings in place of those of the tests' own environment."""
        return {"env": environment(self._settings)}

    def _command(self) -> list[str]:
        port = ("--port", str(self.port)) if self._web else ()
        return [sys.executable, *self.entry, *self._arguments, *port]

    def _ready(self) -> bool:
        return not self._web or self.answers("/readyz")

    def answers(self, path: str) -> bool:
        """Whether a GET is answered with 200."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            link.request("GET", path)
            return link.getresponse().status == 200
        except OSError:
            return False
        finally:
            link.close()


@define
class Site:
    """One installation. Of two people, one comes in `here` and the other one `there`."""

    name: str
    settings: Mapping[str, str]
    data: Path
    here: Program
    there: Program
    worker: Program
    database_url: str
    valkey: ValkeyServer | None = None
    shifted: int = 0
    """Seconds that the clock is ahead."""
    troubles_expected: list[str] = field(factory=list)
    """Patterns of lines that a test provokes: an outage is logged as what it is."""

    @property
    def programs(self) -> list[Program]:
        """The processes, each once."""
        return list(dict.fromkeys((self.here, self.there, self.worker)))

    def run(self, *arguments: str, check: bool = True, **environment_: str) -> str:
        """Run a command of the operator's beside the running processes; return what it printed."""
        done = subprocess.run(
            [sys.executable, *ENTRY, *arguments],
            env=environment({**self.settings, **environment_}),
            cwd=self.data.parent,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 3,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"footlights {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def pass_time(self, seconds: int) -> None:
        """Move the clock of all processes on: leases of what was killed end, and nobody has to wait."""
        self.shifted += seconds
        _clock(self.data).write_text(str(self.shifted))

    def drifts(self) -> list[Drift]:
        """Return the counters that are not what they count, as `footlights recount` does."""

        async def compare() -> list[Drift]:
            database = open_database(self.database_url)
            try:
                return [drift async for part in recount(database) for drift in part.drifts]
            finally:
                await database.close()

        return asyncio.run(compare())

    def links_for(self, address: str) -> list[str]:
        """Return the tokens of all links that were mailed to an address, in the order of sending."""
        found: list[tuple[float, list[str]]] = []
        for path in (self.data / "mail").rglob("*.eml"):
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if address in str(letter["To"]):
                text = letter.get_body(("plain",))
                found.append((path.stat().st_mtime, _LINK.findall(text.get_content() if text else "")))
        return [token for _, tokens in sorted(found) for token in tokens]

    def troubles(self) -> list[str]:
        """Return what the logs tell of that no test has provoked."""
        lines = [line for program in self.programs for line in program.troubles()]
        return [line for line in lines if not any(re.search(known, line) for known in self.troubles_expected)]


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process: no setting of the product but those given."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FOOTLIGHTS_")}
    return {**inherited, **settings}


@contextmanager
def embedded(**more: str) -> Iterator[Site]:
    """Serve from SQLite in one process."""
    with _folder() as data:
        settings = {**_settings(data), **more}
        with Program(settings, "serve") as only:
            url = f"sqlite:///{data / 'footlights.db'}"
            yield Site("SQLite", settings, data, only, only, only, url)


@contextmanager
def distributed(database_url: str, **more: str) -> Iterator[Site]:
    """Serve from PostgreSQL and Valkey, in two web processes and one worker. The tables have to be there."""
    with _folder() as data, ValkeyServer() as valkey, ExitStack() as stack:
        servers = {"FOOTLIGHTS_DATABASE_URL": database_url, "FOOTLIGHTS_VALKEY_URL": valkey.url}
        settings = {**_settings(data), **servers, **more}
        here, there = (Program(settings, "serve", "--no-worker") for _ in range(2))
        worker = Program(settings, "worker", web=False)
        for program in (worker, here, there):
            stack.push(program)
        with ThreadPoolExecutor(3) as threads:
            list(threads.map(Program.start, (worker, here, there)))
        yield Site("PostgreSQL and Valkey", settings, data, here, there, worker, database_url, valkey)


def migrate(database_url: str) -> None:
    """Make the tables in an empty database, as an operator does."""
    with _folder() as data:
        settings = {"FOOTLIGHTS_DATA": str(data), "FOOTLIGHTS_DATABASE_URL": database_url}
        done = subprocess.run(
            [sys.executable, *ENTRY, "migrate"], env=environment(settings), capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()


def wait_until(condition: Any, seconds: float = PATIENCE) -> None:
    """Wait for a condition to come true, blocking: for processes and files."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="footlights-e2e-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        data.mkdir()
        yield data


def _settings(data: Path) -> dict[str, str]:
    return {**OPERATOR, "FOOTLIGHTS_DATA": str(data), "FOOTLIGHTS_CLOCK_FILE": str(_clock(data))}


def _clock(data: Path) -> Path:
    return data.with_name("clock")


def _is_trouble(line: str) -> bool:
    try:
        told = json.loads(line)
    except ValueError:
        # Not a line of ours: what the interpreter or a library wrote by itself.
        return "Traceback" in line or "Error" in line or "Exception" in line
    return told.get("level") in _BAD_LEVELS or "exception" in told
