"""Which adapter stands behind a port: the settings decide, here and nowhere else.

What only some settings need (Valkey, the shifted clock) is imported when it is chosen.
"""

import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from adapters.http.settings import HttpSettings
from adapters.limits.in_process import InProcessRateLimiter
from adapters.mail.composing import Composer
from adapters.memory.signals import InProcessRooms, InProcessSignals
from adapters.realtime.settings import RealtimeSettings
from adapters.sql.engines import Database, open_database
from adapters.sql.unit_of_work import SqlUnitOfWork
from adapters.system.clock import ShiftedClock, SystemClock
from entrypoints.settings import Settings
from entrypoints.settings.tree import MailTransport
from platform_core.accounts.model.credentials_registering import RegistrationPolicy
from platform_core.accounts.model.credentials_sessions import SessionLifetimes
from platform_core.accounts.ports.credentials_services import Mailer
from platform_core.shared.clock import Clock
from platform_core.shared.ids import Ids
from platform_core.shared.limits import RateLimiter

if TYPE_CHECKING:
    from adapters.valkey.bus import ValkeyBus
    from adapters.valkey.signals import ValkeyRooms, ValkeySignals


def clock(settings: Settings) -> Clock:
    """Return the machine's clock, in trials one that a file can move."""
    return ShiftedClock(settings.clock_file) if settings.clock_file else SystemClock()


def database(settings: Settings) -> Database:
    """Open the database."""
    return open_database(settings.database_url, pool_size=settings.database.pool_size)


def bus(settings: Settings, ids: Ids) -> "ValkeyBus | None":
    """Return what carries signals to other processes, if there may be any."""
    if not settings.valkey.url:
        return None
    from adapters.valkey.bus import ValkeyBus

    return ValkeyBus(settings.valkey.url, ids.new())


def signals(bus: "ValkeyBus | None") -> "InProcessSignals | ValkeySignals":
    """Return the wake-ups: over the bus, or within this process."""
    if bus is None:
        return InProcessSignals()
    from adapters.valkey.signals import ValkeySignals

    return ValkeySignals(bus)


def rooms(bus: "ValkeyBus | None") -> "InProcessRooms | ValkeyRooms":
    """Return the room events: over the bus, or within this process."""
    if bus is None:
        return InProcessRooms()
    from adapters.valkey.signals import ValkeyRooms

    return ValkeyRooms(bus)


def limiter(settings: Settings, clock: Clock) -> RateLimiter:
    """Return what counts rates: for all processes together, or in this one."""

    def now() -> float:
        return clock.now().timestamp()

    if not settings.valkey.url:
        # A clock that is set must not give attempts back, save where somebody sets it to see just that.
        return InProcessRateLimiter(now) if settings.clock_file else InProcessRateLimiter()
    from redis.asyncio import Redis

    from adapters.limits.valkey import ValkeyRateLimiter

    return ValkeyRateLimiter(Redis.from_url(settings.valkey.url), now)


def mailer(settings: Settings, clock: Clock) -> Mailer:
    """Return what sends letters: the mail server, or a folder."""
    composer = Composer(settings.name, settings.mail.sender, settings.link_url, clock)
    if settings.mail.transport is MailTransport.SPOOL:
        from adapters.mail.spool import SpoolMailer

        return SpoolMailer(settings.spool, composer)
    from adapters.mail.smtp import SmtpMailer, SmtpSecurity, SmtpServer

    given = settings.mail
    security = SmtpSecurity(given.security.value)
    return SmtpMailer(SmtpServer(given.host, given.port, security, given.user, given.password), composer)


def lifetimes(settings: Settings) -> SessionLifetimes:
    """Return when sessions end."""
    given = settings.sessions
    days = (given.browser_days, given.browser_idle_days, given.app_idle_days)
    return SessionLifetimes(*(timedelta(days=amount) for amount in days))


def registration(settings: Settings) -> RegistrationPolicy:
    """Return who may register."""
    return RegistrationPolicy(settings.accounts.registration, settings.accounts.minimum_age)


def transactions(
    database: Database, clock: Clock, ids: Ids, signals: Any, needs_verified_email: bool
) -> Callable[[], SqlUnitOfWork]:
    """Return what opens a unit of work."""

    def begin() -> SqlUnitOfWork:
        return SqlUnitOfWork(database, clock, ids, signals, needs_verified_email=needs_verified_email)

    return begin


def key(secret: bytes, purpose: str) -> bytes:
    """Return a key of its own for each purpose, none of which leads to another."""
    return hmac.digest(secret, purpose.encode(), "sha256")


def http_settings(settings: Settings) -> HttpSettings:
    """Return the settings of the HTTP interface."""
    given = settings.http
    return HttpSettings(
        public_url=settings.public_url,
        public_reads=given.public_reads,
        cors_origins=given.cors_origins,
        trusted_proxies=given.trusted_proxies,
        hsts_seconds=given.hsts_seconds,
        body_limit=given.body_limit,
        anonymous_rate=settings.limits.anonymous,
    )


def realtime_settings(settings: Settings) -> RealtimeSettings:
    """Return the settings of the Socket.IO interface.

    A poll that reaches another process than the one before it is lost, so several processes offer WebSocket
    alone, unless the operator knows that a proxy in front keeps clients together.
    """
    return RealtimeSettings(
        polling=settings.realtime.polling or not settings.several,
        cors_origins=settings.http.cors_origins,
        sockets_per_account=settings.realtime.sockets_per_account,
        events_per_second=settings.realtime.events_per_second,
    )
