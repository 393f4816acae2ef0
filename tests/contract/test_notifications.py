"""Notifications on every back end: what is told to whom, how it grows, what is shown and counted."""

import asyncio
from datetime import timedelta

import pytest

from platform_core.notifications.model import (
    HIDDEN_AMONG,
    MOST_COUNTED,
    PREVIEW_LENGTH,
    Group,
    Kind,
    Notification,
    NotificationFilter,
    NotificationView,
    Occasion,
    Subject,
    SubjectType,
    follow,
    follow_request,
    reaction,
)
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
from platform_core.notifications.use_cases.withdrawing import (
    RemoveNotificationsAbout,
    RemoveNotificationsBetween,
    WithdrawNotification,
)
from platform_core.shared.errors import NotFound
from platform_core.shared.events import Delivery
from platform_core.shared.pagination import PageRequest
from platform_core.shared.visibility import Audience
from tests.backends import Backend
from tests.factories import actor, post

ALL = NotificationFilter()


class Town:
    """The use cases of one back end, and short ways to do what happens in a town."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        shared = (backend.uow, backend.clock, backend.ids)
        self._follow, self._request = NotifyOfFollow(*shared), NotifyOfFollowRequest(*shared)
        self._react, self._withdraw = NotifyOfReaction(*shared), WithdrawNotification(backend.uow)
        self.read_up_to = ReadNotifications(backend.uow)
        self.read = ReadNotification(backend.uow)
        self.delete = DeleteNotification(backend.uow)

    def delivery(self) -> Delivery:
        """Return a delivery that did not happen yet."""
        return Delivery("notifications", self.backend.ids.new())

    async def follows(self, follower: str, followee: str) -> None:
        """Let one follow the other."""
        await self._follow(self.delivery(), follower, followee)

    async def requests(self, follower: str, followee: str) -> None:
        """Let one ask to follow the other."""
        await self._request(self.delivery(), follower, followee)

    async def reacts(self, account: str, post_id: str, author: str, kind: str = "like") -> None:
        """Let one react to a post of the other."""
        await self._react(self.delivery(), account, post_id, author, kind)

    async def undoes(self, occasion: Occasion) -> None:
        """Take it back."""
        await self._withdraw(self.delivery(), occasion)

    async def publish(
        self, author: str, text: str = "Good morning", audience: Audience = Audience.PUBLIC
    ) -> str:
        """Store a post, return its id."""
        post_id = self.backend.ids.new()
        async with self.backend.uow() as uow:
            await uow.posts.add(post(post_id, author, text, audience, feed_id=self.backend.ids.new()))
            await uow.commit()
        return post_id

    async def inbox(self, account: str, wanted: NotificationFilter = ALL) -> tuple[NotificationView, ...]:
        """Return the first page."""
        return (await self.backend.notifications.page(account, wanted, PageRequest(100))).items

    async def unread(self, account: str) -> int:
        """Return the badge."""
        return (await self.backend.notifications.unread(account)).total

    async def told(self, account: str) -> list[str]:
        """Return the names of the account's durable events so far."""
        return [event.name for event in await self.backend.client_events.since({account: 0}, 1_000)]


@pytest.fixture
def town(backend: Backend) -> Town:
    """The town on each back end."""
    return Town(backend)


def names(view: NotificationView) -> list[str]:
    """Return the handles that a notification shows."""
    return [card.handle for card in view.actors]


async def test_a_follow_is_told_with_who_and_when(town: Town) -> None:
    ada, ben = await town.backend.accounts("ada", "ben")
    await town.follows(ben, ada)
    (told,) = await town.inbox(ada)
    assert (told.kind, told.group, names(told), told.actor_count) == ("follow", "social", ["ben"], 1)
    assert (told.subject.type, told.subject.id, told.subject.post_id) == ("account", ada, None)
    assert (told.read, told.created_at, told.preview_text) == (False, town.backend.clock.now(), None)
    assert await town.inbox(ben) == ()


async def test_a_notification_is_stored_as_it_is(backend: Backend) -> None:
    ada, ben = await backend.accounts("ada", "ben")
    subject = Subject(SubjectType.POST, backend.ids.new(), backend.ids.new())
    ids = (backend.ids.new(), backend.ids.new())
    later = backend.clock.now() + timedelta(microseconds=1)
    full = Notification(ids[0], ada, Kind.REACTION, subject, ids[1], later, actor_count=7, read=True)
    async with backend.uow() as uow:
        await uow.notifications.lock([ada])
        await uow.notifications.add(full, ben)
        await uow.commit()
    async with backend.uow() as uow:
        assert await uow.notifications.get(ada, full.id) == full
        assert await uow.notifications.get(ben, full.id) is None
        changed = Notification(ids[0], ada, Kind.REACTION, subject, backend.ids.new(), later, 9, False)
        await uow.notifications.put(changed)
        await uow.commit()
    async with backend.uow() as uow:
        assert await uow.notifications.get(ada, full.id) == changed


async def test_followers_gather_in_one_notification_that_moves_to_the_top(town: Town) -> None:
    ada, ben, cleo, dan, eve = await town.backend.accounts("ada", "ben", "cleo", "dan", "eve")
    await town.follows(ben, ada)
    (first,) = await town.inbox(ada)
    post_id = await town.publish(ada)
    await town.reacts(ben, post_id, ada)
    assert [view.kind for view in await town.inbox(ada)] == ["reaction", "follow"]
    town.backend.clock.advance(minutes=5)
    for follower in (cleo, dan, eve):
        await town.follows(follower, ada)
    grown, _ = await town.inbox(ada)
    assert (grown.id, grown.actor_count, names(grown)) == (first.id, 4, ["eve", "dan", "cleo"])
    assert grown.order_id > first.order_id
    assert grown.created_at == town.backend.clock.now()


async def test_ten_reactions_of_one_account_are_one_piece_of_news(town: Town) -> None:
    ada, ben = await town.backend.accounts("ada", "ben")
    post_id = await town.publish(ada)
    for kind in ("like", "love", "wow"):
        await town.reacts(ben, post_id, ada, kind)
    (told,) = await town.inbox(ada)
    assert told.actor_count == 1
    assert await town.told(ada) == ["notification:created", "badge:changed"]
    await town.read_up_to(actor(ada), told.order_id)
    await town.reacts(ben, post_id, ada, "care")
    assert len(await town.inbox(ada)) == 1


async def test_what_happens_after_it_was_read_begins_a_new_one(town: Town) -> None:
    ada, ben, cleo = await town.backend.accounts("ada", "ben", "cleo")
    await town.follows(ben, ada)
    (first,) = await town.inbox(ada)
    await town.read(actor(ada), first.id)
    await town.follows(cleo, ada)
    new, old = await town.inbox(ada)
    assert (names(new), new.read, names(old), old.read) == (["cleo"], False, ["ben"], True)
    assert old.id == first.id


async def test_each_growth_is_told_live_and_the_badge_only_when_it_changes(town: Town) -> None:
    ada, ben, cleo = await town.backend.accounts("ada", "ben", "cleo")
    await town.follows(ben, ada)
    await town.follows(cleo, ada)
    assert await town.told(ada) == ["notification:created", "badge:changed", "notification:created"]
    events = await town.backend.client_events.since({ada: 0}, 10)
    (told,) = await town.inbox(ada)
    assert events[0].payload == events[2].payload == {"notification_id": told.id}


async def test_the_same_event_delivered_twice_is_told_once(town: Town) -> None:
    ada, ben, cleo = await town.backend.accounts("ada", "ben", "cleo")
    notify = NotifyOfFollow(town.backend.uow, town.backend.clock, town.backend.ids)
    delivery, undone = town.delivery(), town.delivery()
    await notify(delivery, ben, ada)
    await WithdrawNotification(town.backend.uow)(undone, follow(ben, ada))
    await notify(delivery, ben, ada)
    assert await town.inbox(ada) == ()
    await town.follows(ben, ada)
    await WithdrawNotification(town.backend.uow)(undone, follow(ben, ada))
    (told,) = await town.inbox(ada)
    await town.delete(actor(ada), told.id)
    request, react = town.delivery(), town.delivery()
    post_id = await town.publish(ada)
    for _ in range(2):
        shared = (town.backend.uow, town.backend.clock, town.backend.ids)
        await NotifyOfFollowRequest(*shared)(request, cleo, ada)
        await NotifyOfReaction(*shared)(react, cleo, post_id, ada, "like")
        for view in await town.inbox(ada):
            await town.delete(actor(ada), view.id)
    assert await town.inbox(ada) == ()


async def test_nobody_is_told_of_their_own_doing(town: Town) -> None:
    ada = await town.backend.account("ada")
    await town.reacts(ada, await town.publish(ada), ada)
    assert await town.inbox(ada) == ()
    assert await town.told(ada) == []


async def test_a_dislike_is_not_told_and_takes_an_earlier_reaction_back(town: Town) -> None:
    ada, ben = await town.backend.accounts("ada", "ben")
    post_id = await town.publish(ada)
    await town.reacts(ben, post_id, ada, "dislike")
    assert await town.told(ada) == []
    await town.reacts(ben, post_id, ada, "like")
    await town.reacts(ben, post_id, ada, "dislike")
    assert await town.inbox(ada) == ()
    assert await town.unread(ada) == 0


async def test_an_undone_follow_takes_its_account_out(town: Town) -> None:
    ada, ben, cleo = await town.backend.accounts("ada", "ben", "cleo")
    await town.follows(ben, ada)
    await town.follows(cleo, ada)
    await town.undoes(follow(cleo, ada))
    (told,) = await town.inbox(ada)
    assert (names(told), told.actor_count) == (["ben"], 1)
    await town.undoes(follow(ben, ada))
    assert await town.inbox(ada) == ()
    assert await town.told(ada) == [
        "notification:created",
        "badge:changed",
        "notification:created",
        "badge:changed",
    ]
    await town.undoes(follow(ben, ada))
    assert len(await town.told(ada)) == 4


async def test_a_follow_that_was_undone_and_done_again_is_told_again(town: Town) -> None:
    ada, ben = await town.backend.accounts("ada", "ben")
    await town.follows(ben, ada)
    (told,) = await town.inbox(ada)
    await town.read(actor(ada), told.id)
    await town.undoes(follow(ben, ada))
    await town.follows(ben, ada)
    (again,) = await town.inbox(ada)
    assert (names(again), again.read) == (["ben"], False)


async def test_a_withdrawn_reaction_leaves_other_posts_alone(town: Town) -> None:
    ada, ben = await town.backend.accounts("ada", "ben")
    one, other = await town.publish(ada, "one"), await town.publish(ada, "other")
    await town.reacts(ben, one, ada)
    await town.reacts(ben, other, ada)
    await town.undoes(reaction(ben, one, ada))
    assert [view.preview_text for view in await town.inbox(ada)] == ["other"]


async def test_a_granted_request_gives_way_to_the_follow(town: Town) -> None:
    ada, ben, cleo = await town.backend.accounts("ada", "ben", "cleo")
    await town.requests(ben, ada)
    await town.requests(cleo, ada)
    (told,) = await town.inbox(ada)
    assert (told.kind, told.actor_count) == ("follow_request", 2)
    await town.follows(ben, ada)
    follow_, request = await town.inbox(ada)
    assert (follow_.kind, names(follow_), request.kind, names(request)) == (
        "follow",
        ["ben"],
        "follow_request",
        ["cleo"],
    )
    await town.undoes(follow_request(cleo, ada))
    assert [view.kind for view in await town.inbox(ada)] == ["follow"]


async def test_the_preview_is_the_post_as_it_reads_now(town: Town) -> None:
    ada, ben = await town.backend.accounts("ada", "ben")
    post_id = await town.publish(ada, "é" * 200)
    await town.reacts(ben, post_id, ada)
    (told,) = await town.inbox(ada)
    assert told.preview_text == "é" * PREVIEW_LENGTH
    assert (told.subject.type, told.subject.id, told.subject.post_id) == ("post", post_id, post_id)


@pytest.mark.parametrize("who", ["blocker", "blocked", "muter", "suspended", "deleted", "limited"])
async def test_nothing_is_told_of_whom_one_does_not_hear(town: Town, who: str) -> None:
    ada, ben = await town.backend.accounts("ada", "ben")
    await hide(town.backend, who, ada, ben)
    await town.follows(ben, ada)
    await town.reacts(ben, await town.publish(ada), ada)
    assert await town.told(ada) == []
    assert await town.inbox(ada) == ()


@pytest.mark.parametrize("who", ["blocker", "blocked", "muter", "suspended", "deleted", "limited"])
async def test_whoever_is_hidden_later_is_in_no_list_and_no_number(town: Town, who: str) -> None:
    ada, ben, cleo = await town.backend.accounts("ada", "ben", "cleo")
    post_id = await town.publish(ada)
    await town.reacts(ben, post_id, ada)
    await town.reacts(cleo, post_id, ada)
    await town.follows(ben, ada)
    await hide(town.backend, who, ada, ben)
    (told,) = await town.inbox(ada)
    assert (told.kind, names(told), told.actor_count) == ("reaction", ["cleo"], 1)
    assert await town.unread(ada) == 1
    assert await town.backend.notifications.by_ids(ada, [told.id]) == (told,)


async def hide(backend: Backend, who: str, ada: str, ben: str) -> None:
    """Make ben somebody whom ada does not hear of."""
    if who == "blocker":
        await backend.block(ada, ben)
    elif who == "blocked":
        await backend.block(ben, ada)
    elif who == "muter":
        await backend.mute(ada, ben, until=backend.clock.now() + timedelta(hours=1))
    else:
        await backend.change_account(ben, state=who)


async def test_a_limited_account_is_heard_by_whoever_follows_it(town: Town) -> None:
    ada, ben = await town.backend.accounts("ada", "ben")
    await town.backend.change_account(ben, state="limited")
    await town.backend.follow(ada, ben)
    await town.follows(ben, ada)
    assert [names(view) for view in await town.inbox(ada)] == [["ben"]]


async def test_a_mute_that_has_ended_hides_nothing(town: Town) -> None:
    ada, ben = await town.backend.accounts("ada", "ben")
    await town.follows(ben, ada)
    await town.backend.mute(ada, ben, until=town.backend.clock.now() + timedelta(hours=1))
    assert await town.unread(ada) == 0
    town.backend.clock.advance(hours=1)
    assert await town.unread(ada) == 1
    assert len(await town.inbox(ada)) == 1


@pytest.mark.parametrize("audience", [Audience.FOLLOWERS, Audience.PRIVATE])
async def test_nothing_is_told_of_posts_that_its_reader_does_not_see(town: Town, audience: Audience) -> None:
    ada, ben, cleo = await town.backend.accounts("ada", "ben", "cleo")
    post_id = await town.publish(cleo, audience=audience)
    somebody_elses = Occasion(Kind.REACTION, ada, ben, Subject(SubjectType.POST, post_id, post_id))
    async with town.backend.uow() as uow:
        assert not await uow.recipients.may_hear(somebody_elses, town.backend.clock.now())
    await town.backend.follow(ada, cleo)
    async with town.backend.uow() as uow:
        heard = await uow.recipients.may_hear(somebody_elses, town.backend.clock.now())
    assert heard is (audience is Audience.FOLLOWERS)


async def test_a_deleted_post_is_not_spoken_of(town: Town) -> None:
    ada, ben, cleo = await town.backend.accounts("ada", "ben", "cleo")
    post_id = await town.publish(ada)
    await town.reacts(ben, post_id, ada)
    async with town.backend.uow() as uow:
        gone = await uow.posts.get(post_id)
        gone.delete()
        await uow.posts.put(gone)
        await uow.commit()
    assert await town.inbox(ada) == ()
    assert await town.unread(ada) == 0
    await town.reacts(cleo, post_id, ada)
    assert await town.told(ada) == ["notification:created", "badge:changed"]
    for _ in range(2):
        await RemoveNotificationsAbout(town.backend.uow)(post_id)
    assert (await town.told(ada))[2:] == ["badge:changed"]
    async with town.backend.uow() as uow:
        assert await uow.notifications.list_about(post_id, 10) == []


async def test_a_block_removes_both_from_each_others_lists(town: Town) -> None:
    ada, ben, cleo = await town.backend.accounts("ada", "ben", "cleo")
    post_id = await town.publish(ada)
    for account in (ben, cleo):
        await town.reacts(account, post_id, ada)
    await town.follows(ben, ada)
    await town.follows(ada, ben)
    await RemoveNotificationsBetween(town.backend.uow)(ada, ben)
    assert [(view.kind, names(view), view.actor_count) for view in await town.inbox(ada)] == [
        ("reaction", ["cleo"], 1)
    ]
    assert await town.inbox(ben) == ()
    assert (await town.told(ben))[-1] == "badge:changed"


async def test_reading_up_to_a_place_leaves_what_came_since(town: Town) -> None:
    ada, ben, cleo = await town.backend.accounts("ada", "ben", "cleo")
    posts = [await town.publish(ada, str(number)) for number in range(3)]
    for post_id in posts:
        await town.reacts(ben, post_id, ada)
    newest, middle, oldest = await town.inbox(ada)
    await town.reacts(cleo, posts[0], ada)
    await town.read_up_to(actor(ada), middle.order_id)
    state = {view.preview_text: view.read for view in await town.inbox(ada)}
    assert state == {"0": False, "1": True, "2": False}
    assert oldest.preview_text == "0"
    await town.read_up_to(actor(ada), newest.id)
    assert {view.preview_text: view.read for view in await town.inbox(ada)} == {
        "0": False,
        "1": True,
        "2": True,
    }
    assert await town.unread(ada) == 1


async def test_reading_is_told_to_the_other_devices_once(town: Town) -> None:
    ada, ben = await town.backend.accounts("ada", "ben")
    await town.follows(ben, ada)
    (told,) = await town.inbox(ada)
    for _ in range(2):
        await town.read(actor(ada), told.id)
        await town.read_up_to(actor(ada), told.order_id)
    assert await town.told(ada) == ["notification:created", "badge:changed", "badge:changed"]
    await town.delete(actor(ada), told.id)
    assert len(await town.told(ada)) == 3


async def test_an_unread_notification_can_be_deleted_and_the_badge_follows(town: Town) -> None:
    ada, ben = await town.backend.accounts("ada", "ben")
    await town.follows(ben, ada)
    (told,) = await town.inbox(ada)
    for _ in range(2):
        await town.delete(actor(ada), told.id)
    assert await town.inbox(ada) == ()
    assert (await town.told(ada))[2:] == ["badge:changed"]


async def test_other_peoples_notifications_are_out_of_reach(town: Town) -> None:
    ada, ben = await town.backend.accounts("ada", "ben")
    await town.follows(ben, ada)
    (told,) = await town.inbox(ada)
    with pytest.raises(NotFound):
        await town.read(actor(ben), told.id)
    await town.delete(actor(ben), told.id)
    await town.read_up_to(actor(ben), told.order_id)
    assert await town.inbox(ada) == (told,)
    assert await town.backend.notifications.by_ids(ben, [told.id]) == ()


async def test_notifications_are_read_in_the_order_asked(town: Town) -> None:
    ada, ben = await town.backend.accounts("ada", "ben")
    for number in range(3):
        await town.reacts(ben, await town.publish(ada, str(number)), ada)
    ids = [view.id for view in await town.inbox(ada)]
    asked = [ids[1], ids[2], town.backend.ids.new(), ids[0], ids[1]]
    found = await town.backend.notifications.by_ids(ada, asked)
    assert [view.id for view in found] == [ids[1], ids[2], ids[0]]


async def test_lists_can_be_narrowed(town: Town) -> None:
    ada, ben, cleo = await town.backend.accounts("ada", "ben", "cleo")
    await town.follows(ben, ada)
    (told,) = await town.inbox(ada)
    await town.read(actor(ada), told.id)
    await town.requests(cleo, ada)
    await town.reacts(ben, await town.publish(ada), ada)

    async def kinds(wanted: NotificationFilter) -> list[str]:
        return [view.kind for view in await town.inbox(ada, wanted)]

    assert await kinds(ALL) == ["reaction", "follow_request", "follow"]
    assert await kinds(NotificationFilter(unread_only=True)) == ["reaction", "follow_request"]
    assert await kinds(NotificationFilter(kind=Kind.FOLLOW)) == ["follow"]
    assert await kinds(NotificationFilter(unread_only=True, kind=Kind.FOLLOW)) == []
    assert await kinds(NotificationFilter(group=Group.SOCIAL)) == ["reaction", "follow_request", "follow"]
    assert await kinds(NotificationFilter(True, Group.SOCIAL)) == ["reaction", "follow_request"]
    assert await kinds(NotificationFilter(group=Group.MONEY)) == []
    assert await kinds(NotificationFilter(group=Group.MONEY, kind=Kind.FOLLOW)) == []
    assert await kinds(NotificationFilter(group=Group.SOCIAL, kind=Kind.REACTION)) == ["reaction"]


async def test_unread_is_counted_by_group_and_every_group_is_named(town: Town) -> None:
    ada, ben, cleo = await town.backend.accounts("ada", "ben", "cleo")
    await town.follows(ben, ada)
    await town.follows(cleo, ada)
    await town.requests(cleo, ada)
    counts = await town.backend.notifications.unread(ada)
    assert counts.total == 2
    assert counts.groups == {group.value: 2 if group is Group.SOCIAL else 0 for group in Group}


async def test_pages_skip_and_repeat_nothing_while_others_write(town: Town) -> None:
    ada, ben, cleo = await town.backend.accounts("ada", "ben", "cleo")
    posts = [await town.publish(ada, str(number)) for number in range(9)]
    for post_id in posts[:8]:
        await town.reacts(ben, post_id, ada)
    reader = town.backend.notifications
    first = await reader.page(ada, ALL, PageRequest(3))
    await town.reacts(ben, posts[8], ada)
    await town.reacts(cleo, posts[0], ada)
    await town.undoes(reaction(ben, posts[4], ada))
    second = await reader.page(ada, ALL, PageRequest(3, before=first.next))
    pages = [[view.preview_text for view in page.items] for page in (first, second)]
    assert pages == [["7", "6", "5"], ["3", "2", "1"]]
    assert second.next is None
    newer = await reader.page(ada, ALL, PageRequest(1, after=first.previous))
    assert [view.preview_text for view in newer.items] == ["8"]
    newest = await reader.page(ada, ALL, PageRequest(5, after=newer.previous))
    assert [(view.preview_text, names(view)) for view in newest.items] == [("0", ["cleo", "ben"])]
    nothing = await reader.page(ada, ALL, PageRequest(5, after=newest.previous))
    assert (nothing.items, nothing.previous) == ((), newest.previous)


async def test_a_crowd_is_one_notification_and_its_number_is_exact(town: Town) -> None:
    ada = await town.backend.account("ada")
    crowd = [await town.backend.account(f"fan_{number}") for number in range(HIDDEN_AMONG + 5)]
    post_id = await town.publish(ada)
    for fan in crowd:
        await town.reacts(fan, post_id, ada)
    (told,) = await town.inbox(ada)
    assert (told.actor_count, names(told)) == (len(crowd), ["fan_54", "fan_53", "fan_52"])
    for fan in crowd[:10]:
        await town.undoes(reaction(fan, post_id, ada))
    (told,) = await town.inbox(ada)
    assert told.actor_count == len(crowd) - 10


async def test_very_many_unread_ones_are_counted_up_to_a_bound(town: Town) -> None:
    ada, ben = await town.backend.accounts("ada", "ben")
    async with town.backend.uow() as uow:
        await uow.notifications.lock([ada])
        for _ in range(MOST_COUNTED + 3):
            subject = Subject(SubjectType.ACCOUNT, town.backend.ids.new())
            occasion = Occasion(Kind.FOLLOW, ada, ben, subject)
            ids = (town.backend.ids.new(), town.backend.ids.new())
            await uow.notifications.add(Notification.of(occasion, *ids, town.backend.clock.now()), ben)
        await uow.commit()
    assert await town.unread(ada) == MOST_COUNTED
    await RemoveNotificationsBetween(town.backend.uow)(ben, ada)
    assert await town.unread(ada) == 0


async def test_simultaneous_follows_make_one_exact_notification(town: Town) -> None:
    ada = await town.backend.account("ada")
    crowd = [await town.backend.account(f"fan_{number}") for number in range(20)]
    await asyncio.gather(*(town.follows(fan, ada) for fan in crowd))
    (told,) = await town.inbox(ada)
    assert told.actor_count == 20
    events = await town.backend.client_events.since({ada: 0}, 100)
    assert [event.seq for event in events] == list(range(1, 22))


async def test_reading_while_others_follow_loses_nobody(town: Town) -> None:
    ada = await town.backend.account("ada")
    crowd = [await town.backend.account(f"fan_{number}") for number in range(12)]
    newest = "ffffffff-ffff-ffff-ffff-ffffffffffff"
    reads = [town.read_up_to(actor(ada), newest) for _ in range(6)]
    await asyncio.gather(*(town.follows(fan, ada) for fan in crowd), *reads)
    assert sum(view.actor_count for view in await town.inbox(ada)) == 12
    await town.read_up_to(actor(ada), newest)
    assert await town.unread(ada) == 0
