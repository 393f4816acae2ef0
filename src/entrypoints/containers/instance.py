"""What this server says about itself: the instance, the start page, whether it is ready."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from adapters.http.start import DemoAccount, StartRoutes
from adapters.http.system import Check, InstanceView
from adapters.mail.spool import Spool
from adapters.realtime.settings import RealtimeSettings
from adapters.sql.engines import Database
from adapters.sql.migrate import revisions
from entrypoints.demo.people import PASSWORD, SHOWN
from entrypoints.settings import Settings
from entrypoints.settings.tree import MailTransport
from platform_core.accounts.model.credentials import MIN_PASSWORD
from platform_core.posts.model import MAX_TEXT
from platform_core.shared.pagination import MAX_LIMIT

if TYPE_CHECKING:
    from adapters.valkey.bus import ValkeyBus

API_LEVEL = 1
_ALIVE = text("SELECT 1")


class NotMigrated(Exception):
    """The tables are not those that this code expects."""


@cache
def product_version() -> str:
    """Return the version of the installed package."""
    try:
        return version("footlights")
    except PackageNotFoundError:
        return "0+source"


def view(settings: Settings, realtime: RealtimeSettings) -> InstanceView:
    """Return what clients have to know of this server."""
    return InstanceView(
        name=settings.name,
        version=product_version(),
        api_level=API_LEVEL,
        registration=settings.accounts.registration.value,
        public_reads=settings.http.public_reads,
        features={
            "verified_email_needed": settings.accounts.verified_email,
            "birth_date_asked": settings.accounts.minimum_age > 0,
            "demo": settings.demo,
        },
        limits={
            "post_characters": MAX_TEXT,
            "page_items": MAX_LIMIT,
            "password_bytes_min": MIN_PASSWORD,
            "minimum_age": settings.accounts.minimum_age,
            "body_bytes": settings.http.body_limit,
            "packet_bytes": realtime.packet_limit,
            "sockets_per_account": realtime.sockets_per_account,
        },
        transports=("websocket", "polling") if realtime.polling else ("websocket",),
    )


def start_routes(settings: Settings, database: Database) -> StartRoutes:
    """Return the page at ``/``; letters only where they are written down, and never in production."""
    shows_mail = settings.mail.transport is MailTransport.SPOOL and not settings.production
    behind = "PostgreSQL" if database.is_postgres else "SQLite"
    return StartRoutes(
        settings.name,
        product_version(),
        (behind, "Valkey") if settings.valkey.url else (behind, "one process"),
        demo=tuple(DemoAccount(*one) for one in SHOWN.items()) if settings.demo else (),
        demo_password=PASSWORD if settings.demo else "",
        letters=Spool(settings.spool).newest if shows_mail else None,
    )


def checks(database: Database) -> Mapping[str, Check]:
    """Return what has to be in order for requests to be sent here."""
    migrated = False

    def ask(connection: Connection) -> None:
        connection.execute(_ALIVE)

    async def answers() -> None:
        await database.read(ask)

    async def is_migrated() -> None:
        nonlocal migrated
        # Once true it stays true while this code runs: steps are never taken back under it.
        if not migrated and (await revisions(database)).behind:
            raise NotMigrated
        migrated = True

    return {"database": answers, "migrations": is_migrated}


def bus_is_up(bus: "ValkeyBus | None") -> Callable[[], bool]:
    """Return what tells whether wake-ups of other processes can arrive; without others they always can."""
    if bus is None:
        return lambda: True
    return lambda: bus.connected
