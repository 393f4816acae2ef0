"""Tables through which events leave a transaction, and those that make their effects happen once."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from adapters.sql.schema.metadata import Id, JsonObject, Moment, Position, metadata

outbox = Table(
    "outbox",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("stream_key", String(100), nullable=False),
    Column("name", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("payload", JsonObject, nullable=False),
    Column("occurred_at", Moment, nullable=False),
    Column("available_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text),
)
Index("ix_outbox_stream_key_position", outbox.c.stream_key, outbox.c.position)
Index("ix_outbox_available_at_position", outbox.c.available_at, outbox.c.position)

parked_events = Table(
    "parked_events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("stream_key", String(100), nullable=False),
    Column("name", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("payload", JsonObject, nullable=False),
    Column("occurred_at", Moment, nullable=False),
    Column("parked_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
)

timers = Table(
    "timers",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("name", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("payload", JsonObject, nullable=False),
)
Index("ix_timers_at", timers.c.at)

deliveries = Table(
    "deliveries",
    metadata,
    Column("event_id", Id, nullable=False),
    Column("subscriber", String(100), nullable=False),
    Column("handled_at", Moment, nullable=False),
    Column("reached", String(100), nullable=False, server_default=""),
    PrimaryKeyConstraint("event_id", "subscriber"),
)
Index("ix_deliveries_handled_at", deliveries.c.handled_at)

client_event_heads = Table(
    "client_event_heads",
    metadata,
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Position, nullable=False),
    # Events up to this one have been cleared away; who missed them has to reload.
    Column("cleared", Position, nullable=False, server_default="0"),
)

client_events = Table(
    "client_events",
    metadata,
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Position, nullable=False),
    Column("name", String(50), nullable=False),
    Column("payload", JsonObject, nullable=False),
    Column("occurred_at", Moment, nullable=False),
    PrimaryKeyConstraint("account_id", "seq"),
)
Index("ix_client_events_occurred_at", client_events.c.occurred_at)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("account_id", Id, nullable=False),
    Column("key", String(255), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("claimed_at", Moment, nullable=False),
    Column("leased_until", Moment, nullable=False),
    Column("holder", String(36), nullable=False),
    Column("outcome", String(100)),
    Column("status", Integer),
    Column("body", LargeBinary),
    PrimaryKeyConstraint("account_id", "key"),
)
Index("ix_idempotency_keys_claimed_at", idempotency_keys.c.claimed_at)
