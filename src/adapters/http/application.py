"""Makes the web application of groups of handlers."""

import re
from collections.abc import Sequence

from aiohttp import web

from adapters.http.endpoint import Endpoint
from adapters.http.kernel import KERNEL, ROUTES, Kernel
from adapters.http.routing import Route, RouteGroup

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ID = re.compile(r"\{(id|\w+_id)\}")


def make_application(groups: Sequence[RouteGroup], kernel: Kernel) -> web.Application:
    """Return the application that serves the routes of all groups through the kernel."""
    app = web.Application()
    routes = tuple(route for group in groups for route in group.routes())
    app[KERNEL] = kernel
    app[ROUTES] = routes
    for route in routes:
        _serve(app, route, Endpoint(route, kernel))
    return app


def all_routes(app: web.Application) -> tuple[Route, ...]:
    """Return the table of routes, in the order in which they were declared."""
    return app[ROUTES]


def _serve(app: web.Application, route: Route, endpoint: Endpoint) -> None:
    pattern = _ID.sub(rf"{{\1:{_UUID}}}", route.template)
    resource = app.router.add_resource(pattern)
    resource.add_route(route.method, endpoint.handle)
    if route.method == "GET":
        resource.add_route("HEAD", endpoint.handle)
