"""Tables of the posts context: posts, their earlier texts, reactions, saves, views and home timelines.

A post with a ``feed_id`` is published and alive; drafts and deleted posts have none, so no list shows them.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from adapters.sql.schema.metadata import Id, Moment, metadata, uneven

REACTIONS = ("like", "love", "haha", "wow", "sad", "angry", "care")

posts = Table(
    "posts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("author_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("feed_id", Id),
    Column("status", String(16), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("edited_at", Moment),
    Column("revision", Integer, nullable=False, server_default="0"),
    *(Column(f"{kind}_count", Integer, nullable=False, server_default="0") for kind in REACTIONS),
    Column("dislike_count", Integer, nullable=False, server_default="0"),
    Column("view_count", Integer, nullable=False, server_default="0"),
    *(CheckConstraint(f"{kind}_count >= 0", name=f"{kind}_count") for kind in (*REACTIONS, "dislike")),
)
Index("ix_posts_author_id_feed_id", posts.c.author_id, posts.c.feed_id)
# Those of an author's posts that followers see, and those that anybody sees: without these, whoever asks for
# the posts of an author who writes for others has all of them looked at, for nothing.
_FOLLOWERS_SEE = (posts.c.audience == "public") | (posts.c.audience == "followers")
Index(
    "ix_posts_followers_author_id_feed_id",
    posts.c.author_id,
    posts.c.feed_id,
    postgresql_where=_FOLLOWERS_SEE,
    sqlite_where=_FOLLOWERS_SEE,
)
Index(
    "ix_posts_public_author_id_feed_id",
    posts.c.author_id,
    posts.c.feed_id,
    postgresql_where=posts.c.audience == "public",
    sqlite_where=posts.c.audience == "public",
)
Index(
    "ix_posts_public_feed_id",
    posts.c.feed_id,
    postgresql_where=(posts.c.audience == "public") & posts.c.feed_id.is_not(None),
    sqlite_where=(posts.c.audience == "public") & posts.c.feed_id.is_not(None),
)
uneven(posts.c.author_id)

post_versions = Table(
    "post_versions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("post_id", Id, ForeignKey("posts.id", ondelete="CASCADE"), nullable=False),
    Column("text", Text, nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("audience", String(16), nullable=False),
)
Index("ix_post_versions_post_id_id", post_versions.c.post_id, post_versions.c.id)
uneven(post_versions.c.post_id)

# A dislike is a row here too: the primary key makes it exclusive with a reaction.
reactions = Table(
    "reactions",
    metadata,
    Column("post_id", Id, ForeignKey("posts.id", ondelete="CASCADE"), nullable=False),
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("id", Id, nullable=False),
    Column("kind", String(8), nullable=False),
    PrimaryKeyConstraint("post_id", "account_id"),
)
Index("ix_reactions_account_id_id", reactions.c.account_id, reactions.c.id)
Index("ix_reactions_post_id_kind_id", reactions.c.post_id, reactions.c.kind, reactions.c.id)
Index(
    "ix_reactions_post_id_id",
    reactions.c.post_id,
    reactions.c.id,
    postgresql_where=reactions.c.kind != "dislike",
    sqlite_where=reactions.c.kind != "dislike",
)
uneven(reactions.c.post_id, reactions.c.account_id)

saves = Table(
    "saves",
    metadata,
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("post_id", Id, ForeignKey("posts.id", ondelete="CASCADE"), nullable=False),
    Column("id", Id, nullable=False),
    PrimaryKeyConstraint("account_id", "post_id"),
)
Index("ix_saves_account_id_id", saves.c.account_id, saves.c.id)
Index("ix_saves_post_id_account_id", saves.c.post_id, saves.c.account_id)
uneven(saves.c.account_id, saves.c.post_id)

post_views = Table(
    "post_views",
    metadata,
    Column("post_id", Id, ForeignKey("posts.id", ondelete="CASCADE"), nullable=False),
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("counted_at", Moment, nullable=False),
    PrimaryKeyConstraint("post_id", "account_id"),
)
Index("ix_post_views_account_id", post_views.c.account_id)
uneven(post_views.c.post_id, post_views.c.account_id)

timeline_entries = Table(
    "timeline_entries",
    metadata,
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("feed_id", Id, nullable=False),
    Column("post_id", Id, ForeignKey("posts.id", ondelete="CASCADE"), nullable=False),
    Column("source", String(16), nullable=False, server_default="follow"),
    PrimaryKeyConstraint("account_id", "feed_id"),
)
Index("ix_timeline_entries_post_id", timeline_entries.c.post_id)
uneven(timeline_entries.c.account_id, timeline_entries.c.post_id)

# A timeline is complete from ``floor`` on (from the beginning where it is NULL); what is older is read from
# the posts themselves. No row: nothing is written for this account, everything is read from the posts.
timelines = Table(
    "timelines",
    metadata,
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("state", String(8), nullable=False),
    Column("floor", Id),
)
