"""The page that the links in letters lead to.

``/confirm#verify=…``, ``#stop=…`` and ``#reset=…``: the page sends the token to the interface when its button
is pressed. Following a link changes nothing, since programs that look through mail follow links, too.
"""

from collections.abc import Sequence
from pathlib import Path

from adapters.http.call import Answer, Call
from adapters.http.routing import Gate, Route, get

PATH = "/confirm"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FOLDER = Path(__file__).parent


class LinkPageRoutes:
    """Three files without a single address of the outside."""

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return tuple(
            get(path, handler, gate=Gate.OPEN, base="", produces=produces, documented=False)
            for path, handler, produces in (
                (PATH, self.page, "text/html"),
                (f"{PATH}/page.css", self.style, "text/css"),
                (f"{PATH}/page.js", self.script, "text/javascript"),
            )
        )

    async def page(self, call: Call) -> Answer:
        """Return the page."""
        return _file("credentials_page.html", "text/html; charset=utf-8")

    async def style(self, call: Call) -> Answer:
        """Return its style."""
        return _file("credentials_page.css", "text/css; charset=utf-8")

    async def script(self, call: Call) -> Answer:
        """Return its script."""
        return _file("credentials_page.js", "text/javascript; charset=utf-8")


def _file(name: str, content_type: str) -> Answer:
    content = (_FOLDER / name).read_bytes()
    return Answer(content=content, content_type=content_type, headers={"Content-Security-Policy": _POLICY})
