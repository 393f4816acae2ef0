"""The rules of credentials: addresses, handles, passwords, ages, sessions, links."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve

from platform_core.accounts.model.credentials import check_password, email_address, handle_name, may_act
from platform_core.accounts.model.credentials_factors import SecondFactor, plain_code
from platform_core.accounts.model.credentials_invitations import Invitation
from platform_core.accounts.model.credentials_letters import LinkKey, Purpose, ResetPassword
from platform_core.accounts.model.credentials_registering import (
    InvalidInvitation,
    Registration,
    RegistrationClosed,
    RegistrationMode,
    RegistrationPolicy,
    age,
)
from platform_core.accounts.model.credentials_sessions import (
    Session,
    SessionKind,
    SessionLifetimes,
    Standing,
    scopes_of,
)
from platform_core.shared.actor import Role, Scope
from platform_core.shared.errors import Invalid
from platform_core.shared.visibility import AccountState

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ada@example.org", "ada@example.org"),
        (" Ada.Lovelace+x@Example.ORG ", "ada.lovelace+x@example.org"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("a@b.co", "a@b.co"),
    ],
)
def test_an_address_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert email_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "@", "ada", "ada@", "@example.org", "ada@localhost", "ada@example.", "ada@.org"),
        *("a..b@example.org", ".a@example.org", "a.@example.org", "a b@example.org", "a@exa mple.org"),
        *("ada@-example.org", "ada@example.org\r\nBcc: eve@example.org", "adà@example.org", "a@b@c.org,"),
        *("ada@127.0.0.1", f"{'a' * 65}@example.org", f"ada@{'a' * 64}.org", f"ada@{'a.' * 125}org"),
        *("ada@\u2024.example", "ada@" + "ü" * 80 + ".org", "\u212aate@example.org"),
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        email_address(typed)
    assert refused.value.errors[0].field == "email"


def test_a_handle_is_kept_in_lower_case() -> None:
    assert handle_name("Ada_99") == "ada_99"


@pytest.mark.parametrize("typed", ["ad", "a" * 31, "ada.l", "ada l", "àda", "", "ada\n", "K\u212aK"])
def test_what_is_no_handle_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        handle_name(typed)
    assert refused.value.errors[0].code == "format"


@pytest.mark.parametrize("typed", ["admin", "ADMIN", "api", "docs", "settings", "support", "footlights"])
def test_a_reserved_handle_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        handle_name(typed)
    assert refused.value.errors[0].code == "reserved"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("seven77", "length"),
        ("x" * 1_025, "length"),
        ("é" * 513, "length"),
        ("ada_lovelace", "guessable"),
        ("ADA_Lovelace", "guessable"),
        ("ada@example.org", "guessable"),
        ("example.org", "guessable"),
    ],
)
def test_a_weak_password_is_refused(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_password(password, "ada_lovelace", "ada@example.org", "new_password")
    (error,) = refused.value.errors
    assert (error.field, error.code) == ("new_password", code)


@pytest.mark.parametrize("password", ["eight888", "é" * 4, "é" * 512, "x" * 1_024])
def test_length_is_counted_in_bytes(password: str) -> None:
    check_password(password, "ada", "ada@example.org")


def test_a_leap_day_child_is_a_year_older_on_the_first_of_march() -> None:
    born = date(2012, 2, 29)
    assert [age(born, date(2030, 2, 28)), age(born, date(2030, 3, 1))] == [17, 18]


def registration(**given: object) -> Registration:
    return Registration("ada@example.org", "ada", "Ada", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("born", "code"),
    [
        (None, "required"),
        (date(2014, 1, 2), "too_young"),
        (date(2030, 1, 2), "range"),
        (date(1870, 1, 1), "range"),
    ],
)
def test_an_age_is_asked_for_where_the_operator_wants_one(born: date | None, code: str) -> None:
    policy = RegistrationPolicy(minimum_age=16)
    with pytest.raises(Invalid) as refused:
        policy.check(registration(birth_date=born), NOW.date())
    assert refused.value.errors[0].code == code


def test_on_the_birthday_one_is_old_enough_and_the_date_is_kept() -> None:
    policy, born = RegistrationPolicy(minimum_age=16), date(2014, 1, 1)
    policy.check(registration(birth_date=born), NOW.date())
    assert policy.birth_date(registration(birth_date=born)) == born


def test_a_birth_date_that_nobody_asked_for_is_not_kept() -> None:
    given = registration(birth_date=date(2029, 1, 1))
    RegistrationPolicy().check(given, NOW.date())
    assert RegistrationPolicy().birth_date(given) is None


def test_a_closed_server_registers_nobody() -> None:
    with pytest.raises(RegistrationClosed):
        RegistrationPolicy(RegistrationMode.CLOSED).check(registration(), NOW.date())


def test_where_invitations_are_needed_one_has_to_be_shown() -> None:
    with pytest.raises(InvalidInvitation):
        RegistrationPolicy(RegistrationMode.INVITATION).check(registration(), NOW.date())


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "two\nlines"])
def test_a_display_name_is_one_line(name: str) -> None:
    with pytest.raises(Invalid):
        Registration("ada@example.org", "ada", name)


@pytest.mark.parametrize(
    ("state", "until", "may"),
    [
        (AccountState.ACTIVE, None, True),
        (AccountState.LIMITED, None, True),
        (AccountState.PENDING, None, False),
        (AccountState.DELETED, None, False),
        (AccountState.SUSPENDED, None, False),
        (AccountState.SUSPENDED, NOW + DAY, False),
        (AccountState.SUSPENDED, NOW, True),
    ],
)
def test_who_may_act(state: AccountState, until: datetime | None, may: bool) -> None:
    assert may_act(state, until, NOW) is may


def session(kind: SessionKind, **given: object) -> Session:
    return Session("s", "a", kind, "digest", "label", NOW, **given)  # type: ignore[arg-type]


def test_an_app_stays_as_long_as_it_is_used() -> None:
    lifetimes = SessionLifetimes()
    used = session(SessionKind.APP, last_used_at=NOW + 1_000 * DAY)
    assert used.is_alive(NOW + 1_089 * DAY, lifetimes)
    assert not used.is_alive(NOW + 1_090 * DAY, lifetimes)


def test_a_browser_stays_two_weeks_unused_and_a_month_at_most() -> None:
    lifetimes = SessionLifetimes()
    fresh, used = session(SessionKind.BROWSER), session(SessionKind.BROWSER, last_used_at=NOW + 29 * DAY)
    assert fresh.ends_at(lifetimes) == NOW + 14 * DAY
    assert used.ends_at(lifetimes) == NOW + 30 * DAY


def test_an_access_token_ends_when_it_was_said_or_never() -> None:
    lifetimes = SessionLifetimes()
    assert session(SessionKind.ACCESS_TOKEN).is_alive(NOW + 9_999 * DAY, lifetimes)
    assert not session(SessionKind.ACCESS_TOKEN, expires_at=NOW + DAY).is_alive(NOW + DAY, lifetimes)


def test_members_have_every_scope_but_administration() -> None:
    assert scopes_of(Role.MEMBER) == frozenset(Scope) - {Scope.ADMIN}
    assert scopes_of(Role.MODERATOR) == scopes_of(Role.ADMINISTRATOR) == frozenset(Scope)


def test_an_access_token_never_has_more_than_its_account() -> None:
    token = session(SessionKind.ACCESS_TOKEN, scopes=frozenset({Scope.ADMIN, Scope.POSTS_READ}))
    standing = Standing(token, Role.ADMINISTRATOR, AccountState.ACTIVE)
    demoted = evolve(standing, role=Role.MEMBER)
    both, one = (known.actor(NOW, SessionLifetimes()) for known in (standing, demoted))
    assert both is not None
    assert one is not None
    assert both.scopes == {Scope.ADMIN, Scope.POSTS_READ}
    assert one.scopes == {Scope.POSTS_READ}
    assert one.session_id is None, "an access token is no person's session"


def test_a_time_step_is_good_once_and_never_backwards() -> None:
    factor = SecondFactor("a", "secret")
    assert [factor.accept(step) for step in (None, 7, 7, 6, 8)] == [False, True, False, False, True]


def test_a_recovery_code_may_be_typed_as_one_likes() -> None:
    assert plain_code(" ABCD-efgh ijkl-MNOP ") == "abcdefghijklmnop"


@pytest.mark.parametrize("wrong", [{"uses": 0}, {"uses": 1_001}, {"expires_at": NOW}, {"note": "x" * 201}])
def test_an_invitation_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        Invitation("i", "digest", "a", NOW, **wrong)  # type: ignore[arg-type]


def test_links_of_different_purposes_events_and_servers_differ() -> None:
    key = LinkKey(b"one")
    tokens = {
        key.token(Purpose.RESET, "event"),
        key.token(Purpose.VERIFY, "event"),
        key.token(Purpose.RESET, "other"),
        LinkKey(b"two").token(Purpose.RESET, "event"),
    }
    assert len(tokens) == 4
    assert all(len(token) == 43 for token in tokens)
    assert key.token(Purpose.RESET, "event") == LinkKey(b"one").token(Purpose.RESET, "event")


def test_secrets_are_not_shown_by_repr() -> None:
    shown = [
        repr(LinkKey(b"sesame")),
        repr(ResetPassword("to@example.org", "ada", "sesame", NOW)),
        repr(SecondFactor("a", "sesame")),
        repr(Registration("ada@example.org", "ada", "Ada", invitation="sesame")),
    ]
    assert not [text for text in shown if "sesame" in text]
