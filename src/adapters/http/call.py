"""What a handler is given, and what it may answer with."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from attrs import field, frozen
from msgspec import Struct

from platform_core.shared.actor import Actor
from platform_core.shared.pagination import PageRequest


class Call(Struct, frozen=True, kw_only=True):
    """One checked request: who asks for what, decoded and bounded.

    ``path`` holds the parameters of the path, ``body`` and ``query`` are instances of the structs that the
    route declared (``None`` without one), ``page`` is meaningful for lists. ``if_revision`` is the revision
    that ``If-Match`` of a ``PATCH`` named. ``request`` is there for the few handlers that read a stream.

    (A msgspec struct, not an attrs class, because making one per request costs a fifth as much.)
    """

    actor: Actor
    path: Mapping[str, str]
    body: Any
    query: Any
    page: PageRequest
    address: str
    user_agent: str
    if_revision: int | None
    request_id: str
    request: web.Request


@frozen
class SessionCookie:
    """The browser's session: the token to keep for so many seconds; an empty token takes it back.

    The kernel gives it the right name and flags (``__Host-`` prefix, HttpOnly, SameSite, Secure).
    """

    token: str = field(default="", repr=False)
    seconds: int = 0


@frozen
class Answer:
    """A view with a status, headers or a cookie of its own; ``content`` instead of a view is sent as is."""

    view: object = None
    status: int | None = None
    headers: Mapping[str, str] = field(factory=dict)
    cookie: SessionCookie | None = None
    content: bytes | None = None
    content_type: str = "application/json"
