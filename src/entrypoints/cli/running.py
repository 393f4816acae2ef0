"""What commands share: options for the settings, clear errors, a loop, progress."""

import asyncio
import functools
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from entrypoints.settings import Loaded, SettingsError, load

if TYPE_CHECKING:
    from entrypoints.containers.application import ApplicationContainer

T = TypeVar("T")


class Failed(Exception):
    """The command cannot do what it was asked; the text is for the operator."""


def command(*options: Callable[[Any], Any]) -> Callable[[Callable[..., int | None]], click.Command]:
    """Make a command that receives the ``loaded`` settings and its own options.

    What it returns is the exit code. Errors are one line: 2 for settings and use, 1 for everything else.
    """

    def decorate(function: Callable[..., int | None]) -> click.Command:
        @functools.wraps(function)
        def run(config: Path | None, data: Path | None, debug: bool, **given: Any) -> None:
            try:
                sys.exit(function(_load(config, data, given), **given) or 0)
            except Exception as error:
                if debug:
                    raise
                click.secho(f"footlights: {words(error)}", err=True, fg="red")
                sys.exit(2 if isinstance(error, SettingsError) else 1)

        wrapped: Any = run
        for option in reversed((*options, *_SHARED)):
            wrapped = option(wrapped)
        name = function.__name__.replace("_", "-")
        made: click.Command = click.command(name)(wrapped)
        return made

    return decorate


_SHARED = (
    click.option("--data", type=click.Path(path_type=Path), help="The data folder (./footlights-data)."),
    click.option("--config", type=click.Path(path_type=Path), help="A TOML file with settings."),
    click.option("--debug", is_flag=True, help="Show where in the program an error comes from."),
)
_SETTINGS = {"host": "server.host", "port": "server.port", "workers": "server.workers", "demo": "demo"}


def _load(config: Path | None, data: Path | None, given: Mapping[str, Any]) -> Loaded:
    arguments = {path: given[name] for name, path in _SETTINGS.items() if given.get(name)}
    if given.get("port") is not None:
        arguments["server.port"] = given["port"]
    if given.get("no_worker"):
        arguments["worker.here"] = False
    if data is not None:
        arguments["data"] = str(data)
    return load(os.environ, config, arguments)


def words(error: Exception) -> str:
    """Return what went wrong in a line that an operator can act on."""
    found = " ".join(str(error).split())
    if isinstance(error, Failed | SettingsError):
        return found
    kind = type(error).__name__
    original = getattr(error, "orig", None)
    if original is not None:
        # SQLAlchemy adds the statement, its values and an address; the database's own words are enough.
        return f"the database refuses: {' '.join(str(original).split())}"
    if isinstance(error, ConnectionError | TimeoutError):
        return f"no connection: {found or kind}"
    return f"{found or kind}" if isinstance(error, OSError) else f"{kind}: {found}"


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end in the loop that the server uses as well."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def prepared(loaded: Loaded, *, folder: bool = True) -> "ApplicationContainer":
    """Return the wired program for a single command; with ``folder`` an embedded database's is there."""
    from entrypoints.containers.application import assemble
    from entrypoints.logs import configure_logs
    from entrypoints.readying import make_folder

    settings = loaded.settings
    configure_logs(settings.log, secrets=(settings.secret, settings.mail.password))
    warn(loaded)
    if folder:
        make_folder(settings)
    return assemble(settings)


def warn(loaded: Loaded) -> None:
    """Show what should be looked at."""
    for warning in loaded.warnings:
        click.secho(f"footlights: {warning}", err=True, fg="yellow")


class Progress:
    """One line on a terminal that changes; elsewhere a line for each new step."""

    def __init__(self) -> None:
        self._last = ""
        self._moving = sys.stderr.isatty()

    def __call__(self, text: str) -> None:
        """Show what is being done."""
        step = text.rpartition(",")[0] or text
        if self._moving:
            click.echo(f"\r\x1b[K{text} … ", nl=False, err=True)
        elif step != self._last:
            click.echo(f"{step} …", err=True)
        self._last = step

    def end(self) -> None:
        """Leave the line."""
        if self._moving and self._last:
            with suppress(OSError):
                click.echo("\r\x1b[K", nl=False, err=True)
