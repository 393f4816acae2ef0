"""Proves the number of actors that each notification keeps."""

from sqlalchemy import func, select, update

from adapters.sql.engines import Database
from adapters.sql.schema.notifications import notification_actors as actors
from adapters.sql.schema.notifications import notifications

_ACTORS = (
    select(func.count()).where(actors.c.notification_id == notifications.c.id).correlate(notifications)
).scalar_subquery()
_RECOUNT = (
    update(notifications)
    .where(notifications.c.actor_count != _ACTORS, _ACTORS > 0)
    .values(actor_count=_ACTORS)
)


class SqlNotificationAudit:
    """Compares and corrects in one statement."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recount(self) -> int:
        """Update the rows that are wrong."""
        async with self._database.writing.begin() as connection:
            return (await connection.execute(_RECOUNT)).rowcount
