"""Wake-ups and room events within one process."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from platform_core.shared.signals import Listener, Topic

RoomListener = Callable[[str, str, Mapping[str, Any]], Awaitable[None]]
"""Is told of every room event: room, name, payload."""

log = logging.getLogger("footlights.signals")


class InProcessSignals:
    """Calls the listeners directly; nothing is ever lost, so there are no gaps."""

    def __init__(self) -> None:
        self._listeners: dict[Topic, list[Listener]] = {}

    async def publish(self, topic: Topic, ids: Iterable[str] = ()) -> None:
        """Wake the listeners of ``topic``; one that fails does not keep the others asleep."""
        named = frozenset(ids)
        for listener in self._listeners.get(topic, ()):
            try:
                listener(named)
            except Exception:
                log.exception("a listener of %s failed", topic)

    def subscribe(self, topic: Topic, listener: Listener) -> None:
        """Call ``listener`` at each wake-up of ``topic``."""
        self._listeners.setdefault(topic, []).append(listener)

    def on_gap(self, listener: Callable[[], None]) -> None:
        """Never call ``listener``."""


class InProcessRooms:
    """Hands room events to the realtime interface of this process."""

    def __init__(self) -> None:
        self._listeners: list[RoomListener] = []

    async def emit(self, room: str, name: str, payload: Mapping[str, Any]) -> None:
        """Tell the listeners at once; one that fails is logged, for the thing itself has happened."""
        for listener in self._listeners:
            try:
                await listener(room, name, payload)
            except Exception:
                log.exception("a room event could not be delivered")

    def on_event(self, listener: RoomListener) -> None:
        """Tell ``listener`` of every room event."""
        self._listeners.append(listener)
