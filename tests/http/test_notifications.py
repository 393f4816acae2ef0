"""Notifications over HTTP, on both databases."""

from collections.abc import Sequence
from typing import Any

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from adapters.http.notifications import NotificationRoutes, NotificationUseCases
from adapters.http.routing import RouteGroup
from platform_core.notifications.model import Group
from platform_core.notifications.use_cases.reading import (
    DeleteNotification,
    ReadNotification,
    ReadNotifications,
)
from platform_core.notifications.use_cases.telling import (
    NotifyOfFollow,
    NotifyOfFollowRequest,
    NotifyOfReaction,
)
from platform_core.shared.actor import Actor, Scope
from platform_core.shared.events import Delivery
from tests.backends import Backend
from tests.factories import post
from tests.http.accounts_site import Site

NEWEST = "ffffffff-ffff-ffff-ffff-ffffffffffff"


class NotificationSite(Site):
    """A site with the routes of notifications; the token's first word may also be a scope, alone."""

    def _groups(self) -> Sequence[RouteGroup]:
        uow = self.backend.uow
        changes = (ReadNotifications(uow), ReadNotification(uow), DeleteNotification(uow))
        return (NotificationRoutes(NotificationUseCases(self.backend.notifications, *changes)),)

    async def _authenticate(self, token: str) -> Actor:
        scope, _, account_id = token.rpartition(":")
        if scope in tuple(Scope):
            return Actor(account_id, scopes=frozenset({scope}))
        return await super()._authenticate(token)

    async def follow(self, follower: str, followee: str) -> None:
        """Tell of a follow."""
        shared = (self.backend.uow, self.backend.clock, self.backend.ids)
        await NotifyOfFollow(*shared)(Delivery("tests", self.backend.ids.new()), follower, followee)

    async def ask(self, follower: str, followee: str) -> None:
        """Tell of a follow request."""
        shared = (self.backend.uow, self.backend.clock, self.backend.ids)
        await NotifyOfFollowRequest(*shared)(Delivery("tests", self.backend.ids.new()), follower, followee)

    async def react(self, account: str, author: str, text: str = "Hello") -> str:
        """Publish a post and tell of a reaction to it; return the post's id."""
        made = post(self.backend.ids.new(), author, text)
        async with self.backend.uow() as uow:
            await uow.posts.add(made)
            await uow.commit()
        shared = (self.backend.uow, self.backend.clock, self.backend.ids)
        delivery = Delivery("tests", self.backend.ids.new())
        await NotifyOfReaction(*shared)(delivery, account, made.id, author, "love")
        return made.id

    async def badge(self, who: str) -> int:
        """Return the badge."""
        return int((await self.get("/notifications/unread-count", who))["total"])


@pytest.fixture
async def site(sql: Backend, aiohttp_client: AiohttpClient) -> NotificationSite:
    site = NotificationSite(sql)
    await site.start(aiohttp_client)
    return site


async def test_a_notification_has_the_documented_fields(site: NotificationSite) -> None:
    ada, ben = await site.backend.accounts("ada", "ben")
    post_id = await site.react(ben, ada, "Hello")
    (told,) = (await site.get("/notifications", ada))["items"]
    card = {"id": ben, "handle": "ben", "display_name": "Ben", "avatar_url": None, "locked": False}
    assert {name: told[name] for name in told if name not in ("id", "order_id")} == {
        "kind": "reaction",
        "group": "social",
        "actors": [card],
        "actor_count": 1,
        "subject": {"type": "post", "id": post_id, "post_id": post_id},
        "preview_text": "Hello",
        "thumbnail": None,
        "created_at": "2030-01-01T12:00:00Z",
        "read": False,
    }


async def test_the_list_is_paged_along_its_key_in_both_directions(site: NotificationSite) -> None:
    ada, ben, cleo = await site.backend.accounts("ada", "ben", "cleo")
    for number in range(5):
        await site.react(ben, ada, str(number))
    first = await site.get("/notifications?limit=2&kind=reaction", ada)
    await site.react(cleo, ada, "5")
    cursor = first["next_cursor"]
    second = await site.get(f"/notifications?limit=9&kind=reaction&cursor={cursor}", ada)
    assert [one["preview_text"] for one in (*first["items"], *second["items"])] == list("43210")
    assert second["next_cursor"] is None
    cursor = first["prev_cursor"]
    newer = await site.get(f"/notifications?limit=2&kind=reaction&cursor={cursor}", ada)
    assert [one["preview_text"] for one in newer["items"]] == ["5"]
    status, problem = await site.call("GET", f"/notifications?limit=2&cursor={cursor}", ada)
    assert (status, problem["errors"][0]["code"]) == (422, "invalid_cursor")


async def test_the_list_can_be_narrowed(site: NotificationSite) -> None:
    ada, ben, cleo = await site.backend.accounts("ada", "ben", "cleo")
    await site.follow(ben, ada)
    (told,) = (await site.get("/notifications", ada))["items"]
    await site.call("PUT", f"/notifications/{told['id']}/read", ada)
    await site.ask(cleo, ada)

    async def kinds(query: str) -> list[str]:
        return [one["kind"] for one in (await site.get(f"/notifications{query}", ada))["items"]]

    assert await kinds("") == ["follow_request", "follow"]
    assert await kinds("?unread=true") == ["follow_request"]
    assert await kinds("?unread=false") == ["follow_request", "follow"]
    assert await kinds("?kind=follow") == ["follow"]
    assert await kinds("?group=social&unread=true") == ["follow_request"]
    assert await kinds("?group=money") == []


async def test_unread_is_counted_in_all_and_by_group(site: NotificationSite) -> None:
    ada, ben = await site.backend.accounts("ada", "ben")
    nothing = {group.value: 0 for group in Group}
    assert await site.get("/notifications/unread-count", ada) == {"total": 0, "groups": nothing}
    await site.follow(ben, ada)
    await site.react(ben, ada)
    counts = await site.get("/notifications/unread-count", ada)
    assert counts == {"total": 2, "groups": {**nothing, "social": 2}}


async def test_reading_one_and_reading_up_to_a_place(site: NotificationSite) -> None:
    ada, ben = await site.backend.accounts("ada", "ben")
    for number in range(4):
        await site.react(ben, ada, str(number))
    three, two, _, zero = (await site.get("/notifications", ada))["items"]
    for _ in range(2):
        assert await site.call("PUT", f"/notifications/{three['id']}/read", ada) == (204, None)
        assert await site.badge(ada) == 3
    for up_to in (zero["order_id"], two["id"]):
        body = {"up_to": up_to}
        assert await site.call("PUT", "/notifications/read", ada, json=body) == (204, None)
        assert await site.badge(ada) == (2 if up_to == zero["order_id"] else 0)
    assert all(one["read"] for one in (await site.get("/notifications", ada))["items"])


async def test_deleting_twice_is_deleting_once(site: NotificationSite) -> None:
    ada, ben = await site.backend.accounts("ada", "ben")
    await site.follow(ben, ada)
    (told,) = (await site.get("/notifications", ada))["items"]
    for _ in range(2):
        assert await site.call("DELETE", f"/notifications/{told['id']}", ada) == (204, None)
    assert (await site.get("/notifications", ada))["items"] == []


async def test_other_peoples_notifications_look_like_none(site: NotificationSite) -> None:
    ada, ben, cleo = await site.backend.accounts("ada", "ben", "cleo")
    await site.follow(ben, ada)
    (told,) = (await site.get("/notifications", ada))["items"]
    assert (await site.get("/notifications", cleo))["items"] == []
    theirs = await site.answer("PUT", f"/notifications/{told['id']}/read", cleo)
    none = await site.answer("PUT", f"/notifications/{site.backend.ids.new()}/read", cleo)
    assert theirs == none
    assert theirs[0] == 404
    assert await site.call("DELETE", f"/notifications/{told['id']}", cleo) == (204, None)
    assert await site.call("PUT", "/notifications/read", cleo, json={"up_to": NEWEST}) == (204, None)
    assert await site.badge(ada) == 1


ROUTES = [
    ("GET", "/notifications", {}, "read"),
    ("GET", "/notifications/unread-count", {}, "read"),
    ("PUT", "/notifications/read", {"json": {"up_to": NEWEST}}, "write"),
    ("PUT", f"/notifications/{NEWEST}/read", {}, "write"),
    ("DELETE", f"/notifications/{NEWEST}", {}, "write"),
]


@pytest.mark.parametrize(("method", "path", "options", "needs"), ROUTES)
async def test_a_session_and_the_right_scope_are_needed(
    site: NotificationSite, method: str, path: str, options: dict[str, Any], needs: str
) -> None:
    ada = await site.backend.account("ada")
    assert (await site.call(method, path, None, **options))[0] == 401
    for scope in Scope:
        status, _ = await site.call(method, path, ada, role=scope, **options)
        assert (status == 403) is (scope != f"notifications:{needs}")


@pytest.mark.parametrize(
    "query", ["unread=perhaps", "kind=sneeze", "group=friends", "limit=0", "cursor=x", "since=1"]
)
async def test_filters_that_do_not_exist_are_refused(site: NotificationSite, query: str) -> None:
    ada = await site.backend.account("ada")
    assert (await site.call("GET", f"/notifications?{query}", ada))[0] == 422


@pytest.mark.parametrize("body", [{}, {"up_to": None}, {"up_to": "x"}, {"up_to": NEWEST, "kind": "follow"}])
async def test_a_place_that_does_not_exist_is_refused(site: NotificationSite, body: dict[str, Any]) -> None:
    ada, ben = await site.backend.accounts("ada", "ben")
    await site.follow(ben, ada)
    assert (await site.call("PUT", "/notifications/read", ada, json=body))[0] == 422
    assert await site.badge(ada) == 1


async def test_personal_answers_are_not_stored_and_say_where_the_events_are(site: NotificationSite) -> None:
    ada, ben = await site.backend.accounts("ada", "ben")
    await site.follow(ben, ada)
    _, headers, _ = await site.answer("GET", "/notifications", ada)
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Event-Position"] == "2"
