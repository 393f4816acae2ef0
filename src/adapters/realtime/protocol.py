"""The Socket.IO server: the library's, with our own reading of what clients send."""

from collections.abc import Awaitable
from typing import Any, Protocol

import socketio
from socketio import packet

from adapters.realtime.engine import StrictEngine
from adapters.realtime.packets import ClientPacket, MalformedPacket, parse
from adapters.realtime.rates import TokenBucket
from adapters.realtime.refusals import BinaryRefused
from adapters.wire import strict_json
from adapters.wire.encode import encode
from platform_core.shared.errors import DomainError, RateLimited

MOST_ATTACHMENTS = 10
ONLY = "/"
"""The one namespace."""


class Json:
    """JSON as the library wants it: the functions of the standard module, views included, input strict."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        """Return the JSON of a value."""
        return encode(value).decode()

    @staticmethod
    def loads(text: str, **_: Any) -> Any:
        """Return the value. Raises ``MalformedJson`` or ``Invalid``."""
        return strict_json.parse(text.encode())


class Packet(packet.Packet):
    """A Socket.IO packet in our JSON; the library's own class stays as it is for others."""

    json = Json


class Reception(Protocol):
    """What the protocol reports to and asks."""

    def arrived(self, session: str) -> None:
        """A transport has been opened."""

    def left(self, session: str) -> None:
        """A client has gone or is being sent away, however far it had got; may be said twice."""

    def welcomed(self, session: str) -> None:
        """The client has been told that it is connected."""

    def answer(self, session: str, arguments: Any) -> Awaitable[dict[str, Any]]:
        """Handle an event and return its acknowledgement."""

    def refuse(self, error: DomainError) -> dict[str, Any]:
        """Return the acknowledgement of an event that is not handled."""


class StrictServer(socketio.AsyncServer):
    """Speaks Socket.IO. One event of a socket is handled after the other, in the order of their sending."""

    eio: StrictEngine

    def __init__(self, reception: Reception, packets_per_second: int, **options: Any) -> None:
        super().__init__(async_mode="aiohttp", serializer=Packet, **options)
        self._reception = reception
        self._packets_per_second = packets_per_second
        self._buckets: dict[str, TokenBucket] = {}
        self._attachments: dict[str, int] = {}

    async def expel(self, sid: str, session: str) -> None:
        """Disconnect a client for good, transport included."""
        self._reception.left(session)
        await self.disconnect(sid)
        await self.eio.hang_up(session)

    def _engineio_server_class(self) -> type[StrictEngine]:
        return StrictEngine

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        await super()._handle_eio_connect(eio_sid, environ)
        self._buckets[eio_sid] = TokenBucket(self._packets_per_second)
        self._reception.arrived(eio_sid)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        await super()._handle_eio_disconnect(eio_sid, reason)
        self._buckets.pop(eio_sid, None)
        self._attachments.pop(eio_sid, None)
        self._reception.left(eio_sid)
        self.eio.bury(eio_sid)

    async def _handle_connect(self, eio_sid: str, namespace: str, data: Any) -> None:
        await super()._handle_connect(eio_sid, namespace, data)
        if namespace != ONLY or eio_sid not in self.environ:
            return
        if self.manager.is_connected(self.manager.sid_from_eio_sid(eio_sid, ONLY), ONLY):
            self._reception.welcomed(eio_sid)
        else:
            await self.eio.hang_up(eio_sid)

    async def _handle_disconnect(self, eio_sid: str, namespace: str, reason: str | None = None) -> None:
        await super()._handle_disconnect(eio_sid, namespace, reason)
        if namespace == ONLY and reason == self.reason.CLIENT_DISCONNECT:
            self._reception.left(eio_sid)
            await self.eio.hang_up(eio_sid)

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        bucket = self._buckets.get(eio_sid)
        if bucket is None:
            return  # it is being closed, and goes on talking
        allowed = bucket.take()
        try:
            if isinstance(data, str):
                await self._handle_packet(eio_sid, parse(data), allowed)
            else:
                self._pass_over_attachment(eio_sid)
        except MalformedPacket:
            await self.eio.hang_up(eio_sid)
        if bucket.hopeless:
            await self.eio.hang_up(eio_sid)

    async def _handle_packet(self, eio_sid: str, received: ClientPacket, allowed: bool) -> None:
        if received.kind in (packet.EVENT, packet.BINARY_EVENT):
            await self._handle_client_event(eio_sid, received, allowed)
        elif not allowed or received.kind == packet.ACK:
            return  # we ask for no acknowledgements
        elif received.kind == packet.CONNECT:
            await self._handle_connect(eio_sid, received.namespace, _auth(received.body))
        elif received.kind == packet.DISCONNECT:
            await self._handle_disconnect(eio_sid, received.namespace, self.reason.CLIENT_DISCONNECT)
        else:
            raise MalformedPacket

    async def _handle_client_event(self, eio_sid: str, received: ClientPacket, allowed: bool) -> None:
        if received.kind == packet.BINARY_EVENT:
            self._expect_attachments(eio_sid, received.attachments)
        sid = self.manager.sid_from_eio_sid(eio_sid, received.namespace)
        if not self.manager.is_connected(sid, received.namespace):
            return
        answer = await self._answer(eio_sid, received, allowed)
        if received.id is not None:
            reply = Packet(packet.ACK, namespace=received.namespace, id=received.id, data=[answer])
            await self._send_packet(eio_sid, reply)

    async def _answer(self, eio_sid: str, received: ClientPacket, allowed: bool) -> dict[str, Any]:
        if not allowed:
            return self._reception.refuse(RateLimited(1, "Too many events. Please slow down."))
        if received.kind == packet.BINARY_EVENT:
            return self._reception.refuse(BinaryRefused())
        try:
            arguments = Json.loads(received.body)
        except DomainError as error:
            return self._reception.refuse(error)
        return await self._reception.answer(eio_sid, arguments)

    def _expect_attachments(self, eio_sid: str, amount: int) -> None:
        """Attachments follow as packets of their own; keeping them, as the library does, has no bound."""
        if not 1 <= amount <= MOST_ATTACHMENTS:
            raise MalformedPacket
        self._attachments[eio_sid] = self._attachments.get(eio_sid, 0) + amount

    def _pass_over_attachment(self, eio_sid: str) -> None:
        left = self._attachments.pop(eio_sid, 0)
        if not left:
            raise MalformedPacket
        if left > 1:
            self._attachments[eio_sid] = left - 1


def _auth(body: str) -> Any:
    """Return what a client says of itself; what is not even JSON counts as nothing."""
    try:
        return Json.loads(body) if body else None
    except DomainError:
        return None
