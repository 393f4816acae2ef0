"""The tables of accounts, posts, notifications and events."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.schema import metadata as types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_UNEVEN = {
    "follows": ("follower_id", "followee_id"),
    "follow_requests": ("follower_id", "followee_id"),
    "blocks": ("blocker_id", "blocked_id"),
    "mutes": ("muter_id", "muted_id"),
    "sessions": ("account_id",),
    "posts": ("author_id",),
    "post_versions": ("post_id",),
    "reactions": ("post_id", "account_id"),
    "saves": ("account_id", "post_id"),
    "post_views": ("post_id", "account_id"),
    "timeline_entries": ("account_id", "post_id"),
    "notifications": ("account_id", "post_id"),
    "notification_actors": ("account_id", "actor_id", "notification_id"),
}
"""What ``metadata.uneven`` says of these columns, in the words of this step."""


def upgrade() -> None:
    """Go one step on."""
    op.create_table(
        "accounts",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column(
            "handle",
            sa.String(length=30).with_variant(sa.String(length=30, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_verified_at", types.Moment(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("display_name", sa.String(length=100), nullable=False),
        sa.Column("bio", sa.String(length=500), server_default="", nullable=False),
        sa.Column("avatar_id", types.Id(), nullable=True),
        sa.Column("banner_id", types.Id(), nullable=True),
        sa.Column("website", sa.String(length=500), server_default="", nullable=False),
        sa.Column("links", types.JsonObject, server_default="[]", nullable=False),
        sa.Column("payout_address", sa.String(length=254), server_default="", nullable=False),
        sa.Column("locale", sa.String(length=35), server_default="en", nullable=False),
        sa.Column("time_zone", sa.String(length=64), server_default="UTC", nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("locked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("role", sa.String(length=16), server_default="member", nullable=False),
        sa.Column("state", sa.String(length=16), server_default="active", nullable=False),
        sa.Column("suspended_until", types.Moment(), nullable=True),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("posts_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("followers_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("following_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("pulling", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("pulled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("followers_count >= 0", name=op.f("ck_accounts_followers_count")),
        sa.CheckConstraint("following_count >= 0", name=op.f("ck_accounts_following_count")),
        sa.CheckConstraint("posts_count >= 0", name=op.f("ck_accounts_posts_count")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
        sa.UniqueConstraint("handle", name=op.f("uq_accounts_handle")),
    )
    op.create_index(
        "ix_accounts_followers_count",
        "accounts",
        [sa.literal_column("followers_count DESC"), "id"],
        unique=False,
    )
    op.create_index(
        "ix_accounts_role_handle",
        "accounts",
        ["role", "handle"],
        unique=False,
        postgresql_where=sa.text("role != 'member'"),
        sqlite_where=sa.text("role != 'member'"),
    )
    op.create_index("ix_accounts_role_id", "accounts", ["role", "id"], unique=False)
    op.create_index(
        "ix_accounts_state_handle",
        "accounts",
        ["state", "handle"],
        unique=False,
        postgresql_where=sa.text("state != 'active'"),
        sqlite_where=sa.text("state != 'active'"),
    )
    op.create_index(
        "ix_accounts_state_id",
        "accounts",
        ["state", "id"],
        unique=False,
        postgresql_where=sa.text("state != 'active'"),
        sqlite_where=sa.text("state != 'active'"),
    )
    op.create_table(
        "deliveries",
        sa.Column("event_id", types.Id(), nullable=False),
        sa.Column("subscriber", sa.String(length=100), nullable=False),
        sa.Column("handled_at", types.Moment(), nullable=False),
        sa.Column("reached", sa.String(length=100), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("event_id", "subscriber", name=op.f("pk_deliveries")),
    )
    op.create_index("ix_deliveries_handled_at", "deliveries", ["handled_at"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("claimed_at", types.Moment(), nullable=False),
        sa.Column("leased_until", types.Moment(), nullable=False),
        sa.Column("holder", sa.String(length=36), nullable=False),
        sa.Column("outcome", sa.String(length=100), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_claimed_at", "idempotency_keys", ["claimed_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("position", types.Position, autoincrement=True, nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("stream_key", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("payload", types.JsonObject, nullable=False),
        sa.Column("occurred_at", types.Moment(), nullable=False),
        sa.Column("available_at", types.Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_outbox")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_id")),
    )
    op.create_index("ix_outbox_available_at_position", "outbox", ["available_at", "position"], unique=False)
    op.create_index("ix_outbox_stream_key_position", "outbox", ["stream_key", "position"], unique=False)
    op.create_table(
        "parked_events",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("stream_key", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("payload", types.JsonObject, nullable=False),
        sa.Column("occurred_at", types.Moment(), nullable=False),
        sa.Column("parked_at", types.Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parked_events")),
    )
    op.create_table(
        "timers",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("payload", types.JsonObject, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_timers")),
    )
    op.create_index("ix_timers_at", "timers", ["at"], unique=False)
    op.create_table(
        "blocks",
        sa.Column("blocker_id", types.Id(), nullable=False),
        sa.Column("blocked_id", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blocked_id"], ["accounts.id"], name=op.f("fk_blocks_blocked_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["blocker_id"], ["accounts.id"], name=op.f("fk_blocks_blocker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id", name=op.f("pk_blocks")),
    )
    op.create_index("ix_blocks_blocked_id_blocker_id", "blocks", ["blocked_id", "blocker_id"], unique=False)
    op.create_index("ix_blocks_blocker_id_id", "blocks", ["blocker_id", "id"], unique=False)
    op.create_table(
        "client_event_heads",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("seq", types.Position, nullable=False),
        sa.Column("cleared", types.Position, server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_client_event_heads_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_client_event_heads")),
    )
    op.create_table(
        "client_events",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("seq", types.Position, nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("payload", types.JsonObject, nullable=False),
        sa.Column("occurred_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_client_events_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "seq", name=op.f("pk_client_events")),
    )
    op.create_index("ix_client_events_occurred_at", "client_events", ["occurred_at"], unique=False)
    op.create_table(
        "email_changes",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("expires_at", types.Moment(), nullable=False),
        sa.Column("old_confirmed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("new_confirmed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_email_changes_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_email_changes")),
    )
    op.create_table(
        "email_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("expires_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_email_links_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_email_links")),
    )
    op.create_index("ix_email_links_account_id", "email_links", ["account_id"], unique=False)
    op.create_table(
        "follow_requests",
        sa.Column("follower_id", types.Id(), nullable=False),
        sa.Column("followee_id", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("notify", sa.String(length=8), server_default="none", nullable=False),
        sa.Column("show_reposts", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.ForeignKeyConstraint(
            ["followee_id"], ["accounts.id"], name=op.f("fk_follow_requests_followee_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["accounts.id"], name=op.f("fk_follow_requests_follower_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("follower_id", "followee_id", name=op.f("pk_follow_requests")),
    )
    op.create_index(
        "ix_follow_requests_followee_id_id", "follow_requests", ["followee_id", "id"], unique=False
    )
    op.create_table(
        "follows",
        sa.Column("follower_id", types.Id(), nullable=False),
        sa.Column("followee_id", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("notify", sa.String(length=8), server_default="none", nullable=False),
        sa.Column("show_reposts", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("pulled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("follower_id <> followee_id", name=op.f("ck_follows_not_oneself")),
        sa.ForeignKeyConstraint(
            ["followee_id"], ["accounts.id"], name=op.f("fk_follows_followee_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["accounts.id"], name=op.f("fk_follows_follower_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("follower_id", "followee_id", name=op.f("pk_follows")),
    )
    op.create_index(
        "ix_follows_followee_id_follower_id", "follows", ["followee_id", "follower_id"], unique=False
    )
    op.create_index("ix_follows_followee_id_id", "follows", ["followee_id", "id"], unique=False)
    op.create_index("ix_follows_follower_id_id", "follows", ["follower_id", "id"], unique=False)
    op.create_index(
        "ix_follows_pulled",
        "follows",
        ["follower_id", "followee_id"],
        unique=False,
        postgresql_where=sa.text("pulled"),
        sqlite_where=sa.text("pulled = 1"),
    )
    op.create_table(
        "invitations",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_by", types.Id(), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.Column("expires_at", types.Moment(), nullable=True),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("uses_left >= 0", name=op.f("ck_invitations_uses_left")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["accounts.id"], name=op.f("fk_invitations_created_by"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitations_digest")),
    )
    op.create_index("ix_invitations_created_by", "invitations", ["created_by"], unique=False)
    op.create_table(
        "mutes",
        sa.Column("muter_id", types.Id(), nullable=False),
        sa.Column("muted_id", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("until", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["muted_id"], ["accounts.id"], name=op.f("fk_mutes_muted_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["muter_id"], ["accounts.id"], name=op.f("fk_mutes_muter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("muter_id", "muted_id", name=op.f("pk_mutes")),
    )
    op.create_index("ix_mutes_muted_id_muter_id", "mutes", ["muted_id", "muter_id"], unique=False)
    op.create_index("ix_mutes_muter_id_id", "mutes", ["muter_id", "id"], unique=False)
    op.create_table(
        "notification_inboxes",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_notification_inboxes_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notification_inboxes")),
    )
    op.create_table(
        "notifications",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("order_id", types.Id(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("group", sa.String(length=16), nullable=False),
        sa.Column("subject_type", sa.String(length=16), nullable=False),
        sa.Column("subject_id", types.Id(), nullable=False),
        sa.Column("post_id", types.Id(), nullable=True),
        sa.Column("actor_count", sa.Integer(), nullable=False),
        sa.Column("read", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.CheckConstraint("actor_count > 0", name=op.f("ck_notifications_actor_count")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_notifications_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    op.create_index(
        "ix_notifications_account_id_group_order_id",
        "notifications",
        ["account_id", "group", "order_id"],
        unique=False,
    )
    op.create_index(
        "ix_notifications_account_id_kind_order_id",
        "notifications",
        ["account_id", "kind", "order_id"],
        unique=False,
    )
    op.create_index(
        "ix_notifications_account_id_order_id", "notifications", ["account_id", "order_id"], unique=False
    )
    op.create_index(
        "ix_notifications_post_id",
        "notifications",
        ["post_id"],
        unique=False,
        postgresql_where=sa.text("post_id IS NOT NULL"),
        sqlite_where=sa.text("post_id IS NOT NULL"),
    )
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["account_id", "order_id"],
        unique=False,
        postgresql_where=sa.text("read IS false"),
        sqlite_where=sa.text("read IS 0"),
    )
    op.create_index(
        "uq_notifications_growing",
        "notifications",
        ["account_id", "kind", "subject_id"],
        unique=True,
        postgresql_where=sa.text("read IS false"),
        sqlite_where=sa.text("read IS 0"),
    )
    op.create_table(
        "posts",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("author_id", types.Id(), nullable=False),
        sa.Column("feed_id", types.Id(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("edited_at", types.Moment(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("like_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("love_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("haha_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("wow_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sad_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("angry_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("care_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("dislike_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("view_count", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("angry_count >= 0", name=op.f("ck_posts_angry_count")),
        sa.CheckConstraint("care_count >= 0", name=op.f("ck_posts_care_count")),
        sa.CheckConstraint("dislike_count >= 0", name=op.f("ck_posts_dislike_count")),
        sa.CheckConstraint("haha_count >= 0", name=op.f("ck_posts_haha_count")),
        sa.CheckConstraint("like_count >= 0", name=op.f("ck_posts_like_count")),
        sa.CheckConstraint("love_count >= 0", name=op.f("ck_posts_love_count")),
        sa.CheckConstraint("sad_count >= 0", name=op.f("ck_posts_sad_count")),
        sa.CheckConstraint("wow_count >= 0", name=op.f("ck_posts_wow_count")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["accounts.id"], name=op.f("fk_posts_author_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    op.create_index("ix_posts_author_id_feed_id", "posts", ["author_id", "feed_id"], unique=False)
    op.create_index(
        "ix_posts_followers_author_id_feed_id",
        "posts",
        ["author_id", "feed_id"],
        unique=False,
        postgresql_where=sa.text("audience = 'public' OR audience = 'followers'"),
        sqlite_where=sa.text("audience = 'public' OR audience = 'followers'"),
    )
    op.create_index(
        "ix_posts_public_author_id_feed_id",
        "posts",
        ["author_id", "feed_id"],
        unique=False,
        postgresql_where=sa.text("audience = 'public'"),
        sqlite_where=sa.text("audience = 'public'"),
    )
    op.create_index(
        "ix_posts_public_feed_id",
        "posts",
        ["feed_id"],
        unique=False,
        postgresql_where=sa.text("audience = 'public' AND feed_id IS NOT NULL"),
        sqlite_where=sa.text("audience = 'public' AND feed_id IS NOT NULL"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_recovery_codes_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "digest", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "second_factors",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("confirmed_at", types.Moment(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_second_factors_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=45), server_default="", nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("last_used_at", types.Moment(), nullable=True),
        sa.Column("scopes", types.JsonObject, nullable=True),
        sa.Column("expires_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("digest", name=op.f("uq_sessions_digest")),
    )
    op.create_index("ix_sessions_account_id_id", "sessions", ["account_id", "id"], unique=False)
    op.create_table(
        "sign_in_challenges",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("expires_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sign_in_challenges_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_in_challenges")),
    )
    op.create_index("ix_sign_in_challenges_account_id", "sign_in_challenges", ["account_id"], unique=False)
    op.create_table(
        "timelines",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("floor", types.Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_timelines_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_timelines")),
    )
    op.create_table(
        "notification_actors",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("actor_id", types.Id(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", types.Id(), nullable=False),
        sa.Column("notification_id", types.Id(), nullable=False),
        sa.Column("order_id", types.Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["accounts.id"], name=op.f("fk_notification_actors_actor_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notifications.id"],
            name=op.f("fk_notification_actors_notification_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "actor_id", "kind", "subject_id", name=op.f("pk_notification_actors")
        ),
    )
    op.create_index("ix_notification_actors_actor_id", "notification_actors", ["actor_id"], unique=False)
    op.create_index(
        "ix_notification_actors_notification_id_order_id",
        "notification_actors",
        ["notification_id", "order_id"],
        unique=False,
    )
    op.create_table(
        "post_versions",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("post_id", types.Id(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", types.Moment(), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_post_versions_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_versions")),
    )
    op.create_index("ix_post_versions_post_id_id", "post_versions", ["post_id", "id"], unique=False)
    op.create_table(
        "post_views",
        sa.Column("post_id", types.Id(), nullable=False),
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("counted_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_post_views_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_post_views_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "account_id", name=op.f("pk_post_views")),
    )
    op.create_index("ix_post_views_account_id", "post_views", ["account_id"], unique=False)
    op.create_table(
        "reactions",
        sa.Column("post_id", types.Id(), nullable=False),
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_reactions_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_reactions_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "account_id", name=op.f("pk_reactions")),
    )
    op.create_index("ix_reactions_account_id_id", "reactions", ["account_id", "id"], unique=False)
    op.create_index(
        "ix_reactions_post_id_id",
        "reactions",
        ["post_id", "id"],
        unique=False,
        postgresql_where=sa.text("kind != 'dislike'"),
        sqlite_where=sa.text("kind != 'dislike'"),
    )
    op.create_index("ix_reactions_post_id_kind_id", "reactions", ["post_id", "kind", "id"], unique=False)
    op.create_table(
        "saves",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("post_id", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_saves_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_saves_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "post_id", name=op.f("pk_saves")),
    )
    op.create_index("ix_saves_account_id_id", "saves", ["account_id", "id"], unique=False)
    op.create_index("ix_saves_post_id_account_id", "saves", ["post_id", "account_id"], unique=False)
    op.create_table(
        "timeline_entries",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("feed_id", types.Id(), nullable=False),
        sa.Column("post_id", types.Id(), nullable=False),
        sa.Column("source", sa.String(length=16), server_default="follow", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_timeline_entries_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_timeline_entries_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "feed_id", name=op.f("pk_timeline_entries")),
    )
    op.create_index("ix_timeline_entries_post_id", "timeline_entries", ["post_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in _UNEVEN.items():
            for column in columns:
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET (n_distinct = 200)")


def downgrade() -> None:
    """Go one step back."""
    op.drop_index("ix_timeline_entries_post_id", table_name="timeline_entries")
    op.drop_table("timeline_entries")
    op.drop_index("ix_saves_post_id_account_id", table_name="saves")
    op.drop_index("ix_saves_account_id_id", table_name="saves")
    op.drop_table("saves")
    op.drop_index("ix_reactions_post_id_kind_id", table_name="reactions")
    op.drop_index(
        "ix_reactions_post_id_id",
        table_name="reactions",
        postgresql_where=sa.text("kind != 'dislike'"),
        sqlite_where=sa.text("kind != 'dislike'"),
    )
    op.drop_index("ix_reactions_account_id_id", table_name="reactions")
    op.drop_table("reactions")
    op.drop_index("ix_post_views_account_id", table_name="post_views")
    op.drop_table("post_views")
    op.drop_index("ix_post_versions_post_id_id", table_name="post_versions")
    op.drop_table("post_versions")
    op.drop_index("ix_notification_actors_notification_id_order_id", table_name="notification_actors")
    op.drop_index("ix_notification_actors_actor_id", table_name="notification_actors")
    op.drop_table("notification_actors")
    op.drop_table("timelines")
    op.drop_index("ix_sign_in_challenges_account_id", table_name="sign_in_challenges")
    op.drop_table("sign_in_challenges")
    op.drop_index("ix_sessions_account_id_id", table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("second_factors")
    op.drop_table("recovery_codes")
    op.drop_index(
        "ix_posts_public_feed_id",
        table_name="posts",
        postgresql_where=sa.text("audience = 'public' AND feed_id IS NOT NULL"),
        sqlite_where=sa.text("audience = 'public' AND feed_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_posts_public_author_id_feed_id",
        table_name="posts",
        postgresql_where=sa.text("audience = 'public'"),
        sqlite_where=sa.text("audience = 'public'"),
    )
    op.drop_index(
        "ix_posts_followers_author_id_feed_id",
        table_name="posts",
        postgresql_where=sa.text("audience = 'public' OR audience = 'followers'"),
        sqlite_where=sa.text("audience = 'public' OR audience = 'followers'"),
    )
    op.drop_index("ix_posts_author_id_feed_id", table_name="posts")
    op.drop_table("posts")
    op.drop_index(
        "uq_notifications_growing",
        table_name="notifications",
        postgresql_where=sa.text("read IS false"),
        sqlite_where=sa.text("read IS 0"),
    )
    op.drop_index(
        "ix_notifications_unread",
        table_name="notifications",
        postgresql_where=sa.text("read IS false"),
        sqlite_where=sa.text("read IS 0"),
    )
    op.drop_index(
        "ix_notifications_post_id",
        table_name="notifications",
        postgresql_where=sa.text("post_id IS NOT NULL"),
        sqlite_where=sa.text("post_id IS NOT NULL"),
    )
    op.drop_index("ix_notifications_account_id_order_id", table_name="notifications")
    op.drop_index("ix_notifications_account_id_kind_order_id", table_name="notifications")
    op.drop_index("ix_notifications_account_id_group_order_id", table_name="notifications")
    op.drop_table("notifications")
    op.drop_table("notification_inboxes")
    op.drop_index("ix_mutes_muter_id_id", table_name="mutes")
    op.drop_index("ix_mutes_muted_id_muter_id", table_name="mutes")
    op.drop_table("mutes")
    op.drop_index("ix_invitations_created_by", table_name="invitations")
    op.drop_table("invitations")
    op.drop_index(
        "ix_follows_pulled",
        table_name="follows",
        postgresql_where=sa.text("pulled"),
        sqlite_where=sa.text("pulled = 1"),
    )
    op.drop_index("ix_follows_follower_id_id", table_name="follows")
    op.drop_index("ix_follows_followee_id_id", table_name="follows")
    op.drop_index("ix_follows_followee_id_follower_id", table_name="follows")
    op.drop_table("follows")
    op.drop_index("ix_follow_requests_followee_id_id", table_name="follow_requests")
    op.drop_table("follow_requests")
    op.drop_index("ix_email_links_account_id", table_name="email_links")
    op.drop_table("email_links")
    op.drop_table("email_changes")
    op.drop_index("ix_client_events_occurred_at", table_name="client_events")
    op.drop_table("client_events")
    op.drop_table("client_event_heads")
    op.drop_index("ix_blocks_blocker_id_id", table_name="blocks")
    op.drop_index("ix_blocks_blocked_id_blocker_id", table_name="blocks")
    op.drop_table("blocks")
    op.drop_index("ix_timers_at", table_name="timers")
    op.drop_table("timers")
    op.drop_table("parked_events")
    op.drop_index("ix_outbox_stream_key_position", table_name="outbox")
    op.drop_index("ix_outbox_available_at_position", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index("ix_idempotency_keys_claimed_at", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index("ix_deliveries_handled_at", table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_index(
        "ix_accounts_state_id",
        table_name="accounts",
        postgresql_where=sa.text("state != 'active'"),
        sqlite_where=sa.text("state != 'active'"),
    )
    op.drop_index(
        "ix_accounts_state_handle",
        table_name="accounts",
        postgresql_where=sa.text("state != 'active'"),
        sqlite_where=sa.text("state != 'active'"),
    )
    op.drop_index("ix_accounts_role_id", table_name="accounts")
    op.drop_index(
        "ix_accounts_role_handle",
        table_name="accounts",
        postgresql_where=sa.text("role != 'member'"),
        sqlite_where=sa.text("role != 'member'"),
    )
    op.drop_index("ix_accounts_followers_count", table_name="accounts")
    op.drop_table("accounts")
