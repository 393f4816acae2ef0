"""Turns what a handler returned into status, bytes and headers."""

from aiohttp import web
from msgspec import Struct

from adapters.http.call import Answer, Call, SessionCookie
from adapters.http.routing import Route
from adapters.wire.cursors import Cursors
from adapters.wire.encode import encode, encode_page
from platform_core.shared.pagination import Page

_JSON = "application/json"
_NO_HEADERS: dict[str, str] = {}


class Rendered(Struct):
    """An answer that only has to be sent; ``revision`` and ``single`` are for its entity tag."""

    status: int
    body: bytes | None
    content_type: str = _JSON
    headers: dict[str, str] = _NO_HEADERS
    cookie: SessionCookie | None = None
    revision: int | None = None
    single: bool = False
    stream: web.StreamResponse | None = None


class Renderer:
    """Renders the answers of one route."""

    def __init__(self, route: Route, cursors: Cursors) -> None:
        self._route = route
        self._view = route.answer
        self._cursors = cursors

    def binding(self, request: web.Request, query: object) -> bytes:
        """Return what a cursor of this list is bound to: the path, and the filters in one spelling."""
        path = request.rel_url.raw_path.encode()
        return path if query is None else path + b"?" + encode(query)

    def render(self, result: object, call: Call) -> Rendered:
        """Return the answer that a handler's result stands for."""
        if result.__class__ is self._view:
            # First, since most answers are of the declared class and the other questions cost.
            return self._single(result)
        if result is None:
            return Rendered(204, None)
        if isinstance(result, Page):
            return self._page(result, call)
        if isinstance(result, Answer):
            return self._answer(result, call)
        if isinstance(result, web.StreamResponse):
            return Rendered(result.status, None, stream=result)
        if self._route.answer is None:
            raise TypeError(f"{self._route.name}: answers with a view, but declares none")
        return self._single(result)

    def _single(self, view: object) -> Rendered:
        revision = getattr(view, "revision", None)
        return Rendered(self._route.status, encode(view), revision=revision, single=True)

    def _page(self, page: Page[object], call: Call) -> Rendered:
        binding = self.binding(call.request, call.query)
        following = self._cursors.following(binding, page.next)
        previous = self._cursors.previous(binding, page.previous)
        headers = {"Link": link} if (link := _links(call.request, following, previous)) else _NO_HEADERS
        return Rendered(200, encode_page(page, following, previous), headers=headers)

    def _answer(self, answer: Answer, call: Call) -> Rendered:
        if answer.content is not None:
            rendered = Rendered(self._route.status, answer.content, answer.content_type, single=True)
        else:
            rendered = self.render(answer.view, call)
        rendered.status = answer.status or rendered.status
        rendered.headers = {**rendered.headers, **answer.headers}
        rendered.cookie = answer.cookie
        return rendered


def _links(request: web.Request, following: str | None, previous: str | None) -> str:
    """Return the ``Link`` field (RFC 8288) to the neighbouring pages, relative to the host."""
    url = request.rel_url
    kept = "".join(f"{part}&" for part in url.raw_query_string.split("&") if _stays(part))
    targets = (("next", following), ("prev", previous))
    return ", ".join(
        f'<{url.raw_path}?{kept}cursor={cursor}>; rel="{name}"'
        for name, cursor in targets
        if cursor is not None
    )


def _stays(part: str) -> bool:
    return part != "" and part.partition("=")[0] != "cursor"
