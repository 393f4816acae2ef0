"""Writes letters as messages: plain text, with the same as a small HTML part."""

import re
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from html import escape

from attrs import asdict

from adapters.mail.templates import TEMPLATES
from platform_core.accounts.model.credentials_letters import Letter
from platform_core.shared.clock import Clock

_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")
_PAGE = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    '<body style="font:16px/1.5 sans-serif;max-width:36em;margin:2em auto;padding:0 1em">{body}</body></html>'
)
_BUTTON = '<p><a href="{url}" style="font-weight:bold">{label}</a><br><small>{url}</small></p>'


class Composer:
    """Fills in the templates. ``link_url`` is the page that follows links: ``…#verb=token``.

    The token stands in the fragment, which browsers do not send: it appears in no log of a server.
    """

    def __init__(self, server: str, sender: str, link_url: str, clock: Clock) -> None:
        self._server = server
        self._sender = sender
        self._link_url = link_url
        self._clock = clock
        self._domain = parseaddr(sender)[1].partition("@")[2] or "localhost"

    def compose(self, letter: Letter, reference: str) -> EmailMessage:
        """Return the message, with a ``Message-ID`` made of the reference."""
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = letter.to
        message["Subject"] = f"{TEMPLATES[type(letter)].subject} ({self._server})"
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{safe_reference(reference)}@{self._domain}>"
        # RFC 3834: keeps holiday notices from answering.
        message["Auto-Submitted"] = "auto-generated"
        text, page = self._text(letter), self._html(letter)
        message.set_content(text, cte=_encoding(text))
        message.add_alternative(page, subtype="html", cte=_encoding(page))
        return message

    def _text(self, letter: Letter) -> str:
        before, links, after = self._parts(letter)
        linked = [f"{label}:\n{url}" for label, url in links]
        return (
            "\n\n".join([f"Hello {letter.handle},", *before, *linked, *after, f"-- \n{self._server}"]) + "\n"
        )

    def _html(self, letter: Letter) -> str:
        before, links, after = self._parts(letter)
        buttons = [_BUTTON.format(url=escape(url), label=escape(label)) for label, url in links]
        body = "\n".join(
            [
                *(f"<p>{escape(text)}</p>" for text in (f"Hello {letter.handle},", *before)),
                *buttons,
                *(f"<p>{escape(text)}</p>" for text in after),
                f"<p><small>{escape(self._server)}</small></p>",
            ]
        )
        return _PAGE.format(title=escape(TEMPLATES[type(letter)].subject), body=body)

    def _parts(self, letter: Letter) -> tuple[list[str], list[tuple[str, str]], list[str]]:
        template = TEMPLATES[type(letter)]
        known = {**asdict(letter), "server": self._server}
        if isinstance(until := known.get("expires_at"), datetime):
            known["until"] = f"{until:%-d %B %Y, %H:%M} UTC"
        links = [
            (action.label, f"{self._link_url}#{action.verb}={known[action.token]}")
            for action in template.actions
        ]
        return (
            [text.format(**known) for text in template.before],
            links,
            [text.format(**known) for text in template.after],
        )


def _encoding(text: str) -> str:
    """Leave plain text as it is: a link that is cut into lines cannot be copied out of a file."""
    return "7bit" if text.isascii() else "quoted-printable"


def safe_reference(reference: str) -> str:
    """Return a reference as it may stand in a header and in the name of a file."""
    return _UNSAFE.sub("-", reference)
