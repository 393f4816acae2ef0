"""The one way every request goes: through here to its handler and back."""

from aiohttp import web

from adapters.http.kernel import Kernel
from adapters.http.routing import Route


class Endpoint:
    """Serves one route."""

    def __init__(self, route: Route, kernel: Kernel) -> None:
        self._route = route
        self._kernel = kernel

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request of this route."""
        raise NotImplementedError
