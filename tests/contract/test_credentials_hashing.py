"""Argon2, the list of common passwords, and authenticators: what the outside parts promise."""

import asyncio
import statistics
from datetime import UTC, datetime
from importlib.machinery import ModuleSpec
from pathlib import Path
from time import perf_counter

import pyotp
import pytest

from adapters.passwords import frequent
from adapters.passwords.argon2 import LANES, MEMORY_KIB, PASSES, Argon2Hasher
from adapters.passwords.frequent import ZxcvbnPasswords
from adapters.totp.authenticators import PyotpAuthenticators
from platform_core.shared.errors import Unavailable

CHEAP = 8


async def test_a_password_is_hashed_as_the_design_says() -> None:
    hasher = Argon2Hasher()
    hashed = await hasher.hash("correct horse")
    assert hashed.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert (MEMORY_KIB * 1024, PASSES, LANES) == (46 * 2**20, 1, 1)
    assert await hasher.verify(hashed, "correct horse")
    assert not await hasher.verify(hashed, "correct house")
    assert not hasher.is_outdated(hashed)
    hasher.close()


async def test_the_hash_of_nobody_takes_as_long_as_any() -> None:
    hasher = Argon2Hasher(threads=1)
    hashed = await hasher.hash("correct horse")

    async def seconds(known: str | None) -> float:
        began = perf_counter()
        assert not await hasher.verify(known, "wrong")
        return perf_counter() - began

    pairs = [(await seconds(hashed), await seconds(None)) for _ in range(9)]
    ratio = statistics.median(nobody / somebody for somebody, nobody in pairs)
    assert 0.5 < ratio < 2, "the same memory is filled as often"
    hasher.close()


async def test_other_parameters_are_outdated_and_still_verify() -> None:
    old, new = Argon2Hasher(memory_kib=CHEAP), Argon2Hasher(memory_kib=2 * CHEAP)
    hashed = await old.hash("correct horse")
    assert new.is_outdated(hashed)
    assert await new.verify(hashed, "correct horse")


@pytest.mark.parametrize("hashed", ["", "nonsense", "$argon2id$v=19$m=8,t=1,p=1$short$short"])
async def test_what_is_no_hash_lets_nobody_in(hashed: str) -> None:
    assert not await Argon2Hasher(memory_kib=CHEAP).verify(hashed, "")


async def test_who_comes_when_too_many_wait_is_sent_away() -> None:
    hasher = Argon2Hasher(memory_kib=CHEAP, threads=1, most_waiting=2)
    tried = (hasher.hash("correct horse") for _ in range(5))
    outcomes = await asyncio.gather(*tried, return_exceptions=True)
    assert sum(isinstance(outcome, Unavailable) for outcome in outcomes) == 3
    assert await hasher.hash("correct horse")


@pytest.mark.parametrize("password", ["password1", "PassWord1", "12345678", "qwertyuiop"])
async def test_common_passwords_are_known(password: str) -> None:
    assert await ZxcvbnPasswords().contain(password)


@pytest.mark.parametrize("password", ["a long way home", "password1\npassword1", "\n", "", "password1,"])
async def test_other_passwords_are_not_common(password: str) -> None:
    assert not await ZxcvbnPasswords().contain(password)


async def test_a_list_that_is_gone_or_looks_different_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(frequent, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError):
        await ZxcvbnPasswords().contain("password1")
    (tmp_path / "frequency_lists.py").write_text("FREQUENCY_LISTS = {}")
    elsewhere = ModuleSpec("zxcvbn", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(frequent, "find_spec", lambda name: elsewhere)
    with pytest.raises(LookupError):
        await ZxcvbnPasswords().contain("password1")


# RFC 6238, appendix B, the last six digits of the SHA-1 rows.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
VECTORS = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]


@pytest.mark.parametrize(("at", "code"), VECTORS)
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    authenticators = PyotpAuthenticators("Footlights")
    moment = datetime.fromtimestamp(at, UTC)
    assert authenticators.matching_step(SECRET, code, moment) == at // 30
    assert authenticators.matching_step(SECRET, f" {code[:3]} {code[3:]}", moment) == at // 30


@pytest.mark.parametrize(
    ("seconds", "known"), [(-31, True), (0, True), (31, True), (-61, False), (61, False)]
)
def test_clocks_may_differ_by_one_step(seconds: int, known: bool) -> None:
    now = datetime(2030, 1, 1, 12, 0, 15, tzinfo=UTC)
    shown = pyotp.TOTP(SECRET).at(int(now.timestamp()) + seconds)
    matched = PyotpAuthenticators("Footlights").matching_step(SECRET, shown, now)
    assert (matched is not None) is (abs(seconds) < 60)


@pytest.mark.parametrize("code", ["", "28708", "2870820", "28708x", "٢٨٧٠٨٢", "-87082"])
def test_what_is_no_code_matches_nothing(code: str) -> None:
    moment = datetime.fromtimestamp(59, UTC)
    assert PyotpAuthenticators("Footlights").matching_step(SECRET, code, moment) is None


def test_an_enrolment_can_be_typed_scanned_and_used() -> None:
    authenticators = PyotpAuthenticators("My place")
    first, second = authenticators.enrol("ada"), authenticators.enrol("ada")
    parsed = pyotp.parse_uri(first.uri)
    assert (parsed.issuer, parsed.name, parsed.secret) == ("My place", "ada", first.secret)
    assert len(first.secret) == 32, "160 bits"
    assert first.secret != second.secret
    assert first.qr_svg.startswith("<svg")
    now = datetime(2030, 1, 1, tzinfo=UTC)
    assert authenticators.matching_step(first.secret, pyotp.TOTP(first.secret).at(now), now) is not None
