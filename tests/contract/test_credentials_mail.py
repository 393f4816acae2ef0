"""Letters as they are written, and both ways of getting rid of them: a folder, and a real SMTP server."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from adapters.mail.composing import Composer
from adapters.mail.smtp import SmtpMailer, SmtpSecurity, SmtpServer
from adapters.mail.spool import Spool, SpoolMailer
from adapters.mail.templates import TEMPLATES
from platform_core.accounts.model import credentials_letters
from platform_core.accounts.model.credentials_letters import (
    AddressChanged,
    AddressInUse,
    ConfirmNewAddress,
    ConfirmOldAddress,
    Letter,
    LinkLetter,
    PasswordWasChanged,
    ResetPassword,
    SecondFactorWasRemoved,
    VerifyAddress,
    WelcomeApproved,
)
from platform_core.shared.errors import Unavailable
from tests.factories import NEW_YEAR, CountingIds, FakeClock

LINKS = "https://example.org/confirm"
UNTIL = NEW_YEAR + timedelta(hours=1)
ADA = ("ada@example.net", "ada")
VERIFY = VerifyAddress(*ADA, "sesame", UNTIL)
LETTERS: list[Letter] = [
    VERIFY,
    ResetPassword(*ADA, "sesame", UNTIL),
    ConfirmNewAddress(*ADA, "sesame", UNTIL),
    ConfirmOldAddress(*ADA, "sesame", UNTIL, "stop-it", "new@example.net"),
    AddressInUse(*ADA),
    AddressChanged(*ADA, "new@example.net"),
    PasswordWasChanged(*ADA),
    SecondFactorWasRemoved(*ADA),
    WelcomeApproved(*ADA),
]


def composer(server: str = "Café & Co", sender: str = "Footlights <no-reply@example.org>") -> Composer:
    return Composer(server, sender, LINKS, FakeClock())


def parts(message: EmailMessage) -> tuple[str, str]:
    """Return the plain text and the page of a message."""
    found = [message.get_body((kind,)) for kind in ("plain", "html")]
    return str(found[0] and found[0].get_content()), str(found[1] and found[1].get_content())


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: type(letter).__name__)
def test_every_letter_says_whom_it_is_for_and_where_its_links_lead(letter: Letter) -> None:
    message = composer().compose(letter, "0190e2c4-event.accounts.verify")
    text, page = parts(message)
    links = [f"{LINKS}#"] if isinstance(letter, LinkLetter) else []
    assert message["To"] == "ada@example.net"
    assert "Café & Co" in message["Subject"]
    assert "Hello ada," in text
    assert "Hello ada," in page
    assert "Café & Co" in text
    assert "Café &amp; Co" in page
    assert "{" not in text + page
    assert all(link in text and link in page for link in links)
    assert ("sesame" in text) is isinstance(letter, LinkLetter)


def test_every_kind_of_letter_has_its_words() -> None:
    kinds = {kind for kind in vars(credentials_letters).values() if isinstance(kind, type)}
    letters = {kind for kind in kinds if issubclass(kind, Letter)} - {Letter, LinkLetter}
    assert set(TEMPLATES) == letters == {type(letter) for letter in LETTERS}


def test_a_letter_is_marked_as_automatic_and_recognisable() -> None:
    first, again = (composer().compose(VERIFY, "0190-event.accounts.verify") for _ in range(2))
    assert first["Message-ID"] == again["Message-ID"] == "<0190-event.accounts.verify@example.org>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Date"] == "Tue, 01 Jan 2030 12:00:00 +0000"
    assert composer(sender="nobody").compose(VERIFY, "a b")["Message-ID"] == "<a-b@localhost>"


def test_both_links_of_a_change_are_there_and_the_time_they_end() -> None:
    text, _ = parts(composer().compose(LETTERS[3], "reference"))
    assert f"{LINKS}#verify=sesame" in text
    assert f"{LINKS}#stop=stop-it" in text
    assert "new@example.net" in text
    assert "1 January 2030, 13:00 UTC" in text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "mail"


async def test_a_spooled_letter_is_a_private_file_that_can_be_read(folder: Path) -> None:
    await SpoolMailer(folder, composer("Plain")).send(VERIFY, "0190-event.accounts.verify")
    (path,) = folder.iterdir()
    assert path.name == "0190-event.accounts.verify.eml"
    assert path.stat().st_mode & 0o777 == 0o600
    assert f"{LINKS}#verify=sesame" in path.read_text(), "a link can be copied out of the file"
    assert message_from_bytes(path.read_bytes(), policy=policy.default)["To"] == "ada@example.net"
    (letter,) = await Spool(folder).newest()
    assert (letter.name, letter.to, letter.sent_at) == (path.stem, "ada@example.net", NEW_YEAR)
    assert letter.subject == "Confirm your e-mail address (Plain)"
    assert "#verify=sesame" in letter.text
    assert "sesame" not in repr(letter)


async def test_the_spool_shows_the_newest_first_and_each_letter_once(folder: Path) -> None:
    ids, mailer = CountingIds(FakeClock()), SpoolMailer(folder, composer())
    references = [f"{ids.new()}.accounts.verify" for _ in range(4)]
    for reference in (*references, references[1]):
        await mailer.send(VERIFY, reference)
    (folder / "notes.txt").write_text("not a letter")
    (folder / ".half.eml.part").write_text("not complete")
    shown = [letter.name for letter in await Spool(folder).newest(3)]
    assert shown == list(reversed(references))[:3]


async def test_an_empty_spool_shows_nothing(folder: Path) -> None:
    assert await Spool(folder).newest() == ()


async def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(Unavailable):
        await SpoolMailer(tmp_path / "mail", composer()).send(VERIFY, "reference")


class Postmaster:
    """Takes letters, or refuses recipients with a code."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.refusal = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken.append(envelope)
        return "250 OK"


@pytest.fixture
async def postmaster() -> AsyncIterator[tuple[Postmaster, SmtpServer]]:
    handler = Postmaster()

    def speak() -> SMTP:
        return SMTP(handler, authenticator=_knows_the_user, auth_require_tls=False)

    listening = await asyncio.get_running_loop().create_server(speak, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    yield handler, SmtpServer("127.0.0.1", port, SmtpSecurity.NONE, timeout=5)
    listening.close()
    await listening.wait_closed()


def _knows_the_user(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=data.password == b"secret")


async def test_a_letter_reaches_the_mail_server(postmaster: tuple[Postmaster, SmtpServer]) -> None:
    handler, server = postmaster
    await SmtpMailer(server, composer()).send(VERIFY, "reference")
    (envelope,) = handler.taken
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert (envelope.mail_from, envelope.rcpt_tos) == ("no-reply@example.org", ["ada@example.net"])
    assert message["Message-ID"] == "<reference@example.org>"
    assert f"{LINKS}#verify=sesame" in parts(message)[0]


async def test_a_recipient_who_is_refused_for_good_is_not_tried_again(
    postmaster: tuple[Postmaster, SmtpServer], caplog: pytest.LogCaptureFixture
) -> None:
    handler, server = postmaster
    handler.refusal = "550 no such user"
    with caplog.at_level(logging.WARNING):
        await SmtpMailer(server, composer()).send(VERIFY, "reference")
    assert "reference is refused for good" in caplog.text
    assert "ada@example.net" not in caplog.text


async def test_a_recipient_who_is_refused_for_now_is_tried_again(
    postmaster: tuple[Postmaster, SmtpServer],
) -> None:
    handler, server = postmaster
    handler.refusal = "450 come back later"
    with pytest.raises(Unavailable):
        await SmtpMailer(server, composer()).send(VERIFY, "reference")


@pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])
async def test_a_letter_is_not_sent_without_the_protection_that_was_asked_for(
    postmaster: tuple[Postmaster, SmtpServer], security: SmtpSecurity
) -> None:
    handler, server = postmaster
    protected = SmtpServer(server.host, server.port, security, timeout=0.5)
    with pytest.raises(Unavailable):
        await SmtpMailer(protected, composer()).send(VERIFY, "reference")
    assert handler.taken == []


async def test_the_mail_server_is_told_user_and_password(postmaster: tuple[Postmaster, SmtpServer]) -> None:
    handler, server = postmaster
    named = SmtpServer(server.host, server.port, SmtpSecurity.NONE, "user", "secret", timeout=5)
    await SmtpMailer(named, composer()).send(VERIFY, "reference")
    assert len(handler.taken) == 1
    assert "secret" not in repr(named)


async def test_a_wrong_password_sends_nothing(postmaster: tuple[Postmaster, SmtpServer]) -> None:
    handler, server = postmaster
    named = SmtpServer(server.host, server.port, SmtpSecurity.NONE, "user", "wrong", timeout=5)
    with pytest.raises(Unavailable):
        await SmtpMailer(named, composer()).send(VERIFY, "reference")
    assert handler.taken == []


async def test_a_mail_server_that_is_away_is_tried_again() -> None:
    away = SmtpServer("127.0.0.1", 1, SmtpSecurity.NONE, timeout=2)
    with pytest.raises(Unavailable):
        await SmtpMailer(away, composer()).send(VERIFY, "reference")
