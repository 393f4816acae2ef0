"""Idempotency keys on every back end: one effect for one key, whatever happens in between."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from attrs import evolve

from platform_core.posts.model import Content
from platform_core.posts.use_cases.publishing import PublishPost
from platform_core.shared.idempotency import (
    KEPT,
    LEASE,
    Answer,
    Claim,
    Claimed,
    KeyReused,
    RequestInProgress,
    current_claim,
)
from tests.backends import Backend
from tests.factories import actor


@pytest.fixture
async def claim(backend: Backend) -> Claim:
    """A claim of somebody's."""
    return Claim(await backend.account("ada"), "key-1", "f" * 64)


@contextmanager
def under(claim: Claim) -> Iterator[None]:
    """Do something as the request that made the claim."""
    token = current_claim.set(claim)
    try:
        yield
    finally:
        current_claim.reset(token)


async def publish(backend: Backend, claim: Claim) -> str:
    """Publish a post under the claim; return its id."""
    with under(claim):
        use_case = PublishPost(backend.uow, backend.clock, backend.ids)
        return await use_case(actor(claim.account_id), Content("Hello"))


async def test_the_first_request_does_the_work_and_a_second_waits_its_turn(
    backend: Backend, claim: Claim
) -> None:
    assert await backend.idempotency.claim(claim) == Claimed()
    with pytest.raises(RequestInProgress):
        await backend.idempotency.claim(claim)


async def test_whoever_comes_again_gets_the_first_answer(backend: Backend, claim: Claim) -> None:
    answer = Answer(201, b'{"text": "\xc3\xbc"}\x00\xff')
    await backend.idempotency.claim(claim)
    await publish(backend, claim)
    await backend.idempotency.answer(claim, answer)
    for _ in range(2):
        assert (await backend.idempotency.claim(claim)).answer == answer


async def test_an_empty_answer_is_an_answer(backend: Backend, claim: Claim) -> None:
    await backend.idempotency.claim(claim)
    await backend.idempotency.answer(claim, Answer(204, b""))
    assert (await backend.idempotency.claim(claim)).answer == Answer(204, b"")


async def test_an_effect_whose_answer_was_lost_is_known_by_its_outcome(
    backend: Backend, claim: Claim
) -> None:
    await backend.idempotency.claim(claim)
    post_id = await publish(backend, claim)
    assert await backend.idempotency.claim(claim) == Claimed(outcome=post_id)
    backend.clock.advance(hours=1)
    assert await backend.idempotency.claim(claim) == Claimed(outcome=post_id)


async def test_an_effect_that_was_rolled_back_left_no_mark(backend: Backend, claim: Claim) -> None:
    await backend.idempotency.claim(claim)
    with under(claim):
        async with backend.uow() as uow:
            await uow.authors.add_posts(claim.account_id, 1)
    backend.clock.advance(seconds=LEASE.total_seconds())
    assert await backend.idempotency.claim(claim) == Claimed()


async def test_a_key_is_good_for_one_request_only(backend: Backend, claim: Claim) -> None:
    await backend.idempotency.claim(claim)
    for _ in range(2):
        with pytest.raises(KeyReused):
            await backend.idempotency.claim(evolve(claim, fingerprint="0" * 64))
        await publish(backend, claim)


async def test_keys_belong_to_their_accounts(backend: Backend, claim: Claim) -> None:
    ben = await backend.account("ben")
    await backend.idempotency.claim(claim)
    for other in (evolve(claim, account_id=ben), evolve(claim, key="key-2")):
        assert await backend.idempotency.claim(other) == Claimed()


async def test_a_key_that_had_no_effect_can_be_given_back(backend: Backend, claim: Claim) -> None:
    await backend.idempotency.claim(claim)
    await backend.idempotency.release(claim)
    assert await backend.idempotency.claim(evolve(claim, fingerprint="0" * 64)) == Claimed()


async def test_what_took_effect_cannot_be_given_back(backend: Backend, claim: Claim) -> None:
    await backend.idempotency.claim(claim)
    post_id = await publish(backend, claim)
    await backend.idempotency.release(claim)
    assert await backend.idempotency.claim(claim) == Claimed(outcome=post_id)
    await backend.idempotency.answer(claim, Answer(201, b"{}"))
    await backend.idempotency.release(claim)
    assert (await backend.idempotency.claim(claim)).answer == Answer(201, b"{}")


async def test_a_request_that_died_is_taken_over_when_its_lease_ends(backend: Backend, claim: Claim) -> None:
    await backend.idempotency.claim(claim)
    backend.clock.advance(seconds=LEASE.total_seconds() - 1)
    with pytest.raises(RequestInProgress):
        await backend.idempotency.claim(claim)
    backend.clock.advance(seconds=1)
    assert await backend.idempotency.claim(claim) == Claimed()
    with pytest.raises(RequestInProgress):
        await backend.idempotency.claim(claim)


async def test_a_key_is_forgotten_after_a_day(backend: Backend, claim: Claim) -> None:
    await backend.idempotency.claim(claim)
    await publish(backend, claim)
    await backend.idempotency.answer(claim, Answer(201, b"{}"))
    backend.clock.advance(seconds=KEPT.total_seconds())
    assert (await backend.idempotency.claim(claim)).answer is not None
    backend.clock.advance(seconds=1)
    assert await backend.idempotency.claim(evolve(claim, fingerprint="0" * 64)) == Claimed()


@pytest.mark.parametrize("died", [False, True])
async def test_of_simultaneous_requests_one_does_the_work(backend: Backend, claim: Claim, died: bool) -> None:
    if died:
        await backend.idempotency.claim(claim)
        backend.clock.advance(seconds=LEASE.total_seconds())
    outcomes = await asyncio.gather(
        *(backend.idempotency.claim(claim) for _ in range(8)), return_exceptions=True
    )
    assert outcomes.count(Claimed()) == 1
    assert sum(isinstance(outcome, RequestInProgress) for outcome in outcomes) == 7


async def test_requests_without_a_key_leave_no_mark(backend: Backend, claim: Claim) -> None:
    await backend.idempotency.claim(claim)
    use_case = PublishPost(backend.uow, backend.clock, backend.ids)
    await use_case(actor(claim.account_id), Content("Hello"))
    with pytest.raises(RequestInProgress):
        await backend.idempotency.claim(claim)


async def test_an_attempt_that_outlived_its_lease_cannot_commit_beside_the_one_that_took_over(
    backend: Backend, claim: Claim
) -> None:
    slow, quick = evolve(claim, holder="slow"), evolve(claim, holder="quick")
    assert await backend.idempotency.claim(slow) == Claimed()
    backend.clock.advance(seconds=LEASE.total_seconds())
    assert await backend.idempotency.claim(quick) == Claimed()
    with pytest.raises(RequestInProgress):
        await commit_under(backend, slow)
    await backend.idempotency.release(slow)
    await commit_under(backend, quick)
    assert (await backend.idempotency.claim(slow)).outcome == "made"


async def commit_under(backend: Backend, claim: Claim) -> None:
    """Commit a unit of work as the effect of that request."""
    with under(claim):
        async with backend.uow() as uow:
            await uow.commit("made")
