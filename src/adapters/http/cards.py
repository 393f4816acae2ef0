"""Small pages behind shared links: what an anonymous visitor may see, with Open Graph data for previews.

The properties are those of https://ogp.me; everything that comes from people is escaped, and the page may
load nothing at all.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template

from attrs import frozen

from adapters.http.call import Answer, Call
from adapters.http.routing import Gate, Route, get
from adapters.wire.inputs import UUID_PATTERN
from platform_core.accounts.model.profile import AccountView
from platform_core.accounts.ports.profile import AccountReader
from platform_core.posts.model import PostView
from platform_core.posts.ports import PostReader
from platform_core.shared.limits import Rate

DESCRIPTION = 200
"""Characters of a description; clients that preview links cut longer ones anyway."""

_FOLDER = Path(__file__).parent
_STYLE = (_FOLDER / "cards.css").read_text()
_PAGE = Template((_FOLDER / "cards.html").read_text())
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_ID = re.compile(UUID_PATTERN)
_HTML = "text/html; charset=utf-8"


@frozen
class CardRoutes:
    """``/@{handle}`` and ``/p/{id}``. Who asks does not matter: a card shows what everybody may see."""

    accounts: AccountReader
    posts: PostReader
    public_url: str
    """Where this server is found, without a slash at the end."""
    public_reads: bool = True
    site: str = "Footlights"
    rate: Rate = Rate("cards", 300, 60)

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return tuple(
            get(
                path,
                handler,
                gate=Gate.OPEN,
                base="",
                produces="text/html",
                documented=False,
                limit=self.rate,
            )
            for path, handler in (("/@{handle}", self.account), ("/p/{post}", self.post))
        )

    async def account(self, call: Call) -> Answer:
        """Show an account."""
        view = None
        if self.public_reads:
            view = await self.accounts.by_handle(None, call.path["handle"])
        return self._missing() if view is None else self._account(view)

    async def post(self, call: Call) -> Answer:
        """Show a post."""
        view = None
        if self.public_reads and _ID.fullmatch(call.path["post"]):
            view = await self.posts.by_id(None, call.path["post"])
        return self._missing() if view is None else self._post(view)

    def _account(self, view: AccountView) -> Answer:
        title = f"{view.display_name} (@{view.handle})"
        properties = {
            "og:type": "profile",
            "og:title": title,
            "og:description": shortened(view.bio),
            "og:url": f"{self.public_url}/@{view.handle}",
            "profile:username": view.handle,
        }
        return self._page(properties, view.display_name, f"@{view.handle}", view.bio)

    def _post(self, view: PostView) -> Answer:
        author = view.author
        properties = {
            "og:type": "article",
            "og:title": f"{author.display_name} (@{author.handle})",
            "og:description": shortened(view.text),
            "og:url": f"{self.public_url}/p/{view.id}",
            "article:published_time": view.created_at.isoformat(),
        }
        return self._page(properties, author.display_name, f"@{author.handle}", view.text)

    def _missing(self) -> Answer:
        return self._page({"og:title": "Nothing here"}, "Nothing here", "", "", status=404)

    def _page(
        self, properties: Mapping[str, str], heading: str, by: str, text: str, status: int = 200
    ) -> Answer:
        named = {**properties, "og:site_name": self.site}
        page = _PAGE.substitute(
            title=escape(named["og:title"]),
            meta="\n".join(_meta(name, content) for name, content in named.items()),
            style=_STYLE,
            heading=escape(heading),
            by=escape(by),
            text=escape(text),
            site=escape(self.site),
        )
        headers = {"Content-Security-Policy": _POLICY}
        return Answer(content=page.encode(), content_type=_HTML, status=status, headers=headers)


def shortened(text: str) -> str:
    """Return the text on one line, cut to the length of a description, where possible between words."""
    line = " ".join(text.split())
    if len(line) <= DESCRIPTION:
        return line
    head = line[: DESCRIPTION - 1]
    return (head.rpartition(" ")[0] or head) + "…"


def _meta(name: str, content: str) -> str:
    return f'<meta property="{escape(name)}" content="{escape(content)}">'
