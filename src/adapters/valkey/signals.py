"""Wake-ups and room events for all processes, over Valkey."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from adapters.valkey.bus import Message, ValkeyBus
from platform_core.shared.signals import Listener, Topic

IDS_IN_A_MESSAGE = 1000
WAKE_UPS, ROOM_EVENTS = "wake", "rooms"

RoomListener = Callable[[str, str, Mapping[str, Any]], Awaitable[None]]
"""Is told of every room event: room, name, payload."""

log = logging.getLogger("footlights.valkey")


class ValkeySignals:
    """Wakes this process directly and the others over the bus; an outage delays nobody."""

    def __init__(self, bus: ValkeyBus) -> None:
        self._bus = bus
        self._listeners: dict[Topic, list[Listener]] = {}
        bus.subscribe(WAKE_UPS, self._receive)

    @property
    def connected(self) -> bool:
        """Whether the wake-ups of other processes can arrive, as far as is known."""
        return self._bus.connected

    async def publish(self, topic: Topic, ids: Iterable[str] = ()) -> None:
        """Wake the listeners of ``topic`` here and everywhere."""
        named = frozenset(ids)
        self._wake(topic, named)
        waiting = iter(sorted(named))
        part = list(islice(waiting, IDS_IN_A_MESSAGE))
        while True:
            self._bus.publish(WAKE_UPS, {"topic": topic.value, "ids": part})
            part = list(islice(waiting, IDS_IN_A_MESSAGE))
            if not part:
                return

    def subscribe(self, topic: Topic, listener: Listener) -> None:
        """Call ``listener`` at each wake-up of ``topic``."""
        self._listeners.setdefault(topic, []).append(listener)

    def on_gap(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` at each connection to Valkey, and when another process lost wake-ups."""
        self._bus.on_gap(listener)

    async def _receive(self, message: Message) -> None:
        if message["topic"] in set(Topic):  # a newer process may know others
            self._wake(Topic(message["topic"]), frozenset(message["ids"]))

    def _wake(self, topic: Topic, ids: frozenset[str]) -> None:
        for listener in self._listeners.get(topic, ()):
            try:
                listener(ids)
            except Exception:
                log.exception("a listener of %s failed", topic)


class ValkeyRooms:
    """Tells the rooms of this process directly and those of the others over the bus."""

    def __init__(self, bus: ValkeyBus) -> None:
        self._bus = bus
        self._listeners: list[RoomListener] = []
        bus.subscribe(ROOM_EVENTS, self._receive)

    async def emit(self, room: str, name: str, payload: Mapping[str, Any]) -> None:
        """Send one event to everyone in ``room``, in every process; lost there in an outage."""
        await self._tell(room, name, payload)
        self._bus.publish(ROOM_EVENTS, {"room": room, "name": name, "payload": dict(payload)})

    def on_event(self, listener: RoomListener) -> None:
        """Tell ``listener`` of every room event."""
        self._listeners.append(listener)

    async def _receive(self, message: Message) -> None:
        await self._tell(message["room"], message["name"], message["payload"])

    async def _tell(self, room: str, name: str, payload: Mapping[str, Any]) -> None:
        for listener in self._listeners:
            try:
                await listener(room, name, payload)
            except Exception:
                log.exception("a room event could not be delivered")
