"""``footlights migrate``, ``demo`` and ``recount``."""

import click

from adapters.sql.migrate import migrate as take_steps
from adapters.sql.migrate import revisions
from adapters.sql.recount import Drift
from adapters.sql.recount import recount as compare
from entrypoints.cli.running import Failed, Progress, command, prepared, run_async
from entrypoints.containers.application import ApplicationContainer
from entrypoints.lifetimes import resources
from entrypoints.readying import NotReady, make_demo_or_refuse
from entrypoints.settings import Loaded, SettingsError

SHOWN_DRIFTS = 10


@command()
def migrate(loaded: Loaded) -> None:
    """Bring the database's tables up to date; do so before the new code serves."""
    run_async(_migrate(prepared(loaded)))


async def _migrate(container: ApplicationContainer) -> None:
    async with resources(container):
        database = container.core.database()
        before = await take_steps(database)
        now = await revisions(database)
    if before.behind:
        click.echo(f"The tables are at revision {now.present} (before: {before.present or 'none'}).")
    elif before.current:
        click.echo(f"The tables are at revision {now.present}; nothing was to be done.")
    else:
        click.echo(f"The tables are at revision {now.present}, ahead of this code's {now.head}.")


@command()
def demo(loaded: Loaded) -> None:
    """Fill an empty database with a community to try things on."""
    if loaded.settings.production:
        raise SettingsError("demo content has known passwords and is refused in production")
    run_async(_demo(prepared(loaded)))


async def _demo(container: ApplicationContainer) -> None:
    from entrypoints.demo.people import PASSWORD, SHOWN

    progress = Progress()
    async with resources(container):
        await take_steps(container.core.database())
        try:
            made = await make_demo_or_refuse(container, progress)
        except NotReady as error:
            raise Failed(str(error)) from None
        finally:
            progress.end()
    click.echo("The demo is ready." if made else "The demo is there already; nothing was written.")
    click.echo(f"Everybody's password is {PASSWORD}. Log in as:")
    for handle, about in SHOWN.items():
        click.echo(f"  {handle:<8} {about}")


@command(click.option("--fix", is_flag=True, help="Set what is wrong to what the rows say."))
def recount(loaded: Loaded, fix: bool) -> int:
    """Compare all counters with what they count. Exits with 1 if any was wrong and is still."""
    drifts = run_async(_recount(prepared(loaded), fix))
    for drift in drifts[:SHOWN_DRIFTS]:
        click.echo(f"{drift.table} {drift.id}: {drift.counter} is {drift.shown}, counted {drift.counted}")
    if len(drifts) > SHOWN_DRIFTS:
        click.echo(f"… and {len(drifts) - SHOWN_DRIFTS} more")
    if not drifts:
        click.echo("All counters are right.")
    else:
        click.echo(
            f"Counters that were wrong and are right now: {len(drifts)}."
            if fix
            else f"Counters that are wrong: {len(drifts)}."
        )
    return 1 if drifts and not fix else 0


async def _recount(container: ApplicationContainer, fix: bool) -> list[Drift]:
    progress = Progress()
    found: list[Drift] = []
    async with resources(container):
        if (await revisions(container.core.database())).behind:
            raise Failed("the tables are not up to date: run `footlights migrate`")
        async for step in compare(container.core.database(), fix=fix):
            progress(f"Counting {step.name}, {step.done} of {step.total}")
            found += step.drifts
    progress.end()
    return found
