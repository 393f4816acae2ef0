"""Wakes the relay when another process has committed an event (PostgreSQL's LISTEN/NOTIFY)."""

import asyncio
import logging
from collections.abc import Callable

import asyncpg
from sqlalchemy import make_url

from adapters.sql.outbox import CHANNEL

RECONNECT_AFTER = 1.0
"""Seconds; the relay looks by itself once a second meanwhile."""

log = logging.getLogger("footlights.relay")


async def listen(url: str, wake: Callable[[], None]) -> None:
    """Call ``wake`` at each notification, on a connection of its own, for as long as the task lives."""
    dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            await _listen_once(dsn, wake)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("the outbox cannot be listened to: %s", error)
        wake()
        await asyncio.sleep(RECONNECT_AFTER)


async def _listen_once(dsn: str, wake: Callable[[], None]) -> None:
    connection = await asyncpg.connect(dsn, timeout=10)
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _connection: lost.set())
    try:
        await connection.add_listener(CHANNEL, lambda *_notification: wake())
        await lost.wait()
    finally:
        await connection.close(timeout=1)
