"""Tables of the notifications context: inboxes, notifications, and who is in each of them."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    text,
)

from adapters.sql.schema.metadata import Id, Moment, metadata, uneven

# Holds nothing: it is what changes of one account's notifications lock, so that they come one by one.
notification_inboxes = Table(
    "notification_inboxes",
    metadata,
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
)

notifications = Table(
    "notifications",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("order_id", Id, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("group", String(16), nullable=False),
    Column("subject_type", String(16), nullable=False),
    Column("subject_id", Id, nullable=False),
    # No foreign key: when a post is purged, an event removes what was told of it, and until then the
    # readers do not show it.
    Column("post_id", Id),
    Column("actor_count", Integer, nullable=False),
    Column("read", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("actor_count > 0", name="actor_count"),
)
_UNREAD = notifications.c.read.is_(False)
_ABOUT_POST = notifications.c.post_id.is_not(None)
Index("ix_notifications_account_id_order_id", notifications.c.account_id, notifications.c.order_id)
Index(
    "ix_notifications_account_id_kind_order_id",
    notifications.c.account_id,
    notifications.c.kind,
    notifications.c.order_id,
)
Index(
    "ix_notifications_account_id_group_order_id",
    notifications.c.account_id,
    notifications.c.group,
    notifications.c.order_id,
)
Index(
    "ix_notifications_unread",
    notifications.c.account_id,
    notifications.c.order_id,
    postgresql_where=_UNREAD,
    sqlite_where=_UNREAD,
)
# One notification of a kind and subject grows at a time: the unread one.
Index(
    "uq_notifications_growing",
    notifications.c.account_id,
    notifications.c.kind,
    notifications.c.subject_id,
    unique=True,
    postgresql_where=_UNREAD,
    sqlite_where=_UNREAD,
)
Index(
    "ix_notifications_post_id",
    notifications.c.post_id,
    postgresql_where=_ABOUT_POST,
    sqlite_where=_ABOUT_POST,
)
uneven(notifications.c.account_id, notifications.c.post_id)

# Account, kind and subject are those of the notification: here they make the rule that an actor counts once.
notification_actors = Table(
    "notification_actors",
    metadata,
    Column("account_id", Id, nullable=False),
    Column("actor_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("subject_id", Id, nullable=False),
    Column("notification_id", Id, ForeignKey("notifications.id", ondelete="CASCADE"), nullable=False),
    Column("order_id", Id, nullable=False),
    PrimaryKeyConstraint("account_id", "actor_id", "kind", "subject_id"),
)
Index(
    "ix_notification_actors_notification_id_order_id",
    notification_actors.c.notification_id,
    notification_actors.c.order_id,
)
Index("ix_notification_actors_actor_id", notification_actors.c.actor_id)
uneven(
    notification_actors.c.account_id, notification_actors.c.actor_id, notification_actors.c.notification_id
)
