"""Sends a rendered answer: entity tag, caching, cookie."""

from aiohttp import web
from multidict import CIMultiDict

from adapters.http.conditions import entity_tag, matches
from adapters.http.credentials import Credentials
from adapters.http.headers import PERSONAL, PUBLIC
from adapters.http.rendering import Rendered
from adapters.http.routing import Route


class Sender:
    """Makes the responses of one route."""

    def __init__(self, route: Route, credentials: Credentials) -> None:
        self._reads = route.method == "GET"
        self._credentials = credentials

    def send(
        self, rendered: Rendered, request: web.Request, headers: CIMultiDict[str], *, personal: bool
    ) -> web.StreamResponse:
        """Return the response, or 304 where the client has it already."""
        headers["Cache-Control"] = PUBLIC if self._reads and not personal else PERSONAL
        if rendered.stream is not None:
            return _completed(rendered.stream, headers)
        headers.update(rendered.headers)
        response = self._tagged(rendered, request, headers)
        if rendered.cookie is not None:
            self._credentials.set(response, rendered.cookie)
        return response

    def _tagged(self, rendered: Rendered, request: web.Request, headers: CIMultiDict[str]) -> web.Response:
        body = rendered.body
        if body is None:
            return web.Response(status=rendered.status, headers=headers)
        if rendered.single and rendered.status < 300 and (self._reads or rendered.revision is not None):
            tag = headers["ETag"] = entity_tag(body, rendered.revision)
            known = request.headers.get("If-None-Match") if self._reads else None
            if known is not None and matches(known, tag):
                return web.Response(status=304, headers=headers)
        headers["Content-Type"] = rendered.content_type
        return web.Response(status=rendered.status, body=body, headers=headers)


def _completed(response: web.StreamResponse, headers: CIMultiDict[str]) -> web.StreamResponse:
    """Add our headers to a response that a handler made itself, unless it has sent its own already."""
    if not response.prepared:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
    return response
