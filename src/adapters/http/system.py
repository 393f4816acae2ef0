"""What the program says about itself: the instance, its interface, whether it is alive and ready."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from attrs import define, field, frozen

from adapters.http.application import all_routes
from adapters.http.call import Answer, Call
from adapters.http.openapi import document
from adapters.http.routing import Gate, Route, get
from adapters.wire.encode import encode

_CHECK_SECONDS = 3.0

Check = Callable[[], Awaitable[object]]
"""Raises, or takes longer than three seconds, if the thing that it checks is not in order."""


@frozen
class InstanceView:
    """What a client has to know of this server before it does anything."""

    name: str
    version: str
    api_level: int
    registration: str
    """``open``, ``approval``, ``invitation`` or ``closed``."""
    public_reads: bool
    features: Mapping[str, bool]
    limits: Mapping[str, int]
    transports: Sequence[str]
    """How Socket.IO may be reached: ``websocket``, and ``polling`` where that works."""


@frozen
class HealthView:
    """Whether the program is alive or ready, and which checks say no."""

    status: str
    failing: Sequence[str] = ()


@define
class Readiness:
    """Whether requests should be sent here: everything in order, and not about to stop."""

    checks: Mapping[str, Check] = field(factory=dict)
    draining: bool = False

    async def failing(self) -> list[str]:
        """Return the names of what is not in order."""
        names = list(self.checks)
        passed = await asyncio.gather(*(_passes(self.checks[name]) for name in names))
        broken = [name for name, good in zip(names, passed, strict=True) if not good]
        return ["draining", *broken] if self.draining else broken


async def _passes(check: Check) -> bool:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            await check()
    except Exception:
        return False
    return True


class SystemRoutes:
    """Routes that everybody may use at any time."""

    def __init__(self, instance: InstanceView, readiness: Readiness) -> None:
        self._instance = instance
        self._readiness = readiness
        self._document: bytes | None = None

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            get("/instance", self.instance, gate=Gate.OPEN, answer=InstanceView),
            get("/openapi.json", self.openapi, gate=Gate.OPEN, documented=False),
            get("/healthz", self.healthz, gate=Gate.OPEN, answer=HealthView, base=""),
            get("/readyz", self.readyz, gate=Gate.OPEN, answer=HealthView, base="", also=(503,)),
        )

    async def instance(self, call: Call) -> InstanceView:
        """Tell what this server is and can do."""
        return self._instance

    async def openapi(self, call: Call) -> Answer:
        """Return this document."""
        if self._document is None:
            self._document = encode(document(all_routes(call.request.app), self._instance.version))
        return Answer(content=self._document)

    async def healthz(self, call: Call) -> HealthView:
        """Tell that the program is alive."""
        return HealthView("alive")

    async def readyz(self, call: Call) -> Answer:
        """Tell whether requests should be sent here."""
        failing = await self._readiness.failing()
        if failing:
            return Answer(HealthView("not_ready", failing), status=503)
        return Answer(HealthView("ready"))
