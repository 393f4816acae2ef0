"""What a wish about somebody else comes to."""

from typing import Any

import pytest

from platform_core.accounts.model.graph import (
    BlockedByYou,
    Bond,
    FollowStep,
    FollowTerms,
    FollowWish,
    Notify,
    pair_stream,
)
from platform_core.shared.errors import NotFound
from platform_core.shared.visibility import AccountState

PLAIN = FollowTerms()
LOUD = FollowTerms(Notify.ALL)
ONE, OTHER = "01b8dd58-e200-7000-8000-000000000001", "01b8dd58-e200-7000-8000-000000000002"


def bond(**standing: Any) -> Bond:
    known: dict[str, Any] = {"state": AccountState.ACTIVE, "locked": False, **standing}
    return Bond(account_id=ONE, other_id=OTHER, **known)


@pytest.mark.parametrize(
    ("standing", "terms", "step"),
    [
        ({}, PLAIN, FollowStep.FOLLOW),
        ({"state": AccountState.LIMITED}, PLAIN, FollowStep.FOLLOW),
        ({"requests": PLAIN}, PLAIN, FollowStep.FOLLOW),
        ({"locked": True}, PLAIN, FollowStep.REQUEST),
        ({"locked": True, "requests": PLAIN}, PLAIN, FollowStep.NOTHING),
        ({"locked": True, "requests": PLAIN}, LOUD, FollowStep.CHANGE_REQUEST),
        ({"follows": PLAIN}, PLAIN, FollowStep.NOTHING),
        ({"follows": PLAIN}, LOUD, FollowStep.CHANGE_FOLLOW),
        ({"locked": True, "follows": PLAIN}, LOUD, FollowStep.CHANGE_FOLLOW),
        ({"followed_by": True}, PLAIN, FollowStep.FOLLOW),
    ],
)
def test_what_a_wish_to_follow_comes_to(
    standing: dict[str, Any], terms: FollowTerms, step: FollowStep
) -> None:
    assert bond(**standing).follow(terms) is step


@pytest.mark.parametrize(
    "standing",
    [
        {"state": AccountState.PENDING},
        {"state": AccountState.SUSPENDED},
        {"state": AccountState.DELETED},
        {"blocked_by": True},
        {"blocked_by": True, "blocks": True},
    ],
)
def test_who_is_not_to_be_known_of_is_not_there(standing: dict[str, Any]) -> None:
    hidden = bond(**standing)
    with pytest.raises(NotFound):
        hidden.follow(PLAIN)
    with pytest.raises(NotFound):
        hidden.mute()
    with pytest.raises(NotFound):
        hidden.approve()
    if not hidden.blocks:
        with pytest.raises(NotFound):
            hidden.block()


def test_whom_one_blocks_one_cannot_follow() -> None:
    with pytest.raises(BlockedByYou):
        bond(blocks=True).follow(PLAIN)


def test_a_block_is_made_once_and_stays_though_the_other_goes() -> None:
    assert bond().block()
    assert not bond(blocks=True).block()
    assert not bond(blocks=True, blocked_by=True).block()
    assert not bond(blocks=True, state=AccountState.SUSPENDED).block()


def test_a_request_is_approved_on_its_terms_once() -> None:
    assert bond(requested_by=LOUD).approve() == LOUD
    assert bond(followed_by=True).approve() is None
    with pytest.raises(NotFound):
        bond().approve()


def test_what_is_not_wished_for_stays_or_begins_plain() -> None:
    assert bond().terms(FollowWish()) == PLAIN
    assert bond(follows=LOUD).terms(FollowWish(show_reposts=False)) == FollowTerms(Notify.ALL, False)
    assert bond(requests=LOUD).terms(FollowWish(Notify.NONE)) == PLAIN


def test_the_stream_of_a_pair_fits_and_is_one_for_both_directions() -> None:
    assert len(pair_stream(ONE, OTHER)) <= 100
    assert pair_stream(ONE, OTHER) == pair_stream(OTHER, ONE)
