"""Sends letters by SMTP, in a thread: the standard library's client blocks."""

import asyncio
import logging
import smtplib
import ssl
from email.message import EmailMessage
from enum import StrEnum

from attrs import field, frozen

from adapters.mail.composing import Composer
from platform_core.accounts.model.credentials_letters import Letter
from platform_core.shared.errors import Unavailable

log = logging.getLogger("footlights.mail")


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@frozen
class SmtpServer:
    """The mail server that takes our letters."""

    host: str
    port: int = 587
    security: SmtpSecurity = SmtpSecurity.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 20


class SmtpMailer:
    """Opens a connection for each letter: they are few, and idle connections get lost."""

    def __init__(self, server: SmtpServer, composer: Composer) -> None:
        self._server = server
        self._composer = composer

    async def send(self, letter: Letter, reference: str) -> None:
        """Send in a thread."""
        message = self._composer.compose(letter, reference)
        try:
            await asyncio.to_thread(self._send, message)
        except smtplib.SMTPRecipientsRefused as error:
            self._refused(error, reference)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("The mail server did not take letter %s: %s", reference, error)
            raise Unavailable from error

    def _refused(self, error: smtplib.SMTPRecipientsRefused, reference: str) -> None:
        # RFC 5321, section 4.2.1: 4xx may be tried again, 5xx may not.
        codes = [code for code, _ in error.recipients.values()]
        if any(code < 500 for code in codes):
            raise Unavailable from error
        log.warning("The recipient of letter %s is refused for good (%s)", reference, codes)

    def _send(self, message: EmailMessage) -> None:
        server = self._server
        context = ssl.create_default_context()
        if server.security is SmtpSecurity.TLS:
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout, context=context
            )
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
        with client:
            if server.security is SmtpSecurity.STARTTLS:
                client.starttls(context=context)
            if server.user:
                client.login(server.user, server.password)
            client.send_message(message)
