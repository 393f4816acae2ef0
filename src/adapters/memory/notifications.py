"""Notifications in memory."""

from collections.abc import Collection, Iterable
from datetime import datetime

from attrs import evolve, frozen

from adapters.memory.accounts.rows import AccountRow
from adapters.memory.accounts.standing import card_of, is_muted, standing
from adapters.memory.paging import cut
from adapters.memory.posts.repositories import PostRow
from adapters.memory.store import MemoryStore, Staged
from platform_core.notifications.model import (
    HIDDEN_AMONG,
    MOST_COUNTED,
    PREVIEW_LENGTH,
    SHOWN_ACTORS,
    Group,
    Notification,
    NotificationFilter,
    NotificationView,
    Occasion,
    SubjectView,
    UnreadCounts,
)
from platform_core.shared.clock import Clock
from platform_core.shared.pagination import Keyed, Page, PageRequest
from platform_core.shared.visibility import Access, AccountState, Entitlement, access

Tables = MemoryStore | Staged


@frozen
class ActorRow:
    """Who is in a notification, by (account, actor, kind, subject)."""

    notification_id: str
    actor_id: str
    order_id: str


def _key(notification: Notification, actor_id: str) -> tuple[str, str, str, str]:
    return notification.account_id, actor_id, notification.kind, notification.subject.id


def _hears_of(tables: Tables, account_id: str, actor_id: str, now: datetime) -> bool:
    actor, viewer = standing(tables, account_id, actor_id)
    active = actor.state is AccountState.ACTIVE
    shows_itself = active or (actor.state is AccountState.LIMITED and viewer.following)
    return shows_itself and not viewer.blocked and not is_muted(tables, account_id, actor_id, now)


def _sees_post(tables: Tables, account_id: str, post_id: str | None) -> bool:
    if post_id is None:
        return True
    row: PostRow | None = tables.table("posts").get(post_id)
    if row is None or row.post.feed_id is None:
        return False
    author, viewer = standing(tables, account_id, row.post.author_id)
    return access(row.post.item, author, viewer, Entitlement()) is Access.FULL


class MemoryNotifications:
    """Notifications by id, copied on the way in and out; the store's lock is every inbox's lock."""

    def __init__(self, staged: Staged) -> None:
        self._rows: dict[str, Notification] = staged.table("notifications")
        self._actors: dict[tuple[str, str, str, str], ActorRow] = staged.table("notification_actors")

    async def lock(self, account_ids: Collection[str]) -> None:
        """Do nothing."""

    async def get(self, account_id: str, notification_id: str) -> Notification | None:
        """Look it up."""
        row = self._rows.get(notification_id)
        return evolve(row) if row and row.account_id == account_id else None

    async def growing(self, occasion: Occasion) -> Notification | None:
        """Filter all."""
        about = (occasion.account_id, occasion.kind, occasion.subject.id)
        for row in self._rows.values():
            if not row.read and (row.account_id, row.kind, row.subject.id) == about:
                return evolve(row)
        return None

    async def holding(self, occasion: Occasion) -> Notification | None:
        """Look it up by its actor."""
        key = (occasion.account_id, occasion.actor_id, occasion.kind, occasion.subject.id)
        found = self._actors.get(key)
        return evolve(self._rows[found.notification_id]) if found else None

    async def list_with(self, account_id: str, actor_id: str, limit: int) -> list[Notification]:
        """Filter all actors."""
        keys = [key for key in self._actors if key[:2] == (account_id, actor_id)]
        return [evolve(self._rows[self._actors[key].notification_id]) for key in keys[:limit]]

    async def list_about(self, post_id: str, limit: int) -> list[Notification]:
        """Filter all."""
        return [evolve(row) for row in self._rows.values() if row.subject.post_id == post_id][:limit]

    async def add(self, notification: Notification, actor_id: str) -> None:
        """Add copies."""
        self._rows[notification.id] = evolve(notification)
        await self.add_actor(notification, actor_id)

    async def put(self, notification: Notification) -> None:
        """Replace the copy."""
        self._rows[notification.id] = evolve(notification)

    async def remove(self, notification: Notification) -> None:
        """Drop it with its actors."""
        self._rows.pop(notification.id, None)
        for key in [key for key, row in self._actors.items() if row.notification_id == notification.id]:
            del self._actors[key]

    async def add_actor(self, notification: Notification, actor_id: str) -> None:
        """Add the row."""
        row = ActorRow(notification.id, actor_id, notification.order_id)
        self._actors[_key(notification, actor_id)] = row

    async def remove_actor(self, notification: Notification, actor_id: str) -> None:
        """Drop the row."""
        self._actors.pop(_key(notification, actor_id), None)

    async def mark_read(self, account_id: str, up_to: str) -> int:
        """Replace the copies of what is unread."""
        unread = [row for row in self._rows.values() if row.account_id == account_id and not row.read]
        reached = [row for row in unread if row.order_id <= up_to]
        self._rows.update({row.id: evolve(row, read=True) for row in reached})
        return len(reached)


class MemoryRecipients:
    """Asks who may be told."""

    def __init__(self, staged: Staged) -> None:
        self._staged = staged

    async def may_hear(self, occasion: Occasion, now: datetime) -> bool:
        """Look at this transaction's tables."""
        hears = _hears_of(self._staged, occasion.account_id, occasion.actor_id, now)
        return hears and _sees_post(self._staged, occasion.account_id, occasion.subject.post_id)


class MemoryNotificationReader:
    """Reads the committed tables."""

    def __init__(self, store: MemoryStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def page(
        self, account_id: str, wanted: NotificationFilter, page: PageRequest
    ) -> Page[NotificationView]:
        """Filter all."""
        rows = (row for row in self._mine(account_id) if _fits(row, wanted))
        return cut([Keyed(row.order_id, row) for row in rows], page).map(self._view)

    async def by_ids(self, account_id: str, ids: Collection[str]) -> tuple[NotificationView, ...]:
        """Look each up among one's own."""
        mine = {row.id: row for row in self._mine(account_id)}
        return tuple(self._view(mine[id_]) for id_ in dict.fromkeys(ids) if id_ in mine)

    async def unread(self, account_id: str) -> UnreadCounts:
        """Count one's own."""
        unread = [row for row in self._mine(account_id) if not row.read]
        newest = sorted(unread, key=lambda row: row.order_id, reverse=True)[:MOST_COUNTED]
        groups = {group.value: sum(row.group is group for row in newest) for group in Group}
        return UnreadCounts(len(newest), groups)

    def _mine(self, account_id: str) -> Iterable[Notification]:
        """Return what may be shown of an account's notifications."""
        rows: Iterable[Notification] = self._store.table("notifications").values()
        mine = [row for row in rows if row.account_id == account_id]
        seen = [row for row in mine if _sees_post(self._store, account_id, row.subject.post_id)]
        return [row for row in seen if self._actors(row)]

    def _actors(self, row: Notification) -> list[str]:
        """Return the ids of the actors who may be shown, the newest first."""
        now = self._clock.now()
        actors: Iterable[ActorRow] = self._store.table("notification_actors").values()
        inside = sorted(
            (actor for actor in actors if actor.notification_id == row.id),
            key=lambda actor: actor.order_id,
            reverse=True,
        )
        ids = (actor.actor_id for actor in inside)
        return [id_ for id_ in ids if _hears_of(self._store, row.account_id, id_, now)]

    def _view(self, row: Notification) -> NotificationView:
        accounts: dict[str, AccountRow] = self._store.table("accounts")
        posts: dict[str, PostRow] = self._store.table("posts")
        actors = self._actors(row)
        post_id = row.subject.post_id
        return NotificationView(
            row.id,
            row.order_id,
            row.kind.value,
            row.group.value,
            tuple(card_of(accounts[id_]) for id_ in actors[:SHOWN_ACTORS]),
            len(actors) if len(actors) < HIDDEN_AMONG else row.actor_count,
            SubjectView(row.subject.type.value, row.subject.id, post_id),
            posts[post_id].post.content.text[:PREVIEW_LENGTH] if post_id else None,
            None,
            row.created_at,
            row.read,
        )


def _fits(row: Notification, wanted: NotificationFilter) -> bool:
    unread = not (wanted.unread_only and row.read)
    return unread and wanted.group in (None, row.group) and wanted.kind in (None, row.kind)
