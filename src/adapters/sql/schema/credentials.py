"""Tables of credentials: sessions, second factors, links sent by mail, invitations.

The passwords themselves are a column of ``accounts``. Secrets are here as SHA-256 digests only, except those
that authenticators share: a code cannot be computed from a digest.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)

from adapters.sql.schema.metadata import Id, JsonObject, Moment, metadata, uneven

_DIGEST = String(64)


def _of_account() -> ForeignKey:
    return ForeignKey("accounts.id", ondelete="CASCADE")


sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, _of_account(), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("digest", _DIGEST, nullable=False, unique=True),
    Column("label", String(300), nullable=False),
    Column("address", String(45), nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Column("scopes", JsonObject),
    Column("expires_at", Moment),
)
Index("ix_sessions_account_id_id", sessions.c.account_id, sessions.c.id)
uneven(sessions.c.account_id)

second_factors = Table(
    "second_factors",
    metadata,
    Column("account_id", Id, _of_account(), primary_key=True),
    Column("secret", Text, nullable=False),
    Column("confirmed_at", Moment),
    Column("last_step", BigInteger, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("account_id", Id, _of_account(), nullable=False),
    Column("digest", _DIGEST, nullable=False),
    PrimaryKeyConstraint("account_id", "digest"),
)

challenges = Table(
    "sign_in_challenges",
    metadata,
    Column("digest", _DIGEST, primary_key=True),
    Column("account_id", Id, _of_account(), nullable=False),
    Column("expires_at", Moment, nullable=False),
)
Index("ix_sign_in_challenges_account_id", challenges.c.account_id)

email_links = Table(
    "email_links",
    metadata,
    Column("digest", _DIGEST, primary_key=True),
    Column("account_id", Id, _of_account(), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("email", String(254), nullable=False),
    Column("expires_at", Moment, nullable=False),
)
Index("ix_email_links_account_id", email_links.c.account_id)

email_changes = Table(
    "email_changes",
    metadata,
    Column("account_id", Id, _of_account(), primary_key=True),
    Column("id", Id, nullable=False),
    Column("email", String(254), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("old_confirmed", Boolean, nullable=False, server_default=text("false")),
    Column("new_confirmed", Boolean, nullable=False, server_default=text("false")),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", _DIGEST, nullable=False, unique=True),
    Column("created_by", Id, _of_account(), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("uses", Integer, nullable=False),
    Column("uses_left", Integer, nullable=False),
    Column("expires_at", Moment),
    Column("note", String(200), nullable=False, server_default=""),
    CheckConstraint("uses_left >= 0", name="uses_left"),
)
Index("ix_invitations_created_by", invitations.c.created_by)
