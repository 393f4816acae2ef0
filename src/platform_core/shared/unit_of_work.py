"""One transaction: everything in it happens, or nothing."""

from types import TracebackType
from typing import Protocol, Self

from platform_core.shared.events import ClientEvents, Deliveries, Outbox, Timers
from platform_core.shared.signals import Wakes


class UnitOfWork(Wakes, Protocol):
    """What each context's own unit of work adds its repositories to.

    Leaving the block without ``commit`` rolls back. A violated constraint surfaces as the domain error
    that belongs to its name.
    """

    @property
    def outbox(self) -> Outbox:
        """Where events are recorded."""
        ...

    @property
    def timers(self) -> Timers:
        """Where events are put off."""
        ...

    @property
    def deliveries(self) -> Deliveries:
        """What has been handled."""
        ...

    @property
    def client_events(self) -> ClientEvents:
        """The durable events of accounts."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def commit(self, outcome: str = "") -> None:
        """Make it so, then wake whoever is to be woken.

        ``outcome`` is the id of what was made; it is stored with the idempotency key of the request, if it
        has one, in this transaction, so that a repeated request can be answered even after a crash.
        """
        ...
