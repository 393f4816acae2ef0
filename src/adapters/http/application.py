"""Makes the web application of groups of handlers."""

import re
from collections.abc import Sequence

from aiohttp import web

from adapters.http.endpoint import Endpoint, Surroundings
from adapters.http.kernel import KERNEL, ROUTES, Kernel
from adapters.http.outside import outside
from adapters.http.routing import Route, RouteGroup, is_id
from adapters.wire.inputs import UUID_PATTERN

_PARAMETER = re.compile(r"\{(\w+)\}")


def make_application(groups: Sequence[RouteGroup], kernel: Kernel) -> web.Application:
    """Return the application that serves the routes of all groups through the kernel.

    Raises ``ValueError`` for two routes of the same method and path, and for paths that differ only in the
    names of their parameters.
    """
    shared = Surroundings(kernel)
    app = web.Application(middlewares=[outside(shared)])
    routes = tuple(route for group in groups for route in group.routes())
    _check(routes)
    app[KERNEL] = kernel
    app[ROUTES] = routes
    for path, same in _by_path(routes).items():
        resource = app.router.add_resource(path)
        for route in same:
            _serve(resource, route, Endpoint(route, shared))
    return app


def all_routes(app: web.Application) -> tuple[Route, ...]:
    """Return the table of routes, in the order in which they were declared."""
    return app[ROUTES]


def _serve(resource: web.Resource, route: Route, endpoint: Endpoint) -> None:
    resource.add_route(route.method, endpoint.handle)
    if route.method == "GET":
        resource.add_route("HEAD", endpoint.handle)


def _by_path(routes: Sequence[Route]) -> dict[str, list[Route]]:
    paths: dict[str, list[Route]] = {}
    for route in routes:
        paths.setdefault(_PARAMETER.sub(_pattern, route.template), []).append(route)
    return paths


def _pattern(parameter: re.Match[str]) -> str:
    """Let the router itself refuse what is not an id: a path with garbage in it leads nowhere."""
    name = parameter[1]
    return f"{{{name}:{UUID_PATTERN}}}" if is_id(name) else f"{{{name}}}"


def _check(routes: Sequence[Route]) -> None:
    """Refuse routes that no client could tell apart."""
    names = [route.name for route in routes]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"declared twice: {', '.join(twice)}")
    shapes: dict[str, str] = {}
    for route in routes:
        known = shapes.setdefault(_PARAMETER.sub("{}", route.template), route.template)
        if known != route.template:
            raise ValueError(f"one path under two names: {known} and {route.template}")
