"""Structured logs: JSON for machines, aligned and coloured on a terminal; secrets are struck out.

Modules log with the standard library, ``logging.getLogger("footlights.…")``; structlog renders.
"""

import logging
import sys
from collections.abc import Iterable
from typing import Any, TextIO

import msgspec
import structlog
from attrs import frozen
from structlog.typing import EventDict, Processor

from adapters.wire.request_ids import current_request_id
from entrypoints.settings.tree import AccessLines, LogFormat, LogSettings

_SENSITIVE = frozenset({"password", "token", "secret", "authorization", "cookie", "code"})
_STRUCK = "…"
_ACCESS = "footlights.access"
# Libraries that tell more than an operator wants to know, some of it confidential, below this level.
_QUIET = ("asyncio", "sqlalchemy", "aiosqlite", "alembic", "engineio", "socketio", "aiohttp")


def configure_logs(
    settings: LogSettings, *, process: str = "", secrets: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """Send all logs of this process to ``stream`` (standard error), each line marked with ``process``."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    plain = settings.format is LogFormat.JSON or (settings.format is LogFormat.AUTO and not stream.isatty())
    handler.setFormatter(
        _formatter(process, tuple(filter(None, secrets)), machine=plain, colours=stream.isatty())
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    _configure_access(settings)


def _configure_access(settings: LogSettings) -> None:
    access = logging.getLogger(_ACCESS)
    access.filters = [_errors_only] if settings.access is AccessLines.ERRORS else []
    access.setLevel(logging.CRITICAL if settings.access is AccessLines.NONE else logging.NOTSET)


def _errors_only(record: logging.LogRecord) -> bool:
    """Let a request's line through if it was answered with a refusal; the third argument is the status."""
    return isinstance(record.args, tuple) and len(record.args) > 2 and int(str(record.args[2])) >= 400


def _formatter(process: str, secrets: tuple[str, ...], *, machine: bool, colours: bool) -> logging.Formatter:
    first: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper("iso" if machine else "%H:%M:%S", utc=machine),
        _Context(process),
        _strike,
    ]
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if machine:
        last += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_json)]
    else:
        last += [
            structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback)
        ]
    last.append(_Strike(secrets))
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=first, processors=last)


@frozen
class _Context:
    """Adds the process and the request that a line belongs to."""

    process: str

    def __call__(self, _logger: Any, _method: str, event: EventDict) -> EventDict:
        if self.process:
            event["process"] = self.process
        request_id = current_request_id.get()
        if request_id:
            event.setdefault("request_id", request_id)
        return event


def _strike(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace the values of fields that are confidential by their name."""
    for key in _SENSITIVE & event.keys():
        event[key] = _STRUCK
    return event


@frozen
class _Strike:
    """Replaces the secrets of the settings wherever they turn up, in a traceback for one."""

    secrets: tuple[str, ...]

    def __call__(self, _logger: Any, _method: str, line: Any) -> Any:
        for secret in self.secrets:
            if secret in line:
                line = line.replace(secret, _STRUCK)
        return line


def _json(event: EventDict, **_options: object) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()
