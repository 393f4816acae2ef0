"""Lets a request through to its handler, or says why not."""

from aiohttp import web

from adapters.http.credentials import Credentials
from adapters.http.kernel import Kernel
from adapters.http.refusals import InsufficientScope, PersonRequired
from adapters.http.routing import Gate, Route
from platform_core.shared.actor import NOBODY, Actor, Role
from platform_core.shared.errors import Unauthenticated

_ROLES = {Gate.MODERATOR: Role.MODERATOR, Gate.ADMINISTRATOR: Role.ADMINISTRATOR}


class Admission:
    """Tells who is asking, and refuses whoever may not use the route."""

    def __init__(self, route: Route, kernel: Kernel, credentials: Credentials) -> None:
        self._gate = route.gate
        self._scope = route.scope
        self._authenticate = kernel.authenticator
        self._credentials = credentials
        self._anonymous = route.gate is Gate.PUBLIC and kernel.settings.public_reads
        self._role = _ROLES.get(route.gate)

    async def __call__(self, request: web.Request) -> Actor:
        """Return the actor. Raises ``Unauthenticated``, ``Forbidden`` or ``BadRequest``."""
        if self._gate is Gate.OPEN:
            return NOBODY
        token = self._credentials.token(request)
        if token is None:
            if self._anonymous:
                return NOBODY
            raise Unauthenticated
        actor = await self._authenticate(token)
        self._check(actor)
        return actor

    def _check(self, actor: Actor) -> None:
        if self._scope is not None and self._scope not in actor.scopes:
            raise InsufficientScope(self._scope)
        if self._gate is Gate.PERSON and actor.session_id is None:
            raise PersonRequired
        if self._role is not None:
            actor.require(self._role)
