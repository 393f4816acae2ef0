"""Domain events, how they are stored, and the ports through which they leave a transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from attrs import asdict, fields, frozen

E = TypeVar("E", bound="Event")


@frozen
class Event:
    """Something that happened, in the past tense.

    Fields are JSON values (text, whole numbers, booleans, lists of them). ``name`` and ``version`` are part
    of the stored form; a subclass sets ``name`` to ``context.past_tense``.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1

    def payload(self) -> dict[str, Any]:
        """Return the fields as a JSON object."""
        return asdict(self)

    @classmethod
    def restore(cls: type[E], payload: Mapping[str, Any]) -> E:
        """Build the event from a stored payload; unknown fields, written by newer code, are ignored."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in payload.items() if key in known})


@frozen
class StoredEvent:
    """An event as the outbox hands it out: delivered at least once, in order within ``stream_key``."""

    id: str
    name: str
    version: int
    payload: Mapping[str, Any]
    stream_key: str
    occurred_at: datetime
    attempts: int = 0


@frozen
class Delivery:
    """One event on its way to one subscriber; what a subscriber records to be idempotent."""

    subscriber: str
    event_id: str


@frozen
class ClientEvent:
    """A durable event of one account: ``seq`` ascends without gaps in commit order."""

    account_id: str
    seq: int
    name: str
    payload: Mapping[str, Any]
    occurred_at: datetime


class Outbox(Protocol):
    """Where a transaction records what happened in it; nothing leaves before the commit."""

    async def record(self, event: Event, stream_key: str) -> None:
        """Store ``event``; events of one ``stream_key`` are handled one after the other, in this order."""
        ...


class Timers(Protocol):
    """Events that are due later, one per key."""

    async def set(self, key: str, at: datetime, event: Event) -> None:
        """Record ``event`` at the moment ``at``; an earlier timer of the same key is replaced."""
        ...

    async def cancel(self, key: str) -> None:
        """Forget the timer of that key, if there is one."""
        ...


class Deliveries(Protocol):
    """What has been handled, so that an event which comes twice takes effect once."""

    async def first(self, delivery: Delivery) -> bool:
        """Record the delivery in this transaction; False if it was recorded before."""
        ...

    async def reached(self, delivery: Delivery) -> str:
        """Return how far a delivery in several transactions got; empty if it has not begun."""
        ...

    async def advance(self, delivery: Delivery, reached: str, to: str) -> None:
        """Record in this transaction that the delivery went on from ``reached`` to ``to``.

        Raises ``Contention`` if another process went on from there meanwhile.
        """
        ...


class ClientEvents(Protocol):
    """The durable events that clients receive live and catch up on."""

    async def append(self, account_ids: Sequence[str], name: str, payload: Mapping[str, Any]) -> None:
        """Append one event to the log of each account; payloads refer by id, views are made on delivery."""
        ...


class ClientEventLog(Protocol):
    """Reads the durable events of accounts."""

    async def position(self, account_id: str) -> int:
        """Return the ``seq`` of the account's newest event, 0 if there was none."""
        ...

    async def since(self, positions: Mapping[str, int], limit: int) -> Sequence[ClientEvent]:
        """Return the events after each account's position, ascending, up to ``limit`` per account.

        One query, whatever the number of accounts.
        """
        ...

    async def oldest_kept(self, account_id: str) -> int:
        """Return the ``seq`` of the first event that is still kept, or of the next one to come."""
        ...
