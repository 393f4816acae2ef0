"""Routes as values: path, handler, and who may call it; closed unless it says otherwise.

A group of handlers is a class whose ``routes()`` returns such values::

    class PostRoutes:
        def routes(self) -> Sequence[Route]:
            return (
                get("/posts/{post_id}", self.show, scope=Scope.POSTS_READ, gate=Gate.PUBLIC, answer=PostView),
                post("/posts", self.create, scope=Scope.POSTS_WRITE, body=PostInput, answer=PostView,
                     status=201, then=self.created),
            )

The order of routes is: list, get, create, change, delete. A parameter named ``id`` or ``…_id`` is a UUID;
any other text there is the 404 of a thing that never was.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum, auto
from typing import Any, Protocol, get_args, get_origin

from attrs import frozen

from adapters.http.call import Call
from platform_core.shared.actor import Scope
from platform_core.shared.errors import DomainError
from platform_core.shared.limits import Rate
from platform_core.shared.pagination import Page

BASE = "/api/v1"

_PARAMETER = re.compile(r"\{(\w+)\}")

Handler = Callable[[Call], Awaitable[Any]]
"""Returns a view, a ``Page`` of views, an ``Answer``, ``None``; or, with ``then``, the outcome's id."""
Renderer = Callable[[Call, Any], Awaitable[Any]]
"""Makes the answer from the outcome that a handler returned."""


class Gate(Enum):
    """Who gets through to a handler."""

    PUBLIC = auto()
    """Everybody, as long as the operator's public reads are on; anonymous callers are limited by address."""
    OPEN = auto()
    """Everybody, always; credentials are not looked at."""
    SESSION = auto()
    """Whoever has a session or an access token with the route's scope."""
    PERSON = auto()
    """A person's own session, no access token: for passwords, tokens and sessions."""
    MODERATOR = auto()
    """Moderators and administrators."""
    ADMINISTRATOR = auto()
    """Administrators."""


@frozen(kw_only=True)
class Route:
    """One operation of the interface, with all that the kernel and the OpenAPI document need to know."""

    method: str
    path: str
    """Below ``base``, with ``{parameters}``."""
    handler: Handler
    scope: Scope | None = None
    gate: Gate = Gate.SESSION
    body: type | None = None
    """A msgspec struct; without required fields the body may be left out."""
    query: type | None = None
    """A msgspec struct; ``limit`` and ``cursor`` of lists are the kernel's."""
    answer: Any = None
    """The view's class or ``Page[View]``; ``None`` is 204."""
    status: int = 200
    also: tuple[int, ...] = ()
    """Other statuses that an ``Answer`` may have, such as 202."""
    limit: Rate | None = None
    idempotent: bool = False
    then: Renderer | None = None
    """Makes the answer from what the handler returned: effect first, rendering second."""
    current: Handler | None = None
    """Returns the present view, for the 412 of a ``PATCH``."""
    raises: tuple[type[DomainError], ...] = ()
    """The refusals that are particular to this route, for the documentation."""
    base: str = BASE
    produces: str = "application/json"
    documented: bool = True

    def __attrs_post_init__(self) -> None:
        if self.scope is None and self.gate is not Gate.OPEN:
            raise TypeError(f"{self.name}: only an open route may do without a scope")
        if self.idempotent and self.answer is not None and self.then is None:
            raise TypeError(f"{self.name}: an idempotent route that answers needs then=, or idempotent=False")

    @property
    def template(self) -> str:
        """The whole path with its parameters."""
        return self.base + self.path

    @property
    def name(self) -> str:
        """Method and whole path: unique among all routes."""
        return f"{self.method} {self.template}"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the path."""
        return tuple(_PARAMETER.findall(self.template))

    @property
    def paged(self) -> bool:
        """Whether the answer is a list."""
        return get_origin(self.answer) is Page

    @property
    def item(self) -> Any:
        """The class of the answer's views, or of each item of a list."""
        return get_args(self.answer)[0] if self.paged else self.answer

    @property
    def context(self) -> str:
        """The context that owns the route: the module of the handler."""
        parts = self.handler.__module__.split(".")
        return parts[parts.index("http") + 1] if "http" in parts[:-1] else parts[-1]


class RouteGroup(Protocol):
    """Handlers of one resource and the routes that lead to them."""

    def routes(self) -> Sequence[Route]:
        """Return the routes, in the order list, get, create, change, delete."""
        ...


def is_id(parameter: str) -> bool:
    """Whether a parameter of a path has to be a UUID."""
    return parameter == "id" or parameter.endswith("_id")


def get(path: str, handler: Handler, **options: Any) -> Route:
    """Return a route that reads; answers ``HEAD`` as well."""
    return Route(method="GET", path=path, handler=handler, **options)


def post(path: str, handler: Handler, *, secret: bool = False, **options: Any) -> Route:
    """Return a route that does or makes something.

    It honours ``Idempotency-Key`` unless it is under ``/auth/``, open, or returns a ``secret`` that must not
    be stored; ``idempotent`` overrides that.
    """
    open_ = options.get("gate") is Gate.OPEN
    options.setdefault("idempotent", not (secret or open_ or path.startswith("/auth/")))
    return Route(method="POST", path=path, handler=handler, **options)


def put(path: str, handler: Handler, **options: Any) -> Route:
    """Return a route that makes a state so; twice is the same as once."""
    return Route(method="PUT", path=path, handler=handler, **options)


def patch(path: str, handler: Handler, **options: Any) -> Route:
    """Return a route that changes parts of a thing; ``current=`` gives the view of a 412."""
    return Route(method="PATCH", path=path, handler=handler, **options)


def delete(path: str, handler: Handler, **options: Any) -> Route:
    """Return a route that makes a state not so; twice is the same as once."""
    return Route(method="DELETE", path=path, handler=handler, **options)
