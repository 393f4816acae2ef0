"""The page at ``/`` that says what runs, and that of mail that was not sent: for people, not for clients."""

import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from hashlib import sha256
from html import escape
from ipaddress import ip_address
from pathlib import Path
from string import Template
from typing import Protocol

from attrs import frozen

from adapters.http.call import Answer, Call
from adapters.http.routing import Gate, Route, get
from platform_core.shared.errors import NotFound

_FOLDER = Path(__file__).parent
_STYLE = (_FOLDER / "start.css").read_text("utf-8")
_START = Template((_FOLDER / "start.html").read_text("utf-8"))
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HTML = "text/html; charset=utf-8"
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
MOST_LETTERS = 50


class ShownLetter(Protocol):
    """A letter that was written down instead of being sent."""

    @property
    def to(self) -> str:
        """Whom it is to."""
        ...

    @property
    def subject(self) -> str:
        """What it is about."""
        ...

    @property
    def sent_at(self) -> datetime:
        """When it was written."""
        ...

    @property
    def text(self) -> str:
        """What it says."""
        ...


Letters = Callable[[int], Awaitable[Sequence[ShownLetter]]]
"""Reads up to so many letters, newest first."""


@frozen
class DemoAccount:
    """An account of the demo that one can be."""

    handle: str
    about: str


@frozen
class StartRoutes:
    """``/``, and ``/mail`` where letters are only written down."""

    name: str
    version: str
    runs_on: Sequence[str]
    """What stands behind it: database, how many processes."""
    demo: Sequence[DemoAccount] = ()
    demo_password: str = ""
    letters: Letters | None = None
    """Letters that anybody on this machine may read; ``None`` where they are private."""

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        shown = [("/", self.start)] + ([("/mail", self.mail)] if self.letters else [])
        return tuple(
            get(path, handler, gate=Gate.OPEN, base="", produces="text/html", documented=False)
            for path, handler in shown
        )

    async def start(self, call: Call) -> Answer:
        """Say what runs here, and where to go on."""
        links = [("/docs", "The interface", "every route, to read and to try")]
        links += [("/api/v1/openapi.json", "OpenAPI", "the same for programs")]
        links += [
            ("/api/v1/instance", "Instance", "name, limits, features"),
            ("/readyz", "Health", "is all well?"),
        ]
        if self.letters and _is_local(call):
            links.append(("/mail", "Mail", "letters that would have been sent"))
        body = [_list(links)]
        if self.demo:
            body.append(self._accounts())
        return self._page(
            f"{self.name} is running", " · ".join((f"version {self.version}", *self.runs_on)), body
        )

    async def mail(self, call: Call) -> Answer:
        """Show the letters, newest first; to this machine alone."""
        if self.letters is None or not _is_local(call):
            raise NotFound
        shown = [_letter(letter) for letter in await self.letters(MOST_LETTERS)]
        return self._page("Mail", "What would have been sent, newest first", shown or ["<p>Nothing yet.</p>"])

    def _accounts(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(one.handle)}</th><td>{escape(one.about)}</td></tr>" for one in self.demo
        )
        password = f"<code>{escape(self.demo_password)}</code>"
        says = f"<p>Everybody here logs in with the password {password}, these among them:</p>"
        return f"<h2>Whom you can be</h2>{says}<table>{rows}</table>"

    def _page(self, heading: str, under: str, body: Sequence[str]) -> Answer:
        page = _START.substitute(
            title=escape(heading),
            style=_STYLE,
            heading=escape(heading),
            under=escape(under),
            body="".join(body),
        )
        headers = {"Content-Security-Policy": _POLICY}
        return Answer(content=page.encode(), content_type=_HTML, headers=headers)


def _list(links: Sequence[tuple[str, str, str]]) -> str:
    items = (f'<li><a href="{path}">{name}</a> <span>{about}</span></li>' for path, name, about in links)
    return f"<ul>{''.join(items)}</ul>"


def _letter(letter: ShownLetter) -> str:
    head = f"{letter.sent_at:%-d %B, %H:%M:%S}   to {letter.to}\n{letter.subject}"
    return f"<article><pre>{escape(head)}</pre><pre>{_linked(letter.text)}</pre></article>"


def _linked(text: str) -> str:
    """Escape the text and make its addresses links; they are ours."""
    return _ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', escape(text))


def _is_local(call: Call) -> bool:
    """Whether a person on this machine asks, who typed one of its own names.

    The name, because a page of a stranger can make its own name lead to the loopback address (DNS rebinding).
    """
    name = call.request.url.host or ""
    return _is_loopback(call.address) and (name == "localhost" or _is_loopback(name))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
