"""Notifications, their actors and their recipients in SQL, for commands."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.dialect import upsert
from adapters.sql.notifications.shown import heard, sees_post
from adapters.sql.schema.accounts import accounts
from adapters.sql.schema.metadata import Id
from adapters.sql.schema.notifications import notification_actors as actors
from adapters.sql.schema.notifications import notification_inboxes as inboxes
from adapters.sql.schema.notifications import notifications
from platform_core.notifications.model import Kind, Notification, Occasion, Subject, SubjectType

_ACCOUNT = bindparam("the_account", type_=Id())
_ACTOR = bindparam("the_actor", type_=Id())
_SUBJECT = bindparam("the_subject", type_=Id())
_POST = bindparam("the_post", type_=Id())
_ID = bindparam("the_id", type_=Id())
_IDS = bindparam("ids", expanding=True, type_=Id())
_KIND: Any = bindparam("the_kind")
_COUNT: Any = bindparam("count")

# Locked in ascending order: two transactions that lock the same inboxes never wait for each other.
_LOCK = (
    select(inboxes.c.account_id)
    .where(inboxes.c.account_id.in_(_IDS))
    .order_by(inboxes.c.account_id)
    .with_for_update()
)
_OWNERS = select(accounts.c.id).where(accounts.c.id.in_(_IDS)).order_by(accounts.c.id)
_GET = select(notifications).where(notifications.c.id == _ID, notifications.c.account_id == _ACCOUNT)
_GROWING = select(notifications).where(
    notifications.c.account_id == _ACCOUNT,
    notifications.c.kind == _KIND,
    notifications.c.subject_id == _SUBJECT,
    notifications.c.read.is_(False),
)
_WITH = (
    select(notifications)
    .join_from(actors, notifications, notifications.c.id == actors.c.notification_id)
    .where(actors.c.account_id == _ACCOUNT, actors.c.actor_id == _ACTOR)
)
_HOLDING = _WITH.where(actors.c.kind == _KIND, actors.c.subject_id == _SUBJECT)
_LIST_WITH = _WITH.order_by(actors.c.kind, actors.c.subject_id).limit(_COUNT)
_ABOUT = select(notifications).where(notifications.c.post_id == _POST)
_LIST_ABOUT = _ABOUT.order_by(notifications.c.id).limit(_COUNT)
_ADD = insert(notifications)
_PUT = update(notifications).where(notifications.c.id == _ID)
_REMOVE = delete(notifications).where(notifications.c.id == _ID)
_ADD_ACTOR = insert(actors)
_REMOVE_ACTOR = delete(actors).where(actors.c.notification_id == _ID, actors.c.actor_id == _ACTOR)
_MARK_READ = (
    update(notifications)
    .where(
        notifications.c.account_id == _ACCOUNT,
        notifications.c.read.is_(False),
        notifications.c.order_id <= bindparam("up_to", type_=Id()),
    )
    .values(read=True)
)
_MAY_HEAR = select(accounts.c.id).where(
    accounts.c.id == _ACTOR, heard(), or_(_POST.is_(None), sees_post(_POST))
)


def notification_from_row(row: Row[Any]) -> Notification:
    """Build the entity."""
    subject = Subject(SubjectType(row.subject_type), row.subject_id, row.post_id)
    state = (row.order_id, row.created_at, row.actor_count, row.read)
    return Notification(row.id, row.account_id, Kind(row.kind), subject, *state)


def row_from_notification(notification: Notification) -> dict[str, Any]:
    """Build the row."""
    return {
        "id": notification.id,
        "account_id": notification.account_id,
        "order_id": notification.order_id,
        "kind": notification.kind,
        "group": notification.group,
        "subject_type": notification.subject.type,
        "subject_id": notification.subject.id,
        "post_id": notification.subject.post_id,
        "actor_count": notification.actor_count,
        "read": notification.read,
        "created_at": notification.created_at,
    }


class SqlNotifications:
    """Notifications as rows, behind the lock of their owner's inbox.

    The number of actors is stored as the entity has it: it cannot be out of date under the lock.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def _one(self, statement: Any, **values: object) -> Notification | None:
        row = (await self._connection.execute(statement, values)).first()
        return notification_from_row(row) if row else None

    async def _list(self, statement: Any, **values: object) -> list[Notification]:
        return [notification_from_row(row) for row in await self._connection.execute(statement, values)]

    async def lock(self, account_ids: Collection[str]) -> None:
        """Lock the rows; an account's first notification makes its row."""
        asked = {"ids": sorted(set(account_ids))}
        if not asked["ids"]:
            return
        locked = (await self._connection.execute(_LOCK, asked)).all()
        if len(locked) < len(asked["ids"]):
            start = upsert(self._connection, inboxes).from_select(["account_id"], _OWNERS)
            await self._connection.execute(start.on_conflict_do_nothing(), asked)
            await self._connection.execute(_LOCK, asked)

    async def get(self, account_id: str, notification_id: str) -> Notification | None:
        """Read the row, if it is the account's."""
        return await self._one(_GET, the_id=notification_id, the_account=account_id)

    async def growing(self, occasion: Occasion) -> Notification | None:
        """Read the row; a unique index says that there is one at most."""
        return await self._one(_GROWING, **_named(occasion))

    async def holding(self, occasion: Occasion) -> Notification | None:
        """Read it by the primary key of the actors."""
        return await self._one(_HOLDING, the_actor=occasion.actor_id, **_named(occasion))

    async def list_with(self, account_id: str, actor_id: str, limit: int) -> list[Notification]:
        """Read along the primary key of the actors."""
        return await self._list(_LIST_WITH, the_account=account_id, the_actor=actor_id, count=limit)

    async def list_about(self, post_id: str, limit: int) -> list[Notification]:
        """Read along the index of posts."""
        return await self._list(_LIST_ABOUT, the_post=post_id, count=limit)

    async def add(self, notification: Notification, actor_id: str) -> None:
        """Insert both rows."""
        await self._connection.execute(_ADD, row_from_notification(notification))
        await self.add_actor(notification, actor_id)

    async def put(self, notification: Notification) -> None:
        """Update all columns."""
        row = {**row_from_notification(notification), "the_id": notification.id}
        await self._connection.execute(_PUT, row)

    async def remove(self, notification: Notification) -> None:
        """Delete the row; its actors go with it."""
        await self._connection.execute(_REMOVE, {"the_id": notification.id})

    async def add_actor(self, notification: Notification, actor_id: str) -> None:
        """Insert the row, with the notification's order id: the newest there is."""
        row = {
            "account_id": notification.account_id,
            "actor_id": actor_id,
            "kind": notification.kind,
            "subject_id": notification.subject.id,
            "notification_id": notification.id,
            "order_id": notification.order_id,
        }
        await self._connection.execute(_ADD_ACTOR, row)

    async def remove_actor(self, notification: Notification, actor_id: str) -> None:
        """Delete the row."""
        await self._connection.execute(_REMOVE_ACTOR, {"the_id": notification.id, "the_actor": actor_id})

    async def mark_read(self, account_id: str, up_to: str) -> int:
        """Update along the index of what is unread."""
        asked = {"the_account": account_id, "up_to": up_to}
        return (await self._connection.execute(_MARK_READ, asked)).rowcount


class SqlRecipients:
    """Asks who may be told, with the predicates that the reader uses."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def may_hear(self, occasion: Occasion, now: datetime) -> bool:
        """Ask in one statement."""
        post_id = occasion.subject.post_id
        asked = {
            "viewer": occasion.account_id,
            "the_actor": occasion.actor_id,
            "the_post": post_id,
            "now": now,
        }
        return (await self._connection.execute(_MAY_HEAR, asked)).first() is not None


def _named(occasion: Occasion) -> dict[str, object]:
    return {
        "the_account": occasion.account_id,
        "the_kind": occasion.kind,
        "the_subject": occasion.subject.id,
    }
