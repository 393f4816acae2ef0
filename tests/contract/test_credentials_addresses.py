"""Verifying and changing e-mail addresses on every back end, and the letters that it takes."""

import asyncio
from typing import Any

import pytest
from attrs import evolve

from platform_core.accounts.model.credentials import EmailTaken, WrongPassword
from platform_core.accounts.model.credentials_letters import (
    AddressChanged,
    AddressInUse,
    ConfirmNewAddress,
    ConfirmOldAddress,
    InvalidLink,
    Letter,
    PasswordResetRequested,
    Purpose,
    RegistrationApproved,
    VerificationRequested,
    VerifyAddress,
    WelcomeApproved,
)
from platform_core.accounts.model.credentials_registering import RegistrationMode
from platform_core.shared.actor import Actor
from platform_core.shared.errors import Invalid, NotFound
from platform_core.shared.events import Delivery, StoredEvent
from tests.accounts import events, stored
from tests.backends import Backend
from tests.credentials import ANOTHER, HOME, PASSWORD, Desk, KeptLetters

NEW = "new@example.org"


@pytest.fixture
def desk(backend: Backend) -> Desk:
    return Desk(backend)


async def verified(desk: Desk, handle: str = "ada") -> Actor:
    """Return somebody with a verified address; no letter is on its way."""
    actor = await desk.member(handle)
    await desk.confirm((await desk.link(VerifyAddress)).token)
    await desk.letters()
    return actor


async def changing(desk: Desk, actor: Actor, email: str = NEW) -> tuple[Any, Any]:
    """Begin to change an address; return the letters to the old one and to the new one."""
    await desk.change_email(actor, HOME, PASSWORD, email)
    letters = await desk.letters()
    (old,) = (letter for letter in letters if isinstance(letter, ConfirmOldAddress))
    (new,) = (letter for letter in letters if isinstance(letter, ConfirmNewAddress))
    return old, new


async def test_an_address_is_verified_by_the_link(desk: Desk, backend: Backend) -> None:
    ada = await desk.member()
    letter = await desk.link(VerifyAddress)
    assert (letter.to, letter.handle) == ("ada@example.org", "ada")
    assert await desk.confirm(letter.token) == "verified"
    assert (await backend.account_row(ada.id)).email_verified_at == desk.clock.now()
    assert [name for name, _ in await events(backend)] == ["accounts.email_verified"]
    with pytest.raises(InvalidLink):
        await desk.confirm(letter.token)


async def test_a_link_is_sent_again_as_long_as_it_is_needed(desk: Desk) -> None:
    ada = await desk.member()
    first = await desk.link(VerifyAddress)
    await desk.request_verification(ada)
    second = await desk.link(VerifyAddress)
    assert first.token != second.token
    assert await desk.confirm(first.token) == "verified"
    assert await desk.confirm(second.token) == "verified", "both are good, whichever letter is read"
    await desk.request_verification(ada)
    assert await desk.letters() == []


async def test_a_letter_that_is_no_longer_needed_is_not_sent(desk: Desk, backend: Backend) -> None:
    ada = await desk.member()
    await desk.request_verification(ada)
    await backend.change_account(ada.id, email_verified_at=desk.clock.now())
    assert await desk.letters() == []


async def test_a_link_ends_after_a_week(desk: Desk, backend: Backend) -> None:
    await desk.member()
    letter = await desk.link(VerifyAddress)
    assert letter.expires_at == desk.clock.advance(days=7)
    with pytest.raises(InvalidLink):
        await desk.confirm(letter.token)
    await desk.forget_ended()
    assert await stored(backend, "email_links") == 0


async def test_a_link_to_another_address_verifies_nothing(desk: Desk, backend: Backend) -> None:
    ada = await desk.member()
    letter = await desk.link(VerifyAddress)
    await backend.change_account(ada.id, email=NEW)
    with pytest.raises(InvalidLink):
        await desk.confirm(letter.token)
    assert (await backend.account_row(ada.id)).email_verified_at is None


@pytest.mark.parametrize("old_first", [True, False])
async def test_an_address_changes_when_both_have_confirmed(
    desk: Desk, backend: Backend, old_first: bool
) -> None:
    ada = await verified(desk)
    old, new = await changing(desk, ada)
    assert (old.to, old.new_address, new.to) == ("ada@example.org", NEW, NEW)
    first, second = (old, new) if old_first else (new, old)
    desk.clock.advance(hours=1)
    assert await desk.confirm(first.token) == "confirmed"
    assert (await backend.account_row(ada.id)).email == "ada@example.org"
    with pytest.raises(InvalidLink):
        await desk.confirm(first.token)
    assert await desk.confirm(second.token) == "changed"
    row = await backend.account_row(ada.id)
    assert (row.email, row.email_verified_at) == (NEW, desk.clock.now())
    told = await desk.letters(AddressChanged)
    assert [(letter.to, letter.new_address) for letter in told] == [("ada@example.org", NEW)]
    assert (await desk.log_in(NEW)).token
    assert await stored(backend, "email_changes") == await stored(backend, "email_links") == 0


async def test_the_old_address_can_stop_it(desk: Desk, backend: Backend) -> None:
    ada = await verified(desk)
    old, new = await changing(desk, ada)
    await desk.confirm(new.token)
    await desk.stop_change(old.stop_token)
    for token in (old.token, new.token):
        with pytest.raises(InvalidLink):
            await desk.confirm(token)
    with pytest.raises(InvalidLink):
        await desk.stop_change(old.stop_token)
    assert (await backend.account_row(ada.id)).email == "ada@example.org"
    assert await stored(backend, "email_changes") == 0


async def test_links_do_only_what_they_are_for(desk: Desk) -> None:
    ada = await verified(desk)
    old, new = await changing(desk, ada)
    for token in (old.token, new.token):
        with pytest.raises(InvalidLink):
            await desk.stop_change(token)
        with pytest.raises(InvalidLink):
            await desk.reset_password(token, ANOTHER)
    with pytest.raises(InvalidLink):
        await desk.confirm(old.stop_token)


async def test_a_mistyped_first_address_need_not_confirm(desk: Desk, backend: Backend) -> None:
    ada = await desk.member()
    await desk.letters()
    await desk.change_email(ada, HOME, PASSWORD, NEW)
    (only,) = await desk.letters()
    assert isinstance(only, ConfirmNewAddress)
    assert await desk.confirm(only.token) == "changed"
    assert (await backend.account_row(ada.id)).email == NEW


async def test_an_address_that_is_verified_meanwhile_does_not_change_unasked(
    desk: Desk, backend: Backend
) -> None:
    ada = await desk.member()
    verification = await desk.link(VerifyAddress)
    await desk.change_email(ada, HOME, PASSWORD, NEW)
    (only,) = await desk.letters(ConfirmNewAddress)
    assert await desk.confirm(verification.token) == "verified"
    with pytest.raises(InvalidLink):
        await desk.confirm(only.token)
    assert (await backend.account_row(ada.id)).email == "ada@example.org"
    old, new = await changing(desk, ada)
    assert await desk.confirm(new.token) == "confirmed"
    assert await desk.confirm(old.token) == "changed"


async def test_a_promotion_leaves_no_change_that_others_began(desk: Desk, backend: Backend) -> None:
    ada = await desk.member()
    await desk.change_email(ada, HOME, PASSWORD, NEW)
    (only,) = await desk.letters(ConfirmNewAddress)
    await desk.create_administrator("ada@example.org", "ada", ANOTHER)
    with pytest.raises(InvalidLink):
        await desk.confirm(only.token)
    assert (await backend.account_row(ada.id)).email == "ada@example.org"


async def test_a_change_asks_for_the_password(desk: Desk, backend: Backend) -> None:
    ada = await verified(desk)
    with pytest.raises(WrongPassword):
        await desk.change_email(ada, HOME, ANOTHER, NEW)
    assert await stored(backend, "email_changes") == 0


@pytest.mark.parametrize("email", ["ADA@example.org", "nonsense"])
async def test_a_change_to_nothing_new_is_refused(desk: Desk, email: str) -> None:
    with pytest.raises(Invalid):
        await desk.change_email(await verified(desk), HOME, PASSWORD, email)


async def test_a_later_change_replaces_an_earlier_one(desk: Desk, backend: Backend) -> None:
    ada = await verified(desk)
    old, new = await changing(desk, ada)
    other_old, other_new = await changing(desk, ada, "other@example.org")
    for token in (old.token, new.token):
        with pytest.raises(InvalidLink):
            await desk.confirm(token)
    await desk.confirm(other_old.token)
    assert await desk.confirm(other_new.token) == "changed"
    assert (await backend.account_row(ada.id)).email == "other@example.org"


async def test_a_replaced_change_sends_no_letters(desk: Desk) -> None:
    ada = await verified(desk)
    await desk.change_email(ada, HOME, PASSWORD, NEW)
    await desk.change_email(ada, HOME, PASSWORD, "other@example.org")
    assert {letter.new_address for letter in await desk.letters(ConfirmOldAddress)} == {"other@example.org"}


async def test_whose_an_address_is_learns_only_who_reads_mail_there(desk: Desk, backend: Backend) -> None:
    ada, _ = await verified(desk), await verified(desk, "bob")
    await desk.change_email(ada, HOME, PASSWORD, "bob@example.org")
    letters = await desk.letters()
    shown = [(type(letter), letter.to, letter.handle) for letter in letters]
    assert sorted(shown, key=str) == sorted(
        [(ConfirmOldAddress, "ada@example.org", "ada"), (AddressInUse, "bob@example.org", "bob")], key=str
    )
    (old,) = (letter for letter in letters if isinstance(letter, ConfirmOldAddress))
    assert await desk.confirm(old.token) == "confirmed"
    assert (await backend.account_row(ada.id)).email == "ada@example.org"


async def test_an_address_that_was_taken_meanwhile_stays_its_owners(desk: Desk, backend: Backend) -> None:
    ada = await verified(desk)
    old, new = await changing(desk, ada)
    await desk.confirm(old.token)
    await desk.register("bob", email=NEW)
    with pytest.raises(EmailTaken):
        await desk.confirm(new.token)
    assert (await backend.account_row(ada.id)).email == "ada@example.org"


async def test_a_change_ends_after_a_day(desk: Desk, backend: Backend) -> None:
    ada = await verified(desk)
    old, new = await changing(desk, ada)
    await desk.confirm(old.token)
    desk.clock.advance(days=1)
    with pytest.raises(InvalidLink):
        await desk.confirm(new.token)
    await desk.forget_ended()
    assert await stored(backend, "email_changes") == 0


async def test_a_letter_that_came_late_does_not_make_a_change_last_longer(desk: Desk) -> None:
    ada = await verified(desk)
    await desk.change_email(ada, HOME, PASSWORD, NEW)
    desk.clock.advance(hours=1)
    letters = [letter for letter in await desk.letters() if isinstance(letter, ConfirmNewAddress)]
    desk.clock.advance(hours=23)
    with pytest.raises(InvalidLink):
        await desk.confirm(letters[0].token)


async def test_two_who_stop_a_change_at_once_stop_it_once(desk: Desk) -> None:
    ada = await verified(desk)
    old, _ = await changing(desk, ada)
    tried = (desk.stop_change(old.stop_token) for _ in range(3))
    outcomes = await asyncio.gather(*tried, return_exceptions=True)
    assert sum(isinstance(outcome, InvalidLink) for outcome in outcomes) == 2


async def test_an_event_that_comes_again_sends_nothing(desk: Desk, backend: Backend) -> None:
    await desk.register()
    assert len(await desk.letters(VerifyAddress)) == 1
    (handled,) = desk.relay.subscriptions["accounts.verification_requested"]
    event_id = backend.ids.new()
    stored_event = StoredEvent(event_id, "accounts.verification_requested", 1, {}, "a", desk.clock.now())
    account = await desk.reader.by_login("ada")
    assert account is not None
    again = evolve(stored_event, payload={"account_id": account.account_id})
    for _ in range(2):
        await handled.handle(Delivery(handled.subscriber, event_id), again)
    assert len(await desk.letters(VerifyAddress)) == 1


async def test_two_who_follow_a_link_at_once_follow_it_once(desk: Desk) -> None:
    await desk.member()
    letter = await desk.link(VerifyAddress)
    tried = (desk.confirm(letter.token) for _ in range(4))
    outcomes = await asyncio.gather(*tried, return_exceptions=True)
    assert sum(outcome == "verified" for outcome in outcomes) == 1
    assert sum(isinstance(outcome, InvalidLink) for outcome in outcomes) == 3


async def test_no_event_and_no_table_holds_a_link(desk: Desk, backend: Backend) -> None:
    ada = await desk.member()
    await desk.request_reset("ada@example.org")
    await desk.change_email(ada, HOME, PASSWORD, NEW)
    told = str(await events(backend))
    letters = [letter for letter in await desk.letters() if hasattr(letter, "token")]
    tokens = [letter.token for letter in letters]
    assert len(tokens) == 3
    assert not [token for token in tokens if token in told]
    for token in tokens:
        known = await desk.reader.by_link(frozenset(Purpose), desk.secrets.digest(token), desk.clock.now())
        assert known is not None
        assert await desk.reader.by_link(frozenset(Purpose), token, desk.clock.now()) is None


async def test_a_letter_that_could_not_be_sent_is_sent_later_with_the_same_link(
    desk: Desk, backend: Backend
) -> None:
    mailer = desk.mailer
    assert isinstance(mailer, KeptLetters)
    mailer.failures = 2
    await desk.register()
    assert await desk.letters(VerifyAddress) == []
    desk.clock.advance(seconds=1)
    assert await desk.letters(VerifyAddress) == []
    desk.clock.advance(minutes=1)
    letter = await desk.link(VerifyAddress)
    assert await stored(backend, "email_links") == 1
    assert await desk.confirm(letter.token) == "verified"


async def test_a_letter_that_is_sent_twice_is_the_same_letter(desk: Desk, backend: Backend) -> None:
    class Crashing(KeptLetters):
        async def send(self, letter: Letter, reference: str) -> None:
            await super().send(letter, reference)
            if len(self.sent) == 1:
                raise ConnectionError("sent, but nobody knows")

    crashing = Desk(backend, mailer=Crashing())
    await crashing.register()
    while await crashing.relay.drain_once():
        crashing.clock.advance(minutes=5)
    (first, letter), (second, again) = crashing.mailer.sent  # type: ignore[attr-defined]
    assert first == second
    assert letter.token == again.token
    assert await crashing.confirm(letter.token) == "verified"


async def test_an_approved_registration_is_told(desk: Desk, backend: Backend) -> None:
    account_id = (await desk.under(RegistrationMode.APPROVAL).register()).account_id
    await desk.letters()
    async with backend.uow() as uow:
        await uow.outbox.record(RegistrationApproved(account_id), f"account:{account_id}")
        await uow.commit()
    (letter,) = await desk.letters()
    assert letter == WelcomeApproved("ada@example.org", "ada")


async def test_letters_to_accounts_that_are_gone_are_not_sent(desk: Desk, backend: Backend) -> None:
    nobody = backend.ids.new()
    async with backend.uow() as uow:
        for event in (VerificationRequested(nobody), RegistrationApproved(nobody)):
            await uow.outbox.record(event, f"account:{nobody}")
        await uow.outbox.record(PasswordResetRequested(NEW), "password-reset")
        await uow.commit()
    assert await desk.letters() == []
    assert await events(backend) == []


async def test_who_is_not_there_changes_no_address(desk: Desk, backend: Backend) -> None:
    with pytest.raises(NotFound):
        await desk.change_email(Actor(backend.ids.new()), HOME, PASSWORD, NEW)
