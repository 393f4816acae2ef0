"""Engine.IO and Socket.IO packets: what is let in, parsed strictly, and what waits to go out."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

from attrs import frozen

_CONTROL = re.compile(r"1|2(probe)?|3(probe)?|5|6")
_MESSAGE = re.compile(r"4[0-6]")
_BINARY = re.compile(r"b[A-Za-z0-9+/]*={0,2}")
_HEAD = re.compile(r"([0-6])(?:([0-9]{1,2})-)?(?:(/[^,\[{\"]{0,100}),?)?([0-9]{1,15})?")
_BETWEEN = "\x1e"
_OBJECT_SIZE = 256
"""What a packet with a small object in it (``OPEN``) is taken to weigh."""


class MalformedPacket(ValueError):
    """The text is not a packet of the protocol; who sends it is not a client of ours."""


@frozen
class ClientPacket:
    """A Socket.IO packet before its JSON is looked at."""

    kind: int
    attachments: int
    namespace: str
    id: int | None
    body: str


def acceptable(frame: str | bytes) -> bool:
    """Whether an Engine.IO packet of a client is one that the library takes without stumbling.

    The library raises out of its read loop for an empty packet, an unknown type and deeply nested JSON,
    and parses whatever JSON follows a type; a client has no reason to send any of these.
    """
    if isinstance(frame, bytes):
        return True
    return bool(_MESSAGE.match(frame) if frame.startswith("4") else _CONTROL.fullmatch(frame))


def acceptable_payload(body: bytes, most: int) -> bool:
    """Whether the body of a long-polling POST consists of at most ``most`` acceptable packets."""
    try:
        packets = body.decode().split(_BETWEEN)
    except UnicodeDecodeError:
        return False
    return len(packets) <= most and all(acceptable(packet) or _base64(packet) for packet in packets)


def parse(text: str) -> ClientPacket:
    """Split a Socket.IO packet into its head and its JSON. Raises ``MalformedPacket``."""
    head = _HEAD.match(text)
    if head is None:
        raise MalformedPacket
    kind, attachments, namespace, number = head.groups()
    id_ = None if number is None else int(number)
    body = text[head.end() :]
    return ClientPacket(int(kind), int(attachments or 0), (namespace or "/").split("?")[0], id_, body)


def _base64(packet: str) -> bool:
    return bool(_BINARY.fullmatch(packet)) and len(packet) % 4 == 1


class Lane:
    """The short way to one client: straight to its transport, while nothing else is on its way to it.

    ``free`` is kept up by whoever puts something on the long way and takes it off at its end. It is one flag,
    because each delivery of each room event looks at it.
    """

    __slots__ = ("free", "unchecked", "write")

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self.free = False
        self.write = write
        self.unchecked = 0
        """Bytes written since somebody looked whether the client reads them."""


class PacketQueue(asyncio.Queue[Any]):
    """What waits for one client. Knows its size, and what was taken out but not yet handed to the transport.

    The library's writer takes a packet, and several turns of the loop may pass before it calls ``task_done``
    and sends: ``pending`` covers that time, ``qsize`` does not.
    """

    lane: Lane | None = None
    """The way past this queue, closed as long as something is in it."""

    def _init(self, maxsize: int) -> None:
        super()._init(maxsize)
        self.pending = 0
        self.size = 0

    def _put(self, item: Any) -> None:
        super()._put(item)
        self.pending += 1
        self.size += _size(item)
        if self.lane is not None:
            self.lane.free = False

    def _get(self) -> Any:
        item = super()._get()
        self.size -= _size(item)
        return item

    def task_done(self) -> None:
        """Note that one packet has been handed on."""
        super().task_done()
        self.pending -= 1


def _size(packet: Any) -> int:
    data = getattr(packet, "data", None)
    return len(data) if isinstance(data, str | bytes) else _OBJECT_SIZE
