"""Tables of the accounts context: profiles and the graph between them.

Credentials (sessions, tokens, second factors) have a module of their own.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from adapters.sql.schema.metadata import Id, JsonObject, Moment, metadata, uneven

# By bytes on both databases, so that the index serves "begins with" too.
Handle = String(30).with_variant(String(30, collation="C"), "postgresql")

accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("handle", Handle, nullable=False, unique=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("email_verified_at", Moment),
    Column("password_hash", Text, nullable=False),
    Column("display_name", String(100), nullable=False),
    Column("bio", String(500), nullable=False, server_default=""),
    Column("avatar_id", Id),
    Column("banner_id", Id),
    Column("website", String(500), nullable=False, server_default=""),
    Column("links", JsonObject, nullable=False, server_default="[]"),
    Column("payout_address", String(254), nullable=False, server_default=""),
    Column("locale", String(35), nullable=False, server_default="en"),
    Column("time_zone", String(64), nullable=False, server_default="UTC"),
    Column("birth_date", Date),
    Column("locked", Boolean, nullable=False, server_default=text("false")),
    Column("role", String(16), nullable=False, server_default="member"),
    Column("state", String(16), nullable=False, server_default="active"),
    Column("suspended_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("posts_count", Integer, nullable=False, server_default="0"),
    Column("followers_count", Integer, nullable=False, server_default="0"),
    Column("following_count", Integer, nullable=False, server_default="0"),
    # An author with very many followers is not written to their timelines but pulled when they are read.
    # ``pulling`` goes on first (follows made from then on are marked), ``pulled`` when all are marked.
    Column("pulling", Boolean, nullable=False, server_default=text("false")),
    Column("pulled", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("posts_count >= 0", name="posts_count"),
    CheckConstraint("followers_count >= 0", name="followers_count"),
    CheckConstraint("following_count >= 0", name="following_count"),
)
Index("ix_accounts_role_id", accounts.c.role, accounts.c.id)
# For the few that are not as nearly all are. An index of all states would have the planner, where it has no
# statistics yet, look for the active among all accounts.
_NOT_ACTIVE, _NOT_MEMBER = accounts.c.state != "active", accounts.c.role != "member"
Index(
    "ix_accounts_state_id",
    accounts.c.state,
    accounts.c.id,
    postgresql_where=_NOT_ACTIVE,
    sqlite_where=_NOT_ACTIVE,
)
Index(
    "ix_accounts_state_handle",
    accounts.c.state,
    accounts.c.handle,
    postgresql_where=_NOT_ACTIVE,
    sqlite_where=_NOT_ACTIVE,
)
Index(
    "ix_accounts_role_handle",
    accounts.c.role,
    accounts.c.handle,
    postgresql_where=_NOT_MEMBER,
    sqlite_where=_NOT_MEMBER,
)
Index("ix_accounts_followers_count", accounts.c.followers_count.desc(), accounts.c.id)

follows = Table(
    "follows",
    metadata,
    Column("follower_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("followee_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("id", Id, nullable=False),
    Column("notify", String(8), nullable=False, server_default="none"),
    Column("show_reposts", Boolean, nullable=False, server_default=text("true")),
    Column("pulled", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("follower_id <> followee_id", name="not_oneself"),
)
Index("ix_follows_followee_id_id", follows.c.followee_id, follows.c.id)
Index("ix_follows_follower_id_id", follows.c.follower_id, follows.c.id)
Index("ix_follows_followee_id_follower_id", follows.c.followee_id, follows.c.follower_id)
Index(
    "ix_follows_pulled",
    follows.c.follower_id,
    follows.c.followee_id,
    postgresql_where=follows.c.pulled,
    sqlite_where=follows.c.pulled == text("1"),
)
uneven(follows.c.follower_id, follows.c.followee_id)

follow_requests = Table(
    "follow_requests",
    metadata,
    Column("follower_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("followee_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("id", Id, nullable=False),
    Column("notify", String(8), nullable=False, server_default="none"),
    Column("show_reposts", Boolean, nullable=False, server_default=text("true")),
)
Index("ix_follow_requests_followee_id_id", follow_requests.c.followee_id, follow_requests.c.id)
uneven(follow_requests.c.follower_id, follow_requests.c.followee_id)

blocks = Table(
    "blocks",
    metadata,
    Column("blocker_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("blocked_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("id", Id, nullable=False),
)
Index("ix_blocks_blocker_id_id", blocks.c.blocker_id, blocks.c.id)
Index("ix_blocks_blocked_id_blocker_id", blocks.c.blocked_id, blocks.c.blocker_id)
uneven(blocks.c.blocker_id, blocks.c.blocked_id)

mutes = Table(
    "mutes",
    metadata,
    Column("muter_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("muted_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("id", Id, nullable=False),
    Column("until", Moment),
)
Index("ix_mutes_muter_id_id", mutes.c.muter_id, mutes.c.id)
Index("ix_mutes_muted_id_muter_id", mutes.c.muted_id, mutes.c.muter_id)
uneven(mutes.c.muter_id, mutes.c.muted_id)
