"""Logging in on every back end: the same words for everybody, limits on failures, the second factor."""

import asyncio
from datetime import timedelta

import pytest

from adapters.passwords.argon2 import Argon2Hasher
from platform_core.accounts.model.credentials import (
    AccountPending,
    AccountSuspended,
    InvalidCredentials,
    WrongPassword,
)
from platform_core.accounts.model.credentials_factors import (
    RECOVERY_CODES,
    ChallengeOver,
    CodeRefused,
    FactorEnabled,
    FactorMissing,
    SecondFactorView,
    WrongCode,
)
from platform_core.accounts.model.credentials_letters import SecondFactorWasRemoved
from platform_core.accounts.model.credentials_sessions import Client
from platform_core.accounts.use_cases.credentials_checks import Passwords
from platform_core.shared.errors import Contention, RateLimited, Unauthenticated
from tests.accounts import events, stored
from tests.backends import Backend
from tests.credentials import ANOTHER, AWAY, HOME, PASSWORD, Desk


@pytest.fixture
def desk(backend: Backend) -> Desk:
    return Desk(backend)


def elsewhere(number: int) -> Client:
    return Client(f"203.0.113.{number}", f"203.0.113.{number}")


async def fail(desk: Desk, times: int, login: str = "ada", client: Client = HOME) -> None:
    for _ in range(times):
        with pytest.raises(InvalidCredentials):
            await desk.log_in(login, ANOTHER, client)


async def test_handle_and_address_let_in_whatever_their_case(desk: Desk, backend: Backend) -> None:
    registered = await desk.register()
    for login in ("ada", "ADA", " ada ", "ada@example.org", "Ada@Example.org"):
        entrance = await desk.log_in(login)
        assert (await desk.actor(entrance)).id == registered.account_id == entrance.account_id
    assert ("accounts.signed_in", {"account_id": registered.account_id}) in await events(backend)


async def test_a_refusal_says_the_same_whether_or_not_there_is_an_account(desk: Desk) -> None:
    await desk.register()
    for login in ("ada", "nobody", "nobody@example.org", "no@body@", "", "x" * 254):
        with pytest.raises(InvalidCredentials) as refused:
            await desk.log_in(login, ANOTHER)
        assert refused.value.detail == "The name or the password is not right."


async def test_a_password_is_hashed_whether_or_not_there_is_an_account(desk: Desk) -> None:
    verified: list[str | None] = []

    class Counting(Argon2Hasher):
        async def verify(self, password_hash: str | None, password: str) -> bool:
            verified.append(password_hash)
            return await super().verify(password_hash, password)

    desk.hasher = Counting(memory_kib=8, threads=1)
    desk.passwords = Passwords(desk.hasher, desk.passwords.common)
    await desk.register()
    await fail(desk, 1, "ada")
    await fail(desk, 1, "nobody")
    assert len(verified) == 2
    assert verified[1] is None


async def test_after_five_failures_an_account_is_closed_for_half_an_hour(
    desk: Desk, backend: Backend
) -> None:
    await desk.register()
    for number in range(5):
        await fail(desk, 1, client=elsewhere(number))
    with pytest.raises(RateLimited) as refused:
        await desk.log_in("ada", PASSWORD, elsewhere(9))
    assert 29 * 60 < refused.value.retry_after <= 31 * 60
    backend.clock.advance(minutes=31)
    assert (await desk.log_in("ada", PASSWORD)).token


async def test_a_name_that_is_nobodys_is_closed_in_the_same_way(desk: Desk) -> None:
    await fail(desk, 5, "nobody")
    with pytest.raises(RateLimited):
        await desk.log_in("nobody", ANOTHER)


async def test_failures_by_handle_and_by_address_count_together_without_telling(desk: Desk) -> None:
    await desk.register()
    await fail(desk, 3, "ada")
    await fail(desk, 2, "ada@example.org")
    with pytest.raises(InvalidCredentials):
        await desk.log_in("ada@example.org", PASSWORD)
    with pytest.raises(InvalidCredentials):
        await desk.log_in("ada", PASSWORD)


async def test_a_network_gets_twenty_five_failures_in_five_minutes(desk: Desk, backend: Backend) -> None:
    await desk.register()
    for number in range(25):
        await fail(desk, 1, f"nobody{number}")
    with pytest.raises(RateLimited):
        await desk.log_in("ada", PASSWORD)
    assert (await desk.log_in("ada", PASSWORD, AWAY)).token
    backend.clock.advance(minutes=6)
    assert (await desk.log_in("ada", PASSWORD)).token


async def test_logging_in_rightly_is_never_too_often(desk: Desk) -> None:
    await desk.register()
    for _ in range(30):
        assert (await desk.log_in()).token


async def test_guessing_in_parallel_gains_nothing(desk: Desk) -> None:
    account = f"account:{(await desk.register()).account_id}"

    class LuckyAtLast(Argon2Hasher):
        async def verify(self, password_hash: str | None, password: str) -> bool:
            while password == PASSWORD and not await desk.failures.exhausted(account):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            return await super().verify(password_hash, password)

    desk.passwords = Passwords(LuckyAtLast(memory_kib=8, threads=1), desk.passwords.common)
    guesses = [*[ANOTHER] * 20, PASSWORD]
    tried = (desk.log_in("ada", guess, elsewhere(number)) for number, guess in enumerate(guesses))
    outcomes = await asyncio.gather(*tried, return_exceptions=True)
    assert all(isinstance(outcome, InvalidCredentials | RateLimited) for outcome in outcomes)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("pending", AccountPending),
        ("suspended", AccountSuspended),
        ("deleted", InvalidCredentials),
    ],
)
async def test_an_account_that_may_not_act_is_told_so_only_with_its_password(
    desk: Desk, backend: Backend, state: str, error: type[Exception]
) -> None:
    entrance = await desk.register()
    await backend.change_account(entrance.account_id, state=state)
    await fail(desk, 1)
    with pytest.raises(error):
        await desk.log_in()
    with pytest.raises(Unauthenticated):
        await desk.actor(entrance)


async def test_a_suspension_ends_by_itself(desk: Desk, backend: Backend) -> None:
    entrance = await desk.register()
    until = backend.clock.now() + timedelta(hours=1)
    await backend.change_account(entrance.account_id, state="suspended", suspended_until=until)
    with pytest.raises(AccountSuspended):
        await desk.log_in()
    backend.clock.advance(hours=1)
    assert (await desk.actor(await desk.log_in())).id == entrance.account_id
    assert (await desk.actor(entrance)).id == entrance.account_id


async def test_a_limited_account_lives_on(desk: Desk, backend: Backend) -> None:
    entrance = await desk.register()
    await backend.change_account(entrance.account_id, state="limited")
    assert (await desk.actor(await desk.log_in())).id == entrance.account_id


async def test_a_hash_with_old_parameters_is_made_anew_at_log_in(desk: Desk, backend: Backend) -> None:
    account_id = (await desk.register()).account_id
    before = (await backend.account_row(account_id)).password_hash
    stronger = Desk(backend, hasher=Argon2Hasher(memory_kib=16, threads=1))
    await stronger.log_in()
    after = (await backend.account_row(account_id)).password_hash
    assert ("m=8," in before, "m=16," in after) == (True, True)
    await stronger.log_in()
    assert (await backend.account_row(account_id)).password_hash == after


async def test_a_password_that_changes_meanwhile_is_checked_again(desk: Desk, backend: Backend) -> None:
    account_id = (await desk.register()).account_id

    class Slow(Argon2Hasher):
        async def verify(self, password_hash: str | None, password: str) -> bool:
            right = await super().verify(password_hash, password)
            await backend.change_account(account_id, password_hash="another")
            return right

    with pytest.raises(Contention):
        await Desk(backend, hasher=Slow(memory_kib=8, threads=1)).log_in()
    assert await stored(backend, "sessions") == 1


async def test_an_account_without_a_usable_hash_lets_nobody_in(desk: Desk, backend: Backend) -> None:
    await backend.account("ada", password_hash="")
    with pytest.raises(InvalidCredentials):
        await desk.log_in("ada", "")


async def test_with_a_second_factor_the_password_alone_is_not_enough(desk: Desk, backend: Backend) -> None:
    ada = await desk.member()
    secret, _ = await desk.with_factor(ada)
    backend.clock.advance(seconds=30)
    entrance = await desk.log_in()
    assert entrance.token is None
    with pytest.raises(Unauthenticated):
        await desk.authenticate(entrance.mfa_token or "")
    entered = await desk.prove(entrance.mfa_token, desk.code(secret))
    assert (await desk.actor(entered)).id == ada.id


async def test_a_code_is_good_once(desk: Desk, backend: Backend) -> None:
    secret, _ = await desk.with_factor(await desk.member())
    backend.clock.advance(seconds=60)
    code, first, second = desk.code(secret), await desk.log_in(), await desk.log_in()
    await desk.prove(first.mfa_token, code)
    for late in (code, desk.code(secret, -1)):
        with pytest.raises(CodeRefused):
            await desk.prove(second.mfa_token, late)
    await desk.prove(second.mfa_token, desk.code(secret, 1))


async def test_of_two_who_use_a_code_at_once_one_gets_in(desk: Desk, backend: Backend) -> None:
    secret, _ = await desk.with_factor(await desk.member())
    backend.clock.advance(seconds=30)
    entrances = [await desk.log_in() for _ in range(4)]
    code = desk.code(secret)
    tried = (desk.prove(entrance.mfa_token, code) for entrance in entrances)
    outcomes = await asyncio.gather(*tried, return_exceptions=True)
    assert sum(isinstance(outcome, CodeRefused) for outcome in outcomes) == 3


async def test_codes_of_other_times_are_refused(desk: Desk, backend: Backend) -> None:
    secret, _ = await desk.with_factor(await desk.member())
    backend.clock.advance(minutes=5)
    entrance = await desk.log_in()
    for code in (desk.code(secret, -2), desk.code(secret, 2), "000000x", "", "٣٣٣٣٣٣"):
        with pytest.raises(CodeRefused):
            await desk.prove(entrance.mfa_token, code)


async def test_a_log_in_that_waits_ends_after_ten_minutes_and_when_it_is_used(
    desk: Desk, backend: Backend
) -> None:
    secret, _ = await desk.with_factor(await desk.member())
    entrance = await desk.log_in()
    backend.clock.advance(minutes=10)
    with pytest.raises(ChallengeOver):
        await desk.prove(entrance.mfa_token, desk.code(secret))
    entrance = await desk.log_in()
    await desk.prove(entrance.mfa_token, desk.code(secret))
    backend.clock.advance(seconds=30)
    with pytest.raises(ChallengeOver):
        await desk.prove(entrance.mfa_token, desk.code(secret))
    with pytest.raises(ChallengeOver):
        await desk.prove("never was", desk.code(secret))


async def test_five_wrong_codes_close_the_second_step(desk: Desk, backend: Backend) -> None:
    secret, recovery = await desk.with_factor(await desk.member())
    backend.clock.advance(seconds=30)
    entrance = await desk.log_in()
    wrong = str((int(desk.code(secret)) + 1) % 10**6).zfill(6)
    tried = (desk.prove(entrance.mfa_token, "wrong" + wrong, elsewhere(n)) for n in range(12))
    outcomes = await asyncio.gather(*tried, return_exceptions=True)
    assert sum(isinstance(outcome, CodeRefused) for outcome in outcomes) == 5
    for code in (desk.code(secret), recovery[0]):
        with pytest.raises(RateLimited):
            await desk.prove(entrance.mfa_token, code)


async def test_a_recovery_code_is_good_once(desk: Desk, backend: Backend) -> None:
    ada = await desk.member()
    _, recovery = await desk.with_factor(ada)
    assert len(set(recovery)) == RECOVERY_CODES
    entrance = await desk.log_in()
    assert (await desk.prove(entrance.mfa_token, recovery[3].upper())).token
    assert await desk.reader.second_factor(ada.id) == SecondFactorView(True, RECOVERY_CODES - 1)
    again = await desk.log_in()
    with pytest.raises(CodeRefused):
        await desk.prove(again.mfa_token, recovery[3])


async def test_new_recovery_codes_replace_the_old_ones(desk: Desk) -> None:
    ada = await desk.member()
    _, old = await desk.with_factor(ada)
    new = await desk.new_codes(ada, HOME, PASSWORD)
    entrance = await desk.log_in()
    with pytest.raises(CodeRefused):
        await desk.prove(entrance.mfa_token, old[0])
    assert (await desk.prove(entrance.mfa_token, new[0])).token


async def test_a_suspended_account_does_not_pass_the_second_step(desk: Desk, backend: Backend) -> None:
    ada = await desk.member()
    _, recovery = await desk.with_factor(ada)
    entrance = await desk.log_in()
    await backend.change_account(ada.id, state="suspended")
    with pytest.raises(AccountSuspended):
        await desk.prove(entrance.mfa_token, recovery[0])


async def test_a_factor_counts_once_a_code_of_it_was_seen(desk: Desk, backend: Backend) -> None:
    ada = await desk.member()
    with pytest.raises(FactorMissing):
        await desk.confirm_factor(ada, "000000")
    enrolment = await desk.enrol(ada, HOME, PASSWORD)
    assert enrolment.secret in enrolment.uri
    assert enrolment.qr_svg.startswith("<svg")
    assert enrolment.secret not in repr(enrolment)
    with pytest.raises(WrongCode):
        await desk.confirm_factor(ada, "no code")
    assert (await desk.log_in()).token
    assert await desk.reader.second_factor(ada.id) == SecondFactorView(False, 0)
    again = await desk.enrol(ada, HOME, PASSWORD)
    assert again.secret != enrolment.secret
    await desk.confirm_factor(ada, desk.code(again.secret))
    for refused in (desk.enrol(ada, HOME, PASSWORD), desk.confirm_factor(ada, "000000")):
        with pytest.raises(FactorEnabled):
            await refused


async def test_a_disabled_factor_is_gone_with_its_codes_and_the_owner_is_told(desk: Desk) -> None:
    ada = await desk.member()
    await desk.with_factor(ada)
    await desk.disable_factor(ada, HOME, PASSWORD)
    await desk.disable_factor(ada, HOME, PASSWORD)
    assert (await desk.log_in()).token
    assert len(await desk.letters(SecondFactorWasRemoved)) == 1
    with pytest.raises(FactorMissing):
        await desk.new_codes(ada, HOME, PASSWORD)


async def test_a_factor_that_was_never_confirmed_goes_without_a_letter(desk: Desk, backend: Backend) -> None:
    ada = await desk.member()
    await desk.enrol(ada, HOME, PASSWORD)
    await desk.disable_factor(ada, HOME, PASSWORD)
    assert await stored(backend, "second_factors") == 0
    assert await desk.letters(SecondFactorWasRemoved) == []


async def test_a_borrowed_session_cannot_touch_the_second_factor(desk: Desk) -> None:
    ada = await desk.member()
    await desk.with_factor(ada)
    for use in (desk.enrol, desk.disable_factor, desk.new_codes):
        with pytest.raises(WrongPassword):
            await use(ada, HOME, ANOTHER)
    assert (await desk.log_in()).mfa_token


async def test_five_wrong_passwords_close_what_asks_for_it_again(desk: Desk, backend: Backend) -> None:
    ada = await desk.member()
    for number in range(5):
        with pytest.raises(WrongPassword):
            await desk.enrol(ada, elsewhere(number), ANOTHER)
    with pytest.raises(RateLimited):
        await desk.enrol(ada, HOME, PASSWORD)
    assert (await desk.log_in()).token, "an outsider's failures are another matter, and so are these"
    backend.clock.advance(minutes=31)
    assert (await desk.enrol(ada, HOME, PASSWORD)).secret


async def test_a_log_in_that_waits_is_finished_once(desk: Desk) -> None:
    _, recovery = await desk.with_factor(await desk.member())
    entrance = await desk.log_in()
    tried = (desk.prove(entrance.mfa_token, code) for code in recovery[:3])
    outcomes = await asyncio.gather(*tried, return_exceptions=True)
    assert sum(isinstance(outcome, ChallengeOver) for outcome in outcomes) == 2


async def test_a_factor_that_is_gone_meanwhile_proves_nothing(desk: Desk) -> None:
    ada = await desk.member()
    secret, recovery = await desk.with_factor(ada)
    entrance = await desk.log_in()
    await desk.disable_factor(ada, HOME, PASSWORD)
    for code in (desk.code(secret, 1), recovery[0]):
        with pytest.raises(CodeRefused):
            await desk.prove(entrance.mfa_token, code)


async def test_log_ins_that_waited_too_long_are_cleared_away(desk: Desk, backend: Backend) -> None:
    await desk.with_factor(await desk.member())
    await desk.log_in()
    desk.clock.advance(minutes=5)
    await desk.log_in()
    desk.clock.advance(minutes=5)
    await desk.forget_ended()
    assert await stored(backend, "sign_in_challenges") == 1
