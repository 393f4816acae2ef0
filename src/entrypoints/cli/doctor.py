"""``footlights doctor``."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import click
from attrs import frozen
from sqlalchemy import make_url

from adapters.sql.health import health, version_of
from adapters.sql.migrate import revisions
from entrypoints.cli.running import command, prepared, run_async, words
from entrypoints.containers.application import ApplicationContainer
from entrypoints.lifetimes import closing
from entrypoints.settings import Loaded, Settings
from entrypoints.settings.tree import MailTransport

CLOCKS_MAY_DIFFER = timedelta(seconds=5)
EVENTS_MAY_WAIT = timedelta(minutes=5)
LEAST_FREE = 512 * 1024**2
PATIENCE = 5.0


class Verdict(StrEnum):
    """How it is with something."""

    GOOD = "ok"
    ODD = "look"
    BROKEN = "FAIL"


_COLOURS = {Verdict.GOOD: "green", Verdict.ODD: "yellow", Verdict.BROKEN: "red"}


@frozen
class Finding:
    """What was found out about one thing."""

    verdict: Verdict
    about: str
    says: str


@command(click.option("--all", "show_all", is_flag=True, help="Show also what each setting means."))
def doctor(loaded: Loaded, show_all: bool) -> int:
    """Check the settings and everything that they name. Exits with 1 if something does not work."""
    _show_settings(loaded, show_all)
    broken = run_async(_examine(prepared(loaded, folder=False)))
    return 1 if broken else 0


def _show_settings(loaded: Loaded, show_all: bool) -> None:
    for line in loaded.lines():
        source = "" if line.source == "default" else f"  ({line.source})"
        click.echo(f"{line.path:<28} {line.value}{source}")
        if show_all:
            click.secho(f"{'':<28} {line.variable}: {line.about}", dim=True)
    click.echo()


async def _examine(container: ApplicationContainer) -> bool:
    broken = False
    async with closing(container):
        async for finding in _findings(container):
            broken = broken or finding.verdict is Verdict.BROKEN
            mark = click.style(f"{finding.verdict:<5}", fg=_COLOURS[finding.verdict])
            click.echo(f"{mark} {finding.about:<12} {finding.says}")
    return broken


async def _findings(container: ApplicationContainer) -> AsyncIterator[Finding]:
    settings = container.core.settings()
    async for finding in _of_database(container):
        yield finding
    if settings.valkey.url:
        yield await _of_valkey(settings)
    yield await _of_mail(settings)
    yield _of_disk(settings.data)


async def _of_database(container: ApplicationContainer) -> AsyncIterator[Finding]:
    database, settings = container.core.database(), container.core.settings()
    file = make_url(settings.database_url).database or ""
    if settings.embedded and not _exists(file):
        yield Finding(Verdict.ODD, "database", f"{file} is not there yet: `footlights serve` makes it")
        return
    try:
        async with asyncio.timeout(PATIENCE):
            yield Finding(Verdict.GOOD, "database", await version_of(database))
            found = await revisions(database)
    except Exception as error:
        yield Finding(Verdict.BROKEN, "database", words(error))
        return
    says = f"at revision {found.present or 'none'}, this code has {found.head}"
    if found.behind:
        yield Finding(Verdict.BROKEN, "migrations", f"{says}: run `footlights migrate`")
        return
    yield Finding(Verdict.GOOD if found.current else Verdict.ODD, "migrations", says)
    async for finding in _of_content(container):
        yield finding


def _exists(file: str) -> bool:
    return Path(file).exists()


async def _of_content(container: ApplicationContainer) -> AsyncIterator[Finding]:
    state, now = await health(container.core.database()), container.core.clock().now()
    yield Finding(Verdict.GOOD, "accounts", str(state.accounts))
    late = state.oldest_waiting is not None and now - state.oldest_waiting > EVENTS_MAY_WAIT
    says = f"{state.waiting} waiting, {state.timers} timers"
    if late:
        says += f", the oldest since {state.oldest_waiting}: does a worker run?"
    yield Finding(Verdict.ODD if late else Verdict.GOOD, "events", says)
    parked = f"{state.parked} set aside after failing too often"
    yield Finding(Verdict.ODD if state.parked else Verdict.GOOD, "parked", parked)
    if state.clock is not None:
        apart = abs(now - state.clock)
        verdict = Verdict.ODD if apart > CLOCKS_MAY_DIFFER else Verdict.GOOD
        yield Finding(verdict, "clock", f"{apart.total_seconds():.1f} s from the database's")


async def _of_valkey(settings: Settings) -> Finding:
    from redis.asyncio import Redis

    client = Redis.from_url(settings.valkey.url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)
    try:
        told = await client.info("server")
        version = told.get("valkey_version") or told.get("redis_version")
        return Finding(Verdict.GOOD, "valkey", str(version))
    except Exception as error:
        return Finding(Verdict.BROKEN, "valkey", words(error))
    finally:
        await client.aclose()


async def _of_mail(settings: Settings) -> Finding:
    if settings.mail.transport is MailTransport.SPOOL:
        verdict = Verdict.ODD if settings.production else Verdict.GOOD
        return Finding(verdict, "mail", f"written to {settings.spool}, not sent")
    place = f"{settings.mail.host}:{settings.mail.port}"
    try:
        await asyncio.to_thread(_connect, settings.mail.host, settings.mail.port)
    except OSError as error:
        return Finding(Verdict.BROKEN, "mail", f"{place} does not answer: {words(error)}")
    return Finding(Verdict.GOOD, "mail", f"{place} answers")


def _connect(host: str, port: int) -> None:
    socket.create_connection((host, port), PATIENCE).close()


def _of_disk(folder: Path) -> Finding:
    present = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    free = shutil.disk_usage(present).free
    verdict = Verdict.ODD if free < LEAST_FREE else Verdict.GOOD
    return Finding(verdict, "disk", f"{free / 1024**3:.1f} GiB free at {folder.absolute()}")
