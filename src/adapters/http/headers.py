"""The headers that every answer carries, and those that let pages of other origins read it."""

from aiohttp import web
from multidict import CIMultiDict

from adapters.http.settings import HttpSettings

SERVER = "footlights"
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
PERSONAL = "private, no-store"
PUBLIC = "no-cache"
"""Public answers may be kept, but are asked for again with their ``ETag``."""

_EXPOSED = (
    "Link, ETag, Location, X-Request-Id, X-Event-Position, RateLimit, RateLimit-Policy, Retry-After, "
    "Idempotency-Replayed"
)
_ACCEPTED = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id"
_PREFLIGHT_SECONDS = "7200"


class AnswerHeaders:
    """Makes the headers that answers begin with."""

    def __init__(self, settings: HttpSettings) -> None:
        self._origins = settings.cors_origins
        self._fixed = CIMultiDict(
            {
                "Server": SERVER,
                "Content-Security-Policy": API_POLICY,
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Vary": "Authorization, Cookie, Origin",
            }
        )
        if settings.hsts_seconds:
            self._fixed["Strict-Transport-Security"] = f"max-age={settings.hsts_seconds}; includeSubDomains"

    def begin(self, request: web.Request, request_id: str) -> CIMultiDict[str]:
        """Return the headers of an answer to ``request``, to be added to."""
        headers = self._fixed.copy()
        headers["X-Request-Id"] = request_id
        if (origin := request.headers.get("Origin")) is not None and origin in self._origins:
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Allow-Credentials"] = "true"
            headers["Access-Control-Expose-Headers"] = _EXPOSED
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return headers

    def preflight(self, request: web.Request, request_id: str, methods: str) -> web.Response:
        """Answer what a browser asks before it lets a page of another origin call us."""
        headers = self.begin(request, request_id)
        headers["Allow"] = methods
        if "Access-Control-Allow-Origin" in headers:
            headers["Access-Control-Allow-Methods"] = methods
            headers["Access-Control-Allow-Headers"] = _ACCEPTED
            headers["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS
        return web.Response(status=204, headers=headers)
