"""The visibility policy as SQL; a property test proves it equal to ``shared/visibility.py``.

Expects ``posts`` and ``accounts`` (the author) in the FROM clause and a bind parameter ``viewer``, which is
``NOBODY`` where nobody is signed in.
"""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, or_, select

from adapters.sql.dialect import constant, one_of
from adapters.sql.plans import found
from adapters.sql.schema.accounts import accounts, blocks, follows, mutes
from adapters.sql.schema.metadata import Id
from adapters.sql.schema.posts import posts

NOBODY = "00000000-0000-0000-0000-000000000000"
"""The viewer of a public read; no account has this id."""

viewer = bindparam("viewer", type_=Id())


def alive(account: FromClause = accounts) -> ColumnElement[bool]:
    """Whether the author's account (or another one in the FROM clause) is one that shows itself at all.

    In words that no index answers: nearly all accounts are, and without statistics PostgreSQL takes what an
    index finds for a handful.
    """
    return and_(*(account.c.state != constant(gone) for gone in ("pending", "suspended", "deleted")))


def following() -> ColumnElement[bool]:
    """Whether the viewer follows the author."""
    return found(
        select(follows).where(follows.c.follower_id == viewer, follows.c.followee_id == accounts.c.id)
    )


def blocked() -> ColumnElement[bool]:
    """Whether one of the two blocks the other."""
    one = and_(blocks.c.blocker_id == viewer, blocks.c.blocked_id == accounts.c.id)
    other = and_(blocks.c.blocker_id == accounts.c.id, blocks.c.blocked_id == viewer)
    return or_(found(select(blocks).where(one)), found(select(blocks).where(other)))


def muted() -> ColumnElement[bool]:
    """Whether the viewer has muted the author for now (``now`` is a bind parameter)."""
    still = or_(mutes.c.until.is_(None), mutes.c.until > bindparam("now", type_=mutes.c.until.type))
    return found(select(mutes).where(mutes.c.muter_id == viewer, mutes.c.muted_id == accounts.c.id, still))


def visible() -> ColumnElement[bool]:
    """Whether the viewer gets to see the post in full."""
    others = and_(reaches(posts.c.audience), ~blocked())
    return and_(posts.c.feed_id.is_not(None), alive(), or_(accounts.c.id == viewer, others))


def reaches(audience: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether what the author published for ``audience`` is for this viewer, blocks apart."""
    open_author = and_(accounts.c.state == constant("active"), accounts.c.locked.is_(False))
    return or_(
        and_(audience == constant("public"), open_author),
        and_(one_of(audience, "public", "followers"), following()),
    )
