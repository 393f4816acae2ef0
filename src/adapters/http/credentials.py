"""Finds the token that a request carries, and refuses requests that a foreign page makes with our cookie."""

from urllib.parse import urlsplit

from aiohttp import web

from adapters.http.call import SessionCookie
from adapters.http.settings import HttpSettings
from adapters.wire.problems import BadRequest
from platform_core.shared.errors import Forbidden, Unauthenticated

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class TwoCredentials(BadRequest):
    """A request with both a bearer token and a cookie: whose is it?"""

    code = "two_credentials"
    detail = "Send either an Authorization header or a session cookie, not both."


class OriginRefused(Forbidden):
    """A change made with a cookie has to come from a page of ours or of a listed origin."""

    code = "origin_refused"
    detail = "Changes made with a session cookie must come from a known origin."


class Credentials:
    """Reads bearer tokens and session cookies."""

    def __init__(self, settings: HttpSettings) -> None:
        self._secure = settings.secure
        self._cookie = "__Host-footlights" if settings.secure else "footlights"
        self._origins = settings.cors_origins | {settings.origin}
        # A trial on one's own machine goes by several names; what counts there is that it calls itself.
        self._any_loopback = not settings.secure and _host(settings.public_url) in _LOOPBACK

    def token(self, request: web.Request) -> str | None:
        """Return the token, ``None`` without one.

        Raises ``TwoCredentials``, ``OriginRefused``, and ``Unauthenticated`` for another scheme than Bearer.
        """
        headers = request.headers
        bearer = headers.get("Authorization")
        cookie = _cookie(headers.get("Cookie"), self._cookie)
        if bearer is None:
            if cookie is not None and request.method not in _SAFE:
                self._check_origin(request)
            return cookie
        if cookie is not None:
            raise TwoCredentials
        scheme, _, token = bearer.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated
        return token

    def set(self, response: web.StreamResponse, cookie: SessionCookie) -> None:
        """Hand the browser its session, or take it back."""
        response.set_cookie(
            self._cookie,
            cookie.token,
            max_age=cookie.seconds if cookie.token else 0,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="Lax",
        )

    def _check_origin(self, request: web.Request) -> None:
        origin = request.headers.get("Origin", "")
        if origin in self._origins:
            return
        own = f"http://{request.headers.get('Host', '')}"
        if not (self._any_loopback and origin == own and _host(origin) in _LOOPBACK):
            raise OriginRefused


def _cookie(header: str | None, name: str) -> str | None:
    """Return one cookie's value; the library's parser costs more than all the rest of authentication."""
    if header is None:
        return None
    for part in header.split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value or None
    return None


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
