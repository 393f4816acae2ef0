"""Reckons whom one might follow, from a bounded number of rows whatever the number of accounts.

Candidates are those whom the viewer's 50 latest follows have followed latest, 50 of each, weighed by how many
of them do; and the most followed accounts of all, which weigh nothing and so only fill up the end.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    exists,
    func,
    lateral,
    literal_column,
    select,
    true,
    union_all,
)

from adapters.sql.accounts.profile_columns import account_views, asked, mine
from adapters.sql.dialect import constant
from adapters.sql.plans import COUNT, walk
from adapters.sql.schema.accounts import accounts, follows
from adapters.sql.visibility import alive, blocked, muted, viewer

_LATEST = 50
_NEAR = 300
_POPULAR = 200

_own = follows.alias("own")
_latest = (
    select(_own.c.followee_id)
    .where(_own.c.follower_id == viewer)
    .order_by(_own.c.id.desc())
    .limit(_LATEST)
    .subquery("latest")
)
_between = accounts.alias("between")
_theirs = follows.alias("theirs")
_BETWEEN = (
    _between,
    and_(_between.c.id == _latest.c.followee_id, alive(_between)),
)


def _newest(column: ColumnElement[Any]) -> Select[Any]:
    """The latest follows of one of those whom the viewer follows."""
    return (
        select(column)
        .where(_theirs.c.follower_id == _latest.c.followee_id)
        .order_by(_theirs.c.id.desc())
        .limit(_LATEST)
        .correlate(_latest)
    )


def _each(dialect: str) -> tuple[FromClause, ColumnElement[Any]]:
    """Join everybody's latest follows; return the column with whom they follow, too."""
    if dialect == "postgresql":
        each = lateral(_newest(_theirs.c.followee_id), "each")
        return walk(_latest, _BETWEEN, (each, true())), each.c.followee_id
    # SQLite has no LATERAL; it evaluates a correlated list per follow and looks the rows up by key.
    row = follows.alias("each")
    found = and_(row.c.follower_id == _latest.c.followee_id, row.c.id.in_(_newest(_theirs.c.id)))
    return walk(_latest, _BETWEEN, (row, found)), row.c.followee_id


def _near(dialect: str) -> Subquery:
    """Those who are followed by most of the ones that the viewer follows, and not yet by the viewer."""
    start, whom = _each(dialect)
    known = follows.alias("known")
    weight = func.count().label("weight")
    return (
        select(whom.label("id"), weight)
        .select_from(start)
        .where(~exists().where(known.c.follower_id == viewer, known.c.followee_id == whom))
        .group_by(whom)
        .order_by(weight.desc(), whom)
        .limit(_NEAR)
        .subquery("near")
    )


_popular = (
    select(accounts.c.id, literal_column("0").label("weight"))
    .order_by(accounts.c.followers_count.desc(), accounts.c.id)
    .limit(_POPULAR)
    .subquery("popular")
)


def _suggestions(dialect: str) -> Select[Any]:
    either = union_all(select(_near(dialect)), select(_popular)).subquery("either")
    weight = func.max(either.c.weight).label("weight")
    candidates = select(either.c.id, weight).group_by(either.c.id).subquery("candidates")
    return (
        account_views(candidates.c.weight, walk(candidates, (accounts, accounts.c.id == candidates.c.id)))
        .where(
            accounts.c.id != viewer,
            accounts.c.state == constant("active"),
            mine.c.id.is_(None),
            asked.c.id.is_(None),
            ~blocked(),
            ~muted(),
        )
        .order_by(candidates.c.weight.desc(), accounts.c.followers_count.desc(), accounts.c.id)
        .limit(COUNT)
    )


SUGGESTIONS = {dialect: _suggestions(dialect) for dialect in ("postgresql", "sqlite")}
"""The statement for each database; needs ``viewer``, ``now`` and ``count``."""
