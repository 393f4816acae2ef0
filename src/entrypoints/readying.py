"""What has to be in place before a process serves: the folder to itself, the tables, the demo."""

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from adapters.sql.engines import Database
from adapters.sql.migrate import migrate, revisions
from entrypoints.containers.application import ApplicationContainer
from entrypoints.settings import Settings, SettingsError

log = logging.getLogger("footlights.start")

Tell = Callable[[str], None]


class NotReady(Exception):
    """Something is not in place that a person has to put there; the text says what."""


def make_folder(settings: Settings) -> None:
    """Make the folder of an embedded database. Raises ``SettingsError`` if that cannot be."""
    if settings.embedded:
        try:
            settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise SettingsError(f"the data folder {settings.data} cannot be made: {error.strerror}") from None


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Keep other programs off an embedded database meanwhile. Raises ``SettingsError`` if one is at work."""
    if not settings.embedded:
        yield
        return
    make_folder(settings)
    with (settings.data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingsError(
                f"another footlights works on {settings.data}: stop it, or choose another folder with --data"
            ) from None
        yield


async def ready(container: ApplicationContainer, tell: Tell) -> None:
    """Bring the tables up to date where that is ours to do, and make the demo where it is asked for."""
    settings: Settings = container.core.settings()
    database: Database = container.core.database()
    await _ready_tables(settings, database, tell)
    if settings.demo:
        await make_demo_or_refuse(container, tell)


async def make_demo_or_refuse(container: ApplicationContainer, tell: Tell) -> bool:
    """Make the demo in an empty database; False if it is there. Raises ``NotReady`` if others are there."""
    from entrypoints.demo.making import is_demo, make_demo

    if await make_demo(container, tell):
        return True
    if not await is_demo(container):
        raise NotReady("there are accounts already: demo content goes into an empty database only")
    return False


async def _ready_tables(settings: Settings, database: Database, tell: Tell) -> None:
    """Migrate an embedded or empty database; in any other, old code may still be at work."""
    found = await revisions(database)
    if not found.behind:
        if not found.current:
            log.warning("the tables are ahead of this code (%s, not %s)", found.present, found.head)
        return
    if found.present is not None and not settings.embedded:
        raise NotReady(
            f"the tables are at revision {found.present}, this code needs {found.head}: "
            "run `footlights migrate`"
        )
    tell("Preparing the database")
    await migrate(database)
