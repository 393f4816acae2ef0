"""Wake-ups between the parts of the program: never a message, only a reason to look."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, Protocol


class Topic(StrEnum):
    """What to look at again."""

    CLIENT_EVENTS = "client_events"
    """Accounts that have new durable events."""
    ACCESS = "access"
    """Accounts whose sessions, state or relationships changed: sockets and caches check again."""
    AUDIENCE = "audience"
    """Posts that fewer may see now, any posts if none is named: who watches them is asked again."""
    OUTBOX = "outbox"
    """The relay has something to do."""


class Wakes(Protocol):
    """Collects, inside a unit of work, who is to be woken once it has committed."""

    def wake(self, topic: Topic, ids: Iterable[str] = ()) -> None:
        """Wake the listeners of ``topic`` for these ids after the commit; lost if that fails."""
        ...


Listener = Callable[[frozenset[str]], None]
"""Called with the ids that a wake-up named; must return at once (set a flag, start a task)."""


class Signals(Protocol):
    """Carries wake-ups to every process. One in-process adapter, one over Valkey."""

    async def publish(self, topic: Topic, ids: Iterable[str] = ()) -> None:
        """Wake the listeners of ``topic`` in all processes; an outage is logged, never raised."""
        ...

    def subscribe(self, topic: Topic, listener: Listener) -> None:
        """Call ``listener`` at each wake-up of ``topic``."""
        ...

    def on_gap(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` when wake-ups may have been lost, so that everything is looked at again."""
        ...


class Rooms(Protocol):
    """Tells whoever watches a thing what happens to it, in every process; never replayed."""

    async def emit(self, room: str, name: str, payload: Mapping[str, Any]) -> None:
        """Send one event to everyone in ``room`` (``post:{id}``); lost where nobody listens."""
        ...
