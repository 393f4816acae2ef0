"""``footlights serve`` as a process: it starts, answers, keeps others off, and stops in good order."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 120.0
Serve = Callable[..., "Served"]


class Served:
    """A running program, and what it wrote."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = ""
        self.url = ""

    def wait_for_address(self) -> None:
        """Read its words up to the address that it gives."""
        assert self.process.stdout is not None
        while not self.url:
            line = self.process.stdout.readline()
            assert line, self.process.communicate()[1]
            self.said += line
            found = re.search(r"is running on (http://\S+)", line)
            self.url = found[1] if found else ""

    def get(self, path: str, **headers: str) -> tuple[int, Any, Any]:
        """Return status, headers and body."""
        request = urllib.request.Request(
            self.url + path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Stop; return the exit code and everything written since."""
        self.process.send_signal(number)
        out, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, errors


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start `footlights serve` on a free port, with a data folder of the test's own."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, wait: bool = True, **environment: str) -> Served:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("FOOTLIGHTS_")}
        command = [sys.executable, "-m", "entrypoints.cli", "serve", "--port", "0"]
        process = subprocess.Popen(
            [*command, "--data", str(tmp_path / "data"), *arguments],
            env={**clean, "PYTHONUNBUFFERED": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        served = Served(process)
        if wait:
            served.wait_for_address()
        return served

    yield start
    for process in started:
        with process:
            process.kill()


def test_it_makes_its_database_answers_and_stops(serve: Serve, tmp_path: Path) -> None:
    served = serve()
    assert served.get("/healthz")[0] == 200
    assert json.loads(served.get("/readyz")[2]) == {"status": "ready", "failing": []}
    instance = json.loads(served.get("/api/v1/instance")[2])
    assert instance["transports"] == ["websocket", "polling"]
    assert instance["registration"] == "open"
    status, headers, page = served.get("/")
    assert status == 200
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert 'href="/docs"' in page
    assert "http://" not in page.replace(served.url, "")
    code, _, errors = served.stop()
    assert code == 0
    assert '"event":"stopped"' in errors
    assert '"level":"error"' not in errors
    with sqlite3.connect(tmp_path / "data" / "footlights.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_ctrl_c_stops_it_as_well(serve: Serve) -> None:
    code, _, errors = serve().stop(signal.SIGINT)
    assert code == 0
    assert "Traceback" not in errors


def test_the_demo_can_be_walked_into(serve: Serve) -> None:
    served = serve("--demo")
    status, _, page = served.get("/")
    assert status == 200
    assert "curtain-up-tonight" in page
    login = json.dumps({"login": "ada", "password": "curtain-up-tonight"}).encode()
    request = urllib.request.Request(
        served.url + "/api/v1/auth/login", login, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        assert json.load(answer)["account"]["handle"] == "ada"
    explore = json.loads(served.get("/api/v1/feeds/explore?limit=100")[2])
    assert len(explore["items"]) == 100
    served.stop()
    again = serve("--demo")
    assert json.loads(again.get("/api/v1/feeds/explore?limit=100")[2])["items"] == explore["items"]
    again.stop()


def test_mail_that_is_not_sent_can_be_read_on_this_machine(serve: Serve, tmp_path: Path) -> None:
    served = serve()
    assert "Nothing yet" in served.get("/mail")[2]
    account = {
        "email": "ada@example.org",
        "password": "a password of mine",
        "handle": "ada_l",
        "display_name": "Ada <script>",
    }
    body = json.dumps(account).encode()
    request = urllib.request.Request(
        served.url + "/api/v1/auth/register", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        assert answer.status == 201
    deadline = time.monotonic() + PATIENCE
    while "ada@example.org" not in (page := served.get("/mail")[2]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert f'<a href="{served.url}/confirm#verify=' in page
    assert "<script>" not in page
    served.stop()


def test_mail_is_for_this_machine_alone(serve: Serve) -> None:
    served = serve(FOOTLIGHTS_TRUSTED_PROXIES="127.0.0.1/32")
    assert served.get("/mail", X_Forwarded_For="203.0.113.9")[0] == 404
    assert "/mail" not in served.get("/", X_Forwarded_For="203.0.113.9")[2]
    # A stranger's page whose name was made to lead here.
    assert served.get("/mail", Host="evil.example")[0] == 404
    assert served.get("/mail", Host="localhost")[0] == 200
    served.stop()


def test_production_shows_neither_mail_nor_its_spool(serve: Serve) -> None:
    served = serve(FOOTLIGHTS_ENV="production")
    assert served.get("/mail")[0] == 404
    assert "/mail" not in served.get("/")[2]
    served.stop()


def test_a_second_one_on_the_same_data_is_refused(serve: Serve) -> None:
    first = serve()
    second = serve(wait=False)
    _, errors = second.process.communicate(timeout=PATIENCE)
    assert second.process.returncode == 2
    assert "another footlights works on" in errors
    assert first.get("/healthz")[0] == 200
    first.stop()


def test_a_port_that_is_taken_is_named(serve: Serve) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        served = serve("--port", str(taken.getsockname()[1]), wait=False)
        _, errors = served.process.communicate(timeout=PATIENCE)
    assert served.process.returncode == 1
    assert errors.startswith("footlights: cannot listen on 127.0.0.1:")
    assert "Traceback" not in errors


def test_open_requests_are_finished_before_it_stops(serve: Serve) -> None:
    """A request that has begun is answered, though nobody is let in any more."""
    served = serve()
    host, port = served.url.removeprefix("http://").split(":")
    body = b'{"login": "nobody", "password": "a password of mine"}'
    with socket.create_connection((host, int(port))) as link:
        head = f"POST /api/v1/auth/login HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        link.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:10])
        time.sleep(0.3)
        served.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        link.sendall(body[10:])
        answer = link.recv(100)
    assert answer.startswith(b"HTTP/1.1 401")
    served.process.communicate(timeout=PATIENCE)
    assert served.process.returncode == 0


def test_readiness_says_no_while_it_drains(serve: Serve) -> None:
    served = serve(FOOTLIGHTS_DRAIN_SECONDS="1.5")
    served.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 1.2
    while (status := served.get("/readyz")[0]) == 200 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert status == 503
    served.process.communicate(timeout=PATIENCE)


def test_several_web_processes_share_a_port_and_are_kept_running(
    serve: Serve, postgres_url: str, valkey_url: str
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    served = serve(
        "--workers",
        "2",
        "--port",
        str(port),
        wait=False,
        FOOTLIGHTS_DATABASE_URL=postgres_url,
        FOOTLIGHTS_VALKEY_URL=valkey_url,
        FOOTLIGHTS_LOG_FORMAT="json",
    )
    served.url = f"http://127.0.0.1:{port}"
    _until_ready(served)
    assert json.loads(served.get("/api/v1/instance")[2])["transports"] == ["websocket"]
    children = _children(served.process.pid)
    assert len(children) == 3
    os.kill(children[0], signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while len(_children(served.process.pid)) < 3 or children[0] in _children(served.process.pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    _until_ready(served)
    code, out, errors = served.stop()
    assert code == 0
    assert "2 web processes and a worker" in out
    marks = {json.loads(line).get("process") for line in errors.splitlines() if line.startswith("{")}
    # The one that was killed may be stopped again before it has anything to say.
    assert marks >= {"web-2", "worker"}
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_two_on_one_database_need_valkey(serve: Serve, postgres_url: str, valkey_url: str) -> None:
    first = serve(FOOTLIGHTS_DATABASE_URL=postgres_url)
    for heard in ({}, {"FOOTLIGHTS_VALKEY_URL": valkey_url}):
        second = serve(wait=False, FOOTLIGHTS_DATABASE_URL=postgres_url, **heard)
        _, errors = second.process.communicate(timeout=PATIENCE)
        assert second.process.returncode == 2
        assert "several processes need FOOTLIGHTS_VALKEY_URL" in errors
    first.process.kill()
    first.process.communicate()
    serve(FOOTLIGHTS_DATABASE_URL=postgres_url).stop()  # nothing is left of one that was killed


def _until_ready(served: Served) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if served.get("/readyz")[0] == 200:
                return
        except OSError:
            assert served.process.poll() is None, served.process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _children(number: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
