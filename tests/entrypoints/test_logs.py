"""Log lines: for machines one JSON object each, for people a line; never a secret."""

import io
import json
import logging

import pytest

from adapters.wire.request_ids import current_request_id
from entrypoints.logs import configure_logs
from entrypoints.settings.tree import AccessLines, LogFormat, LogLevel, LogSettings

pytestmark = pytest.mark.usefixtures("_as_it_was")
log = logging.getLogger("footlights.test")
access = logging.getLogger("footlights.access")


class _Terminal(io.StringIO):
    """Something that a person looks at."""

    def isatty(self) -> bool:
        return True


def _logged(settings: LogSettings, stream: io.StringIO | None = None, **options: object) -> io.StringIO:
    stream = stream or io.StringIO()
    configure_logs(settings, stream=stream, **options)  # type: ignore[arg-type]
    return stream


def test_away_from_a_terminal_each_line_is_a_json_object() -> None:
    out = _logged(LogSettings(), process="web-1")
    current_request_id.set("request-7")
    log.warning("the disk is %d %% full", 93, extra={"disk": "/dev/sda"})
    line = json.loads(out.getvalue())
    current_request_id.set("")
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "the disk is 93 % full",
        "level": "warning",
        "logger": "footlights.test",
        "disk": "/dev/sda",
        "process": "web-1",
        "request_id": "request-7",
    }


def test_on_a_terminal_lines_are_for_people() -> None:
    out = _logged(LogSettings(), _Terminal())
    log.info("good morning")
    assert "good morning" in out.getvalue()
    assert not out.getvalue().startswith("{")


def test_the_operator_can_choose_the_form() -> None:
    out = _logged(LogSettings(format=LogFormat.JSON), _Terminal())
    log.info("good morning")
    assert json.loads(out.getvalue())["event"] == "good morning"
    out = _logged(LogSettings(format=LogFormat.CONSOLE))
    log.info("good morning")
    assert "\x1b" not in out.getvalue()  # a file has no colours


def test_what_is_lighter_than_the_level_is_left_out() -> None:
    out = _logged(LogSettings(level=LogLevel.WARNING))
    log.info("a detail")
    assert out.getvalue() == ""


def test_libraries_do_not_tell_details() -> None:
    out = _logged(LogSettings(level=LogLevel.DEBUG))
    for name in ("engineio.server", "sqlalchemy.engine", "aiosqlite", "asyncio"):
        logging.getLogger(name).info("packet data with a token")
    assert out.getvalue() == ""


@pytest.mark.parametrize("form", [LogFormat.JSON, LogFormat.CONSOLE])
def test_secrets_are_struck_out_wherever_they_turn_up(form: LogFormat) -> None:
    out = _logged(LogSettings(format=form), secrets=["s3cret-of-the-server"])
    password = "pa55word"
    try:
        raise ValueError("connect to postgresql://u:s3cret-of-the-server@db failed")
    except ValueError:
        log.exception("no database", extra={"password": password, "token": "t0ken"})
    written = out.getvalue()
    assert "ValueError" in written
    for secret in ("s3cret-of-the-server", "pa55word", "t0ken"):
        assert secret not in written


@pytest.mark.parametrize(
    ("which", "statuses"),
    [(AccessLines.ALL, [200, 404, 500]), (AccessLines.ERRORS, [404, 500]), (AccessLines.NONE, [])],
)
def test_requests_get_the_lines_that_were_asked_for(which: AccessLines, statuses: list[int]) -> None:
    out = _logged(LogSettings(access=which))
    for status in (200, 404, 500):
        access.info("%s %s %d %.1f ms", "GET", "/api/v1/posts", status, 1.5)
    lines = [json.loads(line)["event"] for line in out.getvalue().splitlines()]
    assert lines == [f"GET /api/v1/posts {status} 1.5 ms" for status in statuses]


def test_what_is_not_json_is_written_as_text() -> None:
    out = _logged(LogSettings())
    log.info("odd", extra={"thing": object})
    assert "object" in json.loads(out.getvalue())["thing"]
