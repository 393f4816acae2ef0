"""Where the rows of the home feed come from: each source gives (feed_id, post_id), newest first.

A source reads only as many rows as a page takes (times the followed authors, where it must pull), never a
table. Whoever follows is not blocked, so following, the author's state and the audience decide; the property
test of the visibility policy covers these sources too.
"""

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    lateral,
    literal,
    literal_column,
    or_,
    select,
    true,
    union,
)

from adapters.sql.accounts.standing import FIRST_ID
from adapters.sql.dialect import constant, one_of
from adapters.sql.plans import COUNT, along, walk
from adapters.sql.schema.accounts import accounts, follows
from adapters.sql.schema.metadata import Id
from adapters.sql.schema.posts import posts, timeline_entries, timelines
from adapters.sql.visibility import alive, following, muted, viewer

LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
"""Above every id: where a feed that is read from its beginning continues before."""

_BEFORE = bindparam("before", type_=Id())
_AFTER = bindparam("after", type_=Id())
FOLLOWERS_SEE = one_of(posts.c.audience, "public", "followers")
"""Whether a post is for those who follow its author."""


def _page(statement: Select[Any], key: ColumnElement[Any], newer: bool) -> Select[Any]:
    """Bound a source by the page's key and size, in reading direction."""
    if newer:
        return statement.where(key > _AFTER).order_by(key).limit(COUNT)
    return statement.where(key < _BEFORE).order_by(key.desc()).limit(COUNT)


def own(newer: bool = False, hidden_too: bool = False) -> Select[Any]:
    """The viewer's own posts."""
    rows = walk(posts, (accounts, accounts.c.id == posts.c.author_id))
    mine = select(posts.c.feed_id, posts.c.id.label("post_id")).select_from(rows)
    mine = mine.where(posts.c.author_id == viewer)
    return _page(mine if hidden_too else mine.where(alive()), posts.c.feed_id, newer)


def written(newer: bool = False) -> Select[Any]:
    """What was written to the viewer's timeline, where it is still right to show it."""
    rows = walk(
        timeline_entries,
        (posts, posts.c.id == timeline_entries.c.post_id),
        (accounts, accounts.c.id == posts.c.author_id),
    )
    shown = and_(FOLLOWERS_SEE, following(), ~muted())
    entries = (
        select(timeline_entries.c.feed_id, timeline_entries.c.post_id)
        .select_from(rows)
        .where(
            timeline_entries.c.account_id == viewer,
            posts.c.feed_id.is_not(None),
            alive(),
            or_(posts.c.author_id == viewer, shown),
        )
    )
    return _page(entries, timeline_entries.c.feed_id, newer)


def followed(
    dialect: str, *, newer: bool = False, pulled_beside: CTE | None = None, hidden_too: bool = False
) -> Select[Any]:
    """The newest of each followed author, merged; beside what was written, only of those who are pulled."""
    each = select(posts.c.feed_id, posts.c.id.label("post_id")).where(
        posts.c.author_id == follows.c.followee_id
    )
    who = follows.c.follower_id == viewer
    if not hidden_too:
        each = along(each.where(FOLLOWERS_SEE), posts, "ix_posts_followers_author_id_feed_id")
        who = and_(who, alive(), ~muted())
    if pulled_beside is not None:
        each = each.where(_not_beyond(pulled_beside, newer))
        who = and_(who, follows.c.pulled)
    merge = _merge_lateral if dialect == "postgresql" else _merge_correlated
    merged = merge(_page(each, posts.c.feed_id, newer)).where(who)
    if pulled_beside is not None:
        merged = along(merged, follows, "ix_follows_pulled")
    key = merged.selected_columns[0]
    return merged.order_by(key.asc() if newer else key.desc()).limit(COUNT)


def _not_beyond(page: CTE, newer: bool) -> ColumnElement[bool]:
    """Whether a post can be on the page: where that is full already, only if it is nearer than its last."""
    key = page.c.feed_id
    last = (
        select(key)
        .order_by(key.asc() if newer else key.desc())
        .offset(COUNT - literal_column("1"))
        .limit(literal_column("1"))
        .scalar_subquery()
    )
    if newer:
        return posts.c.feed_id <= func.coalesce(last, literal(LAST_ID, Id()))
    return posts.c.feed_id >= func.coalesce(last, literal(FIRST_ID, Id()))


_FOLLOWED = (accounts, accounts.c.id == follows.c.followee_id)


def _merge_lateral(newest: Select[Any]) -> Select[Any]:
    each = lateral(newest.correlate(follows))
    return select(each.c.feed_id, each.c.post_id).select_from(walk(follows, _FOLLOWED, (each, true())))


def _merge_correlated(newest: Select[Any]) -> Select[Any]:
    # SQLite has no LATERAL; it evaluates a correlated list per follow and looks the rows up by key.
    each = posts.alias()
    ids = newest.with_only_columns(posts.c.id).correlate(follows)
    merged = walk(follows, _FOLLOWED, (each, each.c.id.in_(ids)))
    return select(each.c.feed_id, each.c.id.label("post_id")).select_from(merged)


def _floor() -> ColumnElement[Any]:
    """From where on the written timeline is complete; above every id where there is none."""
    built = (
        select(func.coalesce(timelines.c.floor, literal(FIRST_ID, Id())))
        .where(timelines.c.account_id == viewer, timelines.c.state == constant("built"))
        .scalar_subquery()
    )
    return func.coalesce(built, literal(LAST_ID, Id()))


def home(dialect: str, *, built: bool, newer: bool = False, hidden_too: bool = False) -> Select[Any]:
    """The whole home feed: from the written timeline above its floor, or from the posts themselves.

    With ``hidden_too`` also what is not shown at present (muted, suspended, for the author alone): a timeline
    that is built while it is hidden has to have it when it is shown again.
    """
    if not built:
        others = followed(dialect, newer=newer, hidden_too=hidden_too)
        merged = union(select(others.subquery()), select(own(newer, hidden_too).subquery())).subquery()
        return _page(select(merged), merged.c.feed_id, newer)
    mine = written(newer).cte("written")
    others = followed(dialect, newer=newer, pulled_beside=mine)
    # UNION, not UNION ALL: while an author passes from written to pulled, a post can be in both.
    merged = union(select(others.subquery()), select(mine)).subquery()
    return _page(select(merged).where(merged.c.feed_id >= _floor()), merged.c.feed_id, newer)
