"""The columns of an account as its viewer sees it, and the view that they make."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, literal, or_, select

from adapters.sql.dialect import constant
from adapters.sql.plans import found, walk
from adapters.sql.schema.accounts import accounts, blocks, follow_requests, follows
from adapters.sql.schema.metadata import Id
from adapters.sql.visibility import NOBODY, alive, muted, viewer
from platform_core.accounts.model.profile import AccountCounts, AccountView, AccountViewer, Link
from platform_core.shared.pagination import Keyed

MOST_MUTUAL = 100
_LATEST = 500
"""Of so many of the viewer's latest follows it is looked who follows the account too."""

mine = follows.alias("mine")
asked = follow_requests.alias("asked")
_theirs = follows.alias("theirs")

COUNTS = (accounts.c.posts_count, accounts.c.followers_count, accounts.c.following_count)
_PROFILE = (
    accounts.c.id,
    accounts.c.handle,
    accounts.c.display_name,
    accounts.c.bio,
    accounts.c.website,
    accounts.c.links,
    accounts.c.locked,
    accounts.c.role,
    accounts.c.created_at,
    accounts.c.revision,
)
_END_OF_PROFILE = 1 + len(_PROFILE)
_END_OF_COUNTS = _END_OF_PROFILE + len(COUNTS)


def blocking() -> ColumnElement[bool]:
    """Whether the viewer blocks the account."""
    return found(select(blocks).where(blocks.c.blocker_id == viewer, blocks.c.blocked_id == accounts.c.id))


def blocked_by() -> ColumnElement[bool]:
    """Whether the account blocks the viewer."""
    return found(select(blocks).where(blocks.c.blocker_id == accounts.c.id, blocks.c.blocked_id == viewer))


def _following_back() -> ColumnElement[bool]:
    """Whether the account follows the viewer."""
    return found(
        select(_theirs).where(_theirs.c.follower_id == accounts.c.id, _theirs.c.followee_id == viewer)
    )


def seen() -> ColumnElement[bool]:
    """Whether the viewer may know of the account; see ``AccountReader``."""
    signed_in = viewer != literal(NOBODY, Id())
    return and_(alive(), or_(accounts.c.state == constant("active"), signed_in), ~blocked_by())


STANDING = (
    mine.c.notify.label("follow_notify"),
    mine.c.show_reposts.label("follow_reposts"),
    asked.c.notify.label("request_notify"),
    asked.c.show_reposts.label("request_reposts"),
    _following_back().label("theirs"),
    blocking().label("blocking"),
    muted().label("muting"),
)
"""How the viewer stands to the account; needs the joins of ``with_standing`` and ``now``."""


def with_standing(start: FromClause) -> FromClause:
    """Join the viewer's own follow and request to accounts that are in ``start`` already."""
    follow = and_(mine.c.follower_id == viewer, mine.c.followee_id == accounts.c.id)
    request = and_(asked.c.follower_id == viewer, asked.c.followee_id == accounts.c.id)
    return start.outerjoin(mine, follow).outerjoin(asked, request)


def account_views(key: ColumnElement[Any] = accounts.c.id, start: FromClause = accounts) -> Select[Any]:
    """Select everything that a view needs, the list's key first, of the accounts in ``start``."""
    return select(key.label("key"), *_PROFILE, *COUNTS, *STANDING).select_from(with_standing(start))


def mutual_followers() -> ColumnElement[int]:
    """The number of accounts among the viewer's latest follows that follow the account too."""
    own = follows.alias("own")
    latest = (
        select(own.c.followee_id)
        .where(own.c.follower_id == viewer)
        .order_by(own.c.id.desc())
        .limit(_LATEST)
        .subquery("latest")
    )
    too = follows.alias("too")
    both = and_(too.c.follower_id == latest.c.followee_id, too.c.followee_id == accounts.c.id)
    return select(func.count()).select_from(walk(latest, (too, both))).correlate(accounts).scalar_subquery()


def links_from(stored: Sequence[Sequence[str]]) -> tuple[Link, ...]:
    """Build the links of a profile from the pairs in which they are stored."""
    return tuple(Link(label, url) for label, url in stored)


def viewer_from(standing: Sequence[Any], mutual: int | None = None) -> AccountViewer:
    """Build the viewer's own state from the columns of ``STANDING``."""
    notify, reposts, request_notify, request_reposts, theirs, blocks_it, mutes_it = standing
    return AccountViewer(
        following=notify is not None,
        requested=request_notify is not None,
        followed_by=theirs,
        blocking=blocks_it,
        muting=mutes_it,
        notify=notify or request_notify,
        show_reposts=request_reposts if notify is None else reposts,
        mutual_followers=None if mutual is None else min(mutual, MOST_MUTUAL),
    )


def view_from(row: Sequence[Any], mutual: int | None = None) -> AccountView:
    """Build the view from a row of ``account_views``; whom the viewer blocks gets a reduced one."""
    id_, handle, name, bio, website, links, locked, role, created, revision = row[1:_END_OF_PROFILE]
    standing = row[_END_OF_COUNTS : _END_OF_COUNTS + len(STANDING)]
    view = AccountView(
        id=id_,
        handle=handle,
        display_name=name,
        bio=bio,
        website=website,
        links=links_from(links),
        locked=locked,
        role=None if role == "member" else role,
        created_at=created,
        counts=AccountCounts(*row[_END_OF_PROFILE:_END_OF_COUNTS]),
        viewer=viewer_from(standing, mutual),
        revision=revision,
    )
    return view.reduced() if view.viewer.blocking else view


def keyed(row: Sequence[Any]) -> Keyed[AccountView]:
    """Build the view with the key that orders it."""
    return Keyed(row[0], view_from(row))
