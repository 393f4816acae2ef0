"""``footlights serve`` and ``footlights worker``."""

import gc
import socket
from collections.abc import Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import click
from attrs import evolve

from entrypoints.cli.running import Failed, Progress, command, run_async, warn
from entrypoints.containers.application import ApplicationContainer, assemble
from entrypoints.containers.instance import product_version
from entrypoints.lifetimes import resources
from entrypoints.logs import configure_logs
from entrypoints.readying import NotReady, alone, ready
from entrypoints.settings import Loaded, Settings, SettingsError
from entrypoints.supervisor import Supervisor
from entrypoints.web import listening_socket
from entrypoints.web import serve as serve_web
from entrypoints.worker import work


@command(
    click.option("--demo", is_flag=True, help="Fill an empty database with demo content."),
    click.option("--host", help="The address to listen on (127.0.0.1)."),
    click.option("--port", type=int, help="The port to listen on (8080); 0 takes a free one."),
    click.option("--workers", type=int, help="Web processes; several need PostgreSQL and Valkey."),
    click.option("--no-worker", is_flag=True, help="Leave the background work to `footlights worker`."),
)
def serve(loaded: Loaded, **_options: object) -> int:
    """Serve the interface: web, realtime and background work in one process, or in several."""
    settings = loaded.settings
    _logs(settings)
    warn(loaded)
    several = settings.server.workers > 1
    try:
        bound = listening_socket(settings, shared=several)
    except OSError as error:
        place = f"{settings.server.host}:{settings.server.port}"
        raise Failed(f"cannot listen on {place}: {error.strerror or error}") from None
    # With port 0 only the system knows which one it is.
    settings = evolve(settings, server=evolve(settings.server, port=bound.getsockname()[1]))
    return _serve_several(settings, bound) if several else _serve_one(settings, bound)


@command()
def worker(loaded: Loaded) -> None:
    """Do the background work alone, beside `serve --no-worker`."""
    settings = loaded.settings
    if not settings.several:
        missing = "FOOTLIGHTS_DATABASE_URL" if settings.embedded else "FOOTLIGHTS_VALKEY_URL"
        raise SettingsError(f"a worker of its own needs PostgreSQL and Valkey; set {missing}")
    _logs(settings, "worker")
    warn(loaded)
    run_async(_ready_then_work(settings))


def _logs(settings: Settings, process: str = "") -> None:
    configure_logs(settings.log, process=process, secrets=(settings.secret, settings.mail.password))


def _serve_one(settings: Settings, bound: socket.socket) -> int:
    with alone(settings):
        run_async(_ready_then_serve(settings, bound))
    return 0


async def _ready_then_serve(settings: Settings, bound: socket.socket) -> None:
    container = assemble(settings)
    await _get_ready(container)
    await serve_web(container, bound, partial(_announce, settings))


async def _ready_then_work(settings: Settings) -> None:
    container = assemble(settings)
    await _get_ready(container)
    await work(container)


async def _get_ready(container: ApplicationContainer) -> None:
    progress = Progress()
    try:
        await ready(container, progress)
    except NotReady as error:
        raise Failed(str(error)) from None
    finally:
        progress.end()
    gc.collect()
    gc.freeze()


def _serve_several(settings: Settings, bound: socket.socket) -> int:
    """Keep the port bound, but never listen on it: connections go to the children."""
    run_async(_only_get_ready(settings))
    count = settings.server.workers
    programs = {f"web-{number}": partial(_web_process, settings) for number in range(1, count + 1)}
    background = "the background work elsewhere"
    if settings.worker.here:
        programs["worker"] = partial(_worker_process, settings)
        background = "a worker"
    click.echo(
        f"Footlights {product_version()}: {count} web processes and {background} on {settings.public_url}"
    )
    code = Supervisor(programs, settings.server.shutdown_seconds + settings.server.drain_seconds).run()
    bound.close()
    return code


async def _only_get_ready(settings: Settings) -> None:
    container = assemble(settings)
    async with resources(container):
        await _get_ready(container)


def _web_process(settings: Settings, name: str, lifeline: int) -> int:
    _logs(settings, name)
    apart = evolve(settings, worker=evolve(settings.worker, here=False))
    bound = listening_socket(settings, shared=True)
    return _child(serve_web(assemble(apart), bound, lambda: None, lifeline))


def _worker_process(settings: Settings, name: str, lifeline: int) -> int:
    _logs(settings, name)
    return _child(work(assemble(settings), lifeline))


def _child(program: Coroutine[Any, Any, None]) -> int:
    """Run a child's program; the code 2 tells the parent that trying again is of no use."""
    try:
        run_async(program)
    except SettingsError as error:
        click.secho(f"footlights: {error}", err=True, fg="red")
        return 2
    return 0


def _announce(settings: Settings) -> None:
    click.echo(f"Footlights {product_version()} is running on {settings.public_url}")
    where = "PostgreSQL" if not settings.embedded else f"data in {Path(settings.data).resolve()}"
    click.echo(f"  {where} · documentation at {settings.public_url}/docs · stop with Ctrl-C")
    if settings.demo:
        from entrypoints.demo.people import PASSWORD, SHOWN

        names = ", ".join(SHOWN)
        click.echo(f"  demo: log in as {names} with the password {PASSWORD}")
