"""What of an account's notifications it may be shown, as SQL.

The same predicate decides what is listed, what is counted as unread, and who is told in the first place.
Expects ``notifications`` in the FROM clause, and the binds ``viewer`` (the owner) and ``now``.
"""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, or_, select

from adapters.sql.dialect import constant
from adapters.sql.plans import found, walk
from adapters.sql.schema.accounts import accounts
from adapters.sql.schema.notifications import notification_actors as actors
from adapters.sql.schema.notifications import notifications
from adapters.sql.schema.posts import posts
from adapters.sql.visibility import alive, blocked, following, muted, visible
from platform_core.notifications.model import HIDDEN_AMONG, PREVIEW_LENGTH

_ACTORS = walk(actors, (accounts, accounts.c.id == actors.c.actor_id))
_POSTS = walk(posts, (accounts, accounts.c.id == posts.c.author_id))


def heard() -> ColumnElement[bool]:
    """Whether the viewer hears of what the account in the FROM clause does."""
    shows_itself = or_(accounts.c.state == constant("active"), and_(alive(), following()))
    return and_(shows_itself, ~blocked(), ~muted())


def sees_post(post_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the viewer sees all of a post."""
    return found(select(posts.c.id).select_from(_POSTS).where(posts.c.id == post_id, visible()))


def newest_actors(of: FromClause, *columns: ColumnElement[Any]) -> Select[Any]:
    """Columns of the actors of a notification who may be shown, the newest first; ``of`` is correlated."""
    return (
        select(*columns)
        .select_from(_ACTORS)
        .where(actors.c.notification_id == of.c.id, heard())
        .order_by(actors.c.order_id.desc())
        .correlate(of)
    )


def shown() -> ColumnElement[bool]:
    """Whether a notification may be shown: its post is seen, and somebody in it may be named."""
    about = or_(notifications.c.post_id.is_(None), sees_post(notifications.c.post_id))
    return and_(found(newest_actors(notifications)), about)


def shown_actors() -> ColumnElement[int]:
    """How many actors may be shown, counted up to a bound."""
    some = newest_actors(notifications, actors.c.actor_id).limit(HIDDEN_AMONG).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def preview() -> ColumnElement[str | None]:
    """The beginning of the post that a notification concerns, as it reads now."""
    beginning = func.substr(posts.c.text, 1, PREVIEW_LENGTH)
    return select(beginning).where(posts.c.id == notifications.c.post_id).scalar_subquery()
