"""Where every connection begins and ends."""

import asyncio
import logging
from typing import Any

from socketio.exceptions import ConnectionRefusedError as Refusal

from adapters.realtime.access import AccessWatch
from adapters.realtime.client_events import ClientEventTable
from adapters.realtime.dispatcher import Dispatcher
from adapters.realtime.entry import Entry
from adapters.realtime.protocol import StrictServer
from adapters.realtime.sockets import Sockets
from platform_core.shared.errors import DomainError, Unavailable

log = logging.getLogger("footlights.realtime")


class Reception:
    """Follows each client from the opening of its transport to the end of its session."""

    server: StrictServer
    entry: Entry
    table: ClientEventTable
    dispatcher: Dispatcher
    access: AccessWatch

    def __init__(self, sockets: Sockets, entry_seconds: float) -> None:
        """The parts that need the server, which needs this, are set before the first client comes."""
        self._sockets = sockets
        self._entry_seconds = entry_seconds
        self._deadlines: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def arrived(self, session: str) -> None:
        """Give the client some time to be let in."""
        loop = asyncio.get_running_loop()
        self._deadlines[session] = loop.call_later(self._entry_seconds, self._too_late, session)

    async def connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> bool:
        """Let the client in or refuse it; a refused one is told why, unless the fault is ours.

        A client that is refused in words does not try again by itself, one that is cut off does: so it
        is cut off while we cannot tell whose token it is.
        """
        session = self.server.manager.eio_sid_from_sid(sid, "/")
        try:
            socket = await self.entry.admit(sid, session, auth)
        except (Unavailable, TimeoutError):
            return await self._cut_off(session)
        except DomainError as error:
            raise Refusal(error.code, self.table.refuse(error)["error"]) from None
        except Exception:
            log.exception("a client could not be let in")
            return await self._cut_off(session)
        if session not in self.server.environ:  # it left meanwhile
            self._sockets.remove(socket.session)
            return False
        return True

    def welcomed(self, session: str) -> None:
        """Begin to send the client its events."""
        if deadline := self._deadlines.pop(session, None):
            deadline.cancel()
        socket = self._sockets.of_session(session)
        if socket is None:
            return
        socket.live = True
        self.access.admitted(socket)
        if socket.resync:
            self.dispatcher.resync(socket)
        self.dispatcher.wake(frozenset({socket.account_id}))

    async def answer(self, session: str, arguments: Any) -> dict[str, Any]:
        """Handle an event of a client that has been let in."""
        socket = self._sockets.of_session(session)
        if socket is None:
            return self.table.refuse(Unavailable())
        return await self.table.answer(socket, arguments)

    def refuse(self, error: DomainError) -> dict[str, Any]:
        """Return the acknowledgement of an event that is not handled."""
        return self.table.refuse(error)

    def left(self, session: str) -> None:
        """Forget the client."""
        if deadline := self._deadlines.pop(session, None):
            deadline.cancel()
        self._sockets.remove(session)

    async def _cut_off(self, session: str) -> bool:
        await self.server.eio.drop(session)
        return False

    def _too_late(self, session: str) -> None:
        del self._deadlines[session]
        self.server.eio.cut(session)
