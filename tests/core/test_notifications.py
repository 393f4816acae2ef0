"""The rules of notifications: what belongs together, how it grows, and when it is over."""

from datetime import timedelta

import pytest

from platform_core.notifications.model import (
    GROUPS,
    Group,
    Kind,
    Notification,
    Occasion,
    SubjectType,
    follow,
    follow_request,
    reaction,
)
from tests.factories import NEW_YEAR


def begun() -> Notification:
    """Return a notification with one actor."""
    return Notification.of(follow("ben", "ada"), "n1", "o1", NEW_YEAR)


def test_a_notification_begins_unread_with_one_actor() -> None:
    new = begun()
    assert (new.account_id, new.kind, new.subject) == ("ada", Kind.FOLLOW, follow("ben", "ada").subject)
    assert (new.actor_count, new.read, new.created_at, new.order_id) == (1, False, NEW_YEAR, "o1")


def test_growing_moves_it_up_and_keeps_its_id() -> None:
    grown = begun()
    later = NEW_YEAR + timedelta(minutes=1)
    grown.grow("o2", later)
    assert (grown.id, grown.order_id, grown.actor_count, grown.created_at) == ("n1", "o2", 2, later)


def test_it_is_over_when_nobody_is_left() -> None:
    notification = begun()
    notification.grow("o2", NEW_YEAR)
    assert notification.shrink()
    assert not notification.shrink()


def test_it_is_marked_read_once() -> None:
    notification = begun()
    assert notification.mark_read()
    assert not notification.mark_read()
    assert notification.read


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_group(kind: Kind) -> None:
    assert GROUPS[kind] in Group


def test_follows_and_requests_are_about_the_account_and_reactions_about_the_post() -> None:
    for occasion in (follow("ben", "ada"), follow_request("ben", "ada")):
        assert (occasion.account_id, occasion.actor_id) == ("ada", "ben")
        assert (occasion.subject.type, occasion.subject.id) == (SubjectType.ACCOUNT, "ada")
        assert occasion.subject.post_id is None
    reacted = reaction("ben", "p1", "ada")
    assert (reacted.account_id, reacted.actor_id) == ("ada", "ben")
    assert (reacted.subject.type, reacted.subject.id, reacted.subject.post_id) == (
        SubjectType.POST,
        "p1",
        "p1",
    )


def test_nobody_hears_of_themselves() -> None:
    def concerns(occasion: Occasion) -> bool:
        return occasion.concerns_others

    assert concerns(reaction("ben", "p1", "ada"))
    assert not concerns(reaction("ada", "p1", "ada"))
