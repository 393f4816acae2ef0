"""The statements of an author's posts, each along the index of those that its viewers get to see.

How a viewer stands to the author is the same for all of the author's posts, so it is asked once. Whoever sees
none, or few, would otherwise have the database look at all of them in vain.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, true

from adapters.sql.accounts.standing import BETWEEN, between_from
from adapters.sql.dialect import constant
from adapters.sql.plans import COUNT, along
from adapters.sql.posts.columns import post_views
from adapters.sql.posts.sources import FOLLOWERS_SEE
from adapters.sql.schema.metadata import Id
from adapters.sql.schema.posts import posts
from adapters.sql.visibility import visible
from platform_core.shared.visibility import Access, Audience, Entitlement, Item, access

_THEIRS = posts.c.author_id == bindparam("account", type_=Id())
_AUDIENCES = (Audience.PUBLIC, Audience.FOLLOWERS, Audience.PRIVATE)


def _statement(index: str, shown: ColumnElement[bool], newer: bool) -> Select[Any]:
    key = posts.c.feed_id
    views = along(post_views(key).where(_THEIRS, shown, visible()), posts, index)
    if newer:
        return views.where(key > bindparam("after", type_=Id())).order_by(key).limit(COUNT)
    return views.where(key < bindparam("before", type_=Id())).order_by(key.desc()).limit(COUNT)


_INDEXES: dict[tuple[Audience, ...], tuple[str, ColumnElement[bool]]] = {
    _AUDIENCES: ("ix_posts_author_id_feed_id", true()),
    _AUDIENCES[:2]: ("ix_posts_followers_author_id_feed_id", FOLLOWERS_SEE),
    _AUDIENCES[:1]: ("ix_posts_public_author_id_feed_id", posts.c.audience == constant("public")),
}
_STATEMENTS = {
    (audiences, newer): _statement(*index, newer)
    for audiences, index in _INDEXES.items()
    for newer in (False, True)
}


def authored(connection: Connection, asked: dict[str, Any], newer: bool) -> Select[Any] | None:
    """Return the statement that reads what ``viewer`` sees of the posts of ``account``; None for nothing."""
    pair = {"viewer": asked["viewer"], "author": asked["account"]}
    row = connection.execute(BETWEEN, pair).first()
    author, relationship = between_from(row, is_author=pair["viewer"] == pair["author"])
    seen = (
        audience
        for audience in _AUDIENCES
        if access(Item(audience), author, relationship, Entitlement()) is Access.FULL
    )
    return _STATEMENTS.get((tuple(seen), newer))
