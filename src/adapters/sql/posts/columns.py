"""The columns of a post as its viewer sees it, and the view that they make."""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, select

from adapters.sql.plans import walk
from adapters.sql.schema.accounts import accounts
from adapters.sql.schema.posts import REACTIONS, posts, reactions, saves
from adapters.sql.visibility import viewer
from platform_core.posts.model import PostCounts, PostView, PostViewer
from platform_core.shared.pagination import Keyed
from platform_core.shared.views import AccountCard
from platform_core.shared.visibility import Access

CARD = (accounts.c.id, accounts.c.handle, accounts.c.display_name, accounts.c.avatar_id, accounts.c.locked)
_KINDS = tuple(posts.c[f"{kind}_count"] for kind in REACTIONS)


def _own(table: Table, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Select a column of the viewer's own row for the post.

    Not an outer join: for one, SQLite may read a whole table into a filter, to ask it twenty times.
    """
    own = select(column).where(table.c.post_id == posts.c.id, table.c.account_id == viewer)
    return own.scalar_subquery()


_POST = (
    posts.c.id.label("post_id"),
    posts.c.status,
    posts.c.text,
    posts.c.audience,
    posts.c.created_at,
    posts.c.edited_at,
    posts.c.revision,
    posts.c.dislike_count,
    posts.c.view_count,
    _own(reactions, reactions.c.kind).label("own_kind"),
    _own(saves, saves.c.id).label("save_id"),
)
_FULL = Access.FULL.value


def post_views(key: ColumnElement[Any], source: FromClause | None = None) -> Select[Any]:
    """Select everything that a view needs, the list's key first; ``source`` has a ``post_id`` to join."""
    start = posts if source is None else walk(source, (posts, posts.c.id == source.c.post_id))
    joined = walk(start, (accounts, accounts.c.id == posts.c.author_id))
    return select(key.label("key"), *CARD, *_POST, *_KINDS).select_from(joined)


def card_from(columns: Sequence[Any]) -> AccountCard:
    """Build the card of an account from the columns of ``CARD``."""
    return _card(*columns)


@lru_cache(4_096)
def _card(id_: str, handle: str, name: str, _avatar_id: str | None, locked: bool) -> AccountCard:
    # Many rows have the same few authors; to find a card takes a quarter of the time that making it takes.
    return AccountCard(id_, handle, name, None, locked)


@cache
def _own_state(kind: str | None, saved: bool) -> PostViewer:
    disliked = kind == "dislike"
    return PostViewer(None if disliked else kind, disliked, saved, _FULL)


def view_from(row: Sequence[Any]) -> PostView:
    """Build the view from a row of ``post_views``."""
    # fmt: off
    (_, author_id, handle, name, avatar_id, locked,
     id_, status, text, audience, created, edited, revision, dislikes, views, mine, save, *kinds) = row
    # fmt: on
    reacted = {kind: count for kind, count in zip(REACTIONS, kinds, strict=True) if count}
    return PostView(
        id_,
        status,
        _card(author_id, handle, name, avatar_id, locked),
        text,
        audience,
        created,
        edited,
        revision,
        PostCounts(reacted, dislikes, views),
        _own_state(mine, save is not None),
    )


def keyed(rows: Iterable[Sequence[Any]]) -> list[Keyed[PostView]]:
    """Build the views with the keys that order them."""
    return [Keyed(row[0], view_from(row)) for row in rows]
