"""What clients are sent of notifications: whole views and present numbers."""

from typing import Any

from adapters.realtime.feed import EventFeed
from adapters.realtime.notifications import BadgeChanged, NotificationCreated
from adapters.realtime.rendering import Renderer
from platform_core.notifications.use_cases.reading import DeleteNotification
from platform_core.notifications.use_cases.telling import NotifyOfFollow
from platform_core.notifications.use_cases.withdrawing import RemoveNotificationsBetween
from platform_core.shared.events import Delivery
from tests.backends import Backend
from tests.factories import actor


async def follow(backend: Backend, follower: str, followee: str) -> None:
    """Tell of a follow."""
    notify = NotifyOfFollow(backend.uow, backend.clock, backend.ids)
    await notify(Delivery("tests", backend.ids.new()), follower, followee)


async def delivered(backend: Backend, account: str) -> list[tuple[str, Any]]:
    """Return what the account's clients are sent."""
    reader = backend.notifications
    renderers: dict[str, Renderer] = {
        "notification:created": NotificationCreated(reader),
        "badge:changed": BadgeChanged(reader),
    }
    page = await EventFeed(backend.client_events, renderers).page(actor(account), "0")
    return [(item["name"], item["data"]) for item in page["items"]]


async def test_a_follow_arrives_whole_and_the_badge_as_it_is_now(backend: Backend) -> None:
    ada, ben, cleo = await backend.accounts("ada", "ben", "cleo")
    await follow(backend, ben, ada)
    await follow(backend, cleo, ada)
    (name, first), (badge, counts), (again, second) = await delivered(backend, ada)
    assert (name, badge, again) == ("notification:created", "badge:changed", "notification:created")
    assert [card["handle"] for card in first["notification"]["actors"]] == ["cleo", "ben"]
    assert first["notification"] == second["notification"]
    assert first["notification"]["created_at"] == "2030-01-01T12:00:00Z"
    assert (first["event_id"], counts["event_id"], second["event_id"]) == ("1", "2", "3")
    assert (counts["total"], counts["groups"]["social"]) == (1, 1)


async def test_what_is_gone_or_hidden_by_now_is_not_sent(backend: Backend) -> None:
    ada, ben, cleo = await backend.accounts("ada", "ben", "cleo")
    await follow(backend, ben, ada)
    await follow(backend, ada, cleo)
    (told,) = await backend.notifications.by_ids(ada, await ids(backend, ada))
    await backend.mute(cleo, ada)
    await DeleteNotification(backend.uow)(actor(ada), told.id)
    assert [name for name, _ in await delivered(backend, ada)] == ["badge:changed", "badge:changed"]
    assert [(name, data["total"]) for name, data in await delivered(backend, cleo)] == [("badge:changed", 0)]
    await RemoveNotificationsBetween(backend.uow)(ada, cleo)
    assert [name for name, _ in await delivered(backend, cleo)] == ["badge:changed", "badge:changed"]


async def ids(backend: Backend, account: str) -> list[str]:
    """Return which notifications an account was told of."""
    events = await backend.client_events.since({account: 0}, 10)
    return [event.payload["notification_id"] for event in events if event.name == "notification:created"]
