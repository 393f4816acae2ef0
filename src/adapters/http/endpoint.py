"""The one way every request goes: through here to its handler and back."""

import asyncio
from collections.abc import Mapping
from time import perf_counter
from typing import Any

from aiohttp import web
from multidict import CIMultiDict

from adapters.http import refusals
from adapters.http.addresses import ClientAddress
from adapters.http.bodies import Bodies
from adapters.http.call import Call
from adapters.http.conditions import revision_of
from adapters.http.credentials import Credentials
from adapters.http.gates import Admission
from adapters.http.headers import AnswerHeaders
from adapters.http.kernel import Kernel
from adapters.http.positions import EventPositions
from adapters.http.rendering import Rendered, Renderer
from adapters.http.replay import Replay, claim_of
from adapters.http.routing import Route, is_id
from adapters.http.sending import Sender
from adapters.http.throttle import Throttle
from adapters.wire.cursors import Cursors
from adapters.wire.decode import decode_body, decode_query, without_input
from adapters.wire.inputs import MAX_WORD
from adapters.wire.problems import MalformedJson
from adapters.wire.request_ids import accepted_id, current_request_id
from adapters.wire.strict_json import storable
from platform_core.shared.actor import Actor
from platform_core.shared.errors import Contention, DomainError, NotFound, Stale
from platform_core.shared.pagination import PageRequest

_PAGING = frozenset({"limit", "cursor"})
_FIRST_PAGE = PageRequest()
_RETRIES = 3
_PAUSE = 0.02
_USER_AGENT = 300


class Surroundings:
    """What the endpoints of one application share."""

    def __init__(self, kernel: Kernel) -> None:
        settings = kernel.settings
        self.kernel = kernel
        self.headers = AnswerHeaders(settings)
        self.credentials = Credentials(settings)
        self.address = ClientAddress(settings.trusted_proxies)
        self.bodies = Bodies(settings)
        self.cursors = Cursors(kernel.cursor_secret)
        self.positions = EventPositions(kernel.position)
        self.replay = Replay(kernel.idempotency)


class Endpoint:
    """Serves one route."""

    def __init__(self, route: Route, shared: Surroundings) -> None:
        self._route = route
        self._shared = shared
        self._new_id = shared.kernel.ids.new
        self._observe = shared.kernel.observe
        self._admit = Admission(route, shared.kernel, shared.credentials)
        self._throttle = Throttle(route, shared.kernel.settings.anonymous_rate, shared.kernel.limiter)
        self._renderer = Renderer(route, shared.cursors)
        self._handler = route.handler
        self._then = route.then
        self._sender = Sender(route, shared.credentials)
        self._reads = route.method == "GET"
        self._patches = route.method == "PATCH"
        self._texts = tuple(name for name in route.parameters if not is_id(name))
        self._no_body = without_input(route.body)
        self._no_query = without_input(route.query)
        self._paging = _PAGING if route.paged else frozenset[str]()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request of this route; whatever goes wrong is answered too."""
        if self._observe is None:
            return await self._answer(request)
        began = perf_counter()
        response = await self._answer(request)
        self._observe(self._route, response.status, perf_counter() - began)
        return response

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        request_id = accepted_id(request.headers.get("X-Request-Id")) or self._new_id()
        current_request_id.set(request_id)
        headers = self._shared.headers.begin(request, request_id)
        try:
            return await self._serve(request, request_id, headers)
        except DomainError as error:
            return refusals.refuse(error, headers, request_id)
        except Exception:
            return refusals.fail(headers, request_id)

    async def _serve(
        self, request: web.Request, request_id: str, headers: CIMultiDict[str]
    ) -> web.StreamResponse:
        actor = await self._admit(request)
        address = self._shared.address(request)
        if self._throttle.applies(actor):
            await self._throttle.check(actor, address, headers)
        body = b"" if self._route.body is None else await self._shared.bodies.read(request)
        call = self._call(request, request_id, actor, address, body)
        if self._reads and actor.account_id is not None:
            # Before the handler reads: what happens in between is then heard twice, not missed.
            headers["X-Event-Position"] = await self._shared.positions(actor.account_id)
        try:
            rendered = await self._run(call, body)
        except Stale as error:
            current = await self._route.current(call) if self._route.current else None
            return refusals.refuse(error, headers, request_id, current)
        return self._sender.send(rendered, request, headers, personal=actor.account_id is not None)

    def _call(self, request: web.Request, request_id: str, actor: Actor, address: str, body: bytes) -> Call:
        query, page = self._asked(request)
        return Call(
            actor=actor,
            path=self._path(request),
            body=self._input(body),
            query=query,
            page=page,
            address=address,
            user_agent=request.headers.get("User-Agent", "")[:_USER_AGENT],
            if_revision=revision_of(request.headers.get("If-Match")) if self._patches else None,
            request_id=request_id,
            request=request,
        )

    def _path(self, request: web.Request) -> Mapping[str, str]:
        path: Mapping[str, str] = request.match_info
        if not all(len(path[name]) <= MAX_WORD and storable(path[name]) for name in self._texts):
            raise NotFound
        return path

    def _input(self, body: bytes) -> Any:
        if self._route.body is None:
            return None
        if body:
            return decode_body(body, self._route.body)
        if self._no_body is None:
            raise MalformedJson("A JSON body is needed here.")
        return self._no_body

    def _asked(self, request: web.Request) -> tuple[Any, PageRequest]:
        """Return the decoded query and the page; most requests have no query string at all."""
        text = request.rel_url.raw_query_string
        if not text and (self._no_query is not None or self._route.query is None):
            return self._no_query, _FIRST_PAGE
        query, paging = decode_query(text, self._route.query, self._paging)
        if self._route.query is None:
            query = None
        if not paging:
            return query, _FIRST_PAGE
        binding = self._renderer.binding(request, query)
        return query, self._shared.cursors.request(binding, paging.get("limit"), paging.get("cursor"))

    async def _run(self, call: Call, body: bytes) -> Rendered:
        claim = claim_of(call, body, self._shared.kernel.ids) if self._route.idempotent else None
        if claim is None:
            outcome = await self._effect(call)
            return await self._rendered(call, outcome) if self._then else self._renderer.render(outcome, call)
        return await self._shared.replay.run(
            claim, lambda: self._effect(call), lambda outcome: self._rendered(call, outcome)
        )

    async def _effect(self, call: Call) -> Any:
        """Run the handler; a transaction that the database gave up for another one is run again."""
        for attempt in range(_RETRIES):
            try:
                return await self._handler(call)
            except Contention:
                await _pause(call, attempt)
        return await self._handler(call)

    async def _rendered(self, call: Call, outcome: Any) -> Rendered:
        if self._then is not None:
            outcome = await self._then(call, outcome)
        elif self._route.answer is None and isinstance(outcome, str):
            # Recovered from an idempotency key: it happened, and there is nothing to tell.
            outcome = None
        return self._renderer.render(outcome, call)


async def _pause(call: Call, attempt: int) -> None:
    # Spread by the request's id, so that two that met do not meet again.
    jitter = hash((call.request_id, attempt)) % 1000 / 1000
    await asyncio.sleep(_PAUSE * 2**attempt * (0.5 + jitter))
