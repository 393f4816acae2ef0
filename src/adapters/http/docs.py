"""The page that shows the interface and lets one try it, served by the program itself."""

from collections.abc import Sequence
from pathlib import Path

from adapters.http.call import Answer, Call
from adapters.http.routing import Gate, Route, get

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FOLDER = Path(__file__).parent


class DocsRoutes:
    """Three files without a single address of the outside."""

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return tuple(
            get(path, handler, gate=Gate.OPEN, base="", produces=produces, documented=False)
            for path, handler, produces in (
                ("/docs", self.page, "text/html"),
                ("/docs/docs.css", self.style, "text/css"),
                ("/docs/docs.js", self.script, "text/javascript"),
            )
        )

    async def page(self, call: Call) -> Answer:
        """Return the page."""
        return _file("docs.html", "text/html; charset=utf-8")

    async def style(self, call: Call) -> Answer:
        """Return its style."""
        return _file("docs.css", "text/css; charset=utf-8")

    async def script(self, call: Call) -> Answer:
        """Return its script, which reads the OpenAPI document."""
        return _file("docs.js", "text/javascript; charset=utf-8")


def _file(name: str, content_type: str) -> Answer:
    content = (_FOLDER / name).read_bytes()
    return Answer(content=content, content_type=content_type, headers={"Content-Security-Policy": _POLICY})
