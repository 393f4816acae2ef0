"""Sends each account's durable events to its sockets, in order, each exactly once.

No event travels between processes. A wake-up only says for whom there may be something new; what it is, is
read from the log, from where each socket stands. A socket that has just connected stands at the last event
its client saw, so that catching up and following are the same thing and there is no seam between them.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from adapters.realtime.fast_emit import FastManager, Frame
from adapters.realtime.feed import Batch, Document, EventFeed
from adapters.realtime.names import RELOAD, RESYNC, may_receive
from adapters.realtime.settings import RealtimeSettings
from adapters.realtime.sockets import Socket, Sockets

ACCOUNTS_AT_ONCE = 500
"""Accounts in one query."""
COMFORTABLE = 64 * 1024
"""Bytes that may wait for a client before it is given a rest; the log keeps the remainder."""
REST_SECONDS = 0.05
RETRY_SECONDS = 1.0
TRIES = 3
"""How often an account whose events cannot be rendered is tried again before they are passed over."""

log = logging.getLogger("footlights.realtime")


class Dispatcher:
    """One task that takes the accounts that have something new in turns."""

    def __init__(
        self,
        sockets: Sockets,
        feed: EventFeed,
        outlet: FastManager,
        settings: RealtimeSettings,
        bus_is_up: Callable[[], bool],
    ) -> None:
        self._sockets = sockets
        self._feed = feed
        self._outlet = outlet
        self._settings = settings
        self._bus_is_up = bus_is_up
        self._dirty: dict[str, None] = {}  # a queue without repeats
        self._failures: dict[str, int] = {}
        self._looked_round_at = time.monotonic()
        self._awake = asyncio.Event()

    def wake(self, account_ids: frozenset[str]) -> None:
        """Look for new events of these accounts; of all that are connected if none is named."""
        for account_id in account_ids or self._sockets.accounts():
            if self._sockets.of_account(account_id):
                self._dirty[account_id] = None
        self._awake.set()

    def wake_all(self) -> None:
        """Look for new events of everybody who is connected: wake-ups may have been lost."""
        self.wake(frozenset())

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._sleep()
            try:
                await self._round()
            except Exception:
                log.exception("durable events could not be read; trying again")
                await asyncio.sleep(RETRY_SECONDS)
                self.wake_all()

    async def _sleep(self) -> None:
        """Wait for something to do; without wake-ups look round regularly, often while they cannot come."""
        while not self._dirty:
            self._awake.clear()
            try:
                # Not wait_for: before Python 3.12 it loses a cancellation that comes with the wake-up.
                async with asyncio.timeout(self._settings.outage_seconds):
                    await self._awake.wait()
            except TimeoutError:
                self._look_round()

    def _look_round(self) -> None:
        now = time.monotonic()
        if not self._bus_is_up() or now - self._looked_round_at >= self._settings.sweep_seconds:
            self._looked_round_at = now
            self.wake_all()

    async def _round(self) -> None:
        """Serve the accounts that have waited longest; whoever has more to get queues up again."""
        turn = list(self._dirty)[:ACCOUNTS_AT_ONCE]
        for account_id in turn:
            del self._dirty[account_id]
        sockets = [socket for id_ in turn for socket in self._sockets.of_account(id_) if socket.live]
        # Apart, so that a device that catches up on a week does not hold back one that is up to date.
        await self._serve([socket for socket in sockets if not socket.behind])
        await self._serve([socket for socket in sockets if socket.behind])

    async def _serve(self, sockets: Sequence[Socket]) -> None:
        ready = [socket for socket in sockets if self._has_room(socket)]
        if not ready:
            return
        batches = await self._feed.read(_positions(ready))
        for account_id, mine in _by_account(ready).items():
            batch = batches.get(account_id)
            if isinstance(batch, Exception):
                await self._failed(account_id, mine, batch)
            else:
                self._send_batch(account_id, mine, batch)
            await asyncio.sleep(0)

    def _send_batch(self, account_id: str, sockets: Iterable[Socket], batch: Batch | None) -> None:
        self._failures.pop(account_id, None)
        frames: dict[int, Frame | None] = {}
        for socket in sockets:
            if batch is None:
                socket.behind = False
            elif socket in self._sockets:
                self._send_to(socket, batch, frames)

    def _send_to(self, socket: Socket, batch: Batch, frames: dict[int, Frame | None]) -> None:
        """Send what the socket does not have yet; stop early when its client cannot keep up."""
        for document in batch.documents:
            if document.seq <= socket.position:
                continue
            if not self._has_room(socket):
                return
            if may_receive(document.name, socket.actor.scopes):
                self._send(socket, document, frames)
            socket.position = document.seq
        socket.position = max(socket.position, batch.upto)
        socket.behind = batch.more
        if batch.more:
            self._dirty[socket.account_id] = None

    def _send(self, socket: Socket, document: Document, frames: dict[int, Frame | None]) -> None:
        """Encode an event once for all sockets of its account."""
        if document.seq not in frames:
            frames[document.seq] = self._outlet.frame(document.name, document.data)
        if frame := frames[document.seq]:
            self._outlet.send(socket.session, frame)

    def _has_room(self, socket: Socket) -> bool:
        """Whether the client reads fast enough to get more; if not, it is looked at again soon."""
        if self._outlet.waiting(socket.session) <= COMFORTABLE:
            return True
        socket.behind = True
        self._later(REST_SECONDS, socket.account_id)
        return False

    async def _failed(self, account_id: str, sockets: Sequence[Socket], error: Exception) -> None:
        """Try again; at last pass the events over and have the clients reload, so that later ones arrive."""
        tried = self._failures[account_id] = self._failures.get(account_id, 0) + 1
        log.error("durable events of an account could not be rendered (%s)", tried, exc_info=error)
        if tried <= TRIES:
            self._later(RETRY_SECONDS, account_id)
            return
        del self._failures[account_id]
        position = (await self._feed.start(account_id, None)).position
        for socket in sockets:
            socket.position = position
            self.resync(socket)

    def resync(self, socket: Socket) -> None:
        """Tell a client what to reload, and from where it goes on."""
        data = {"reload": RELOAD, "last_event_id": str(socket.position)}
        if frame := self._outlet.frame(RESYNC, data):
            self._outlet.send(socket.session, frame)

    def _later(self, seconds: float, account_id: str) -> None:
        asyncio.get_running_loop().call_later(seconds, self.wake, frozenset({account_id}))


def _by_account(sockets: Iterable[Socket]) -> dict[str, list[Socket]]:
    accounts: dict[str, list[Socket]] = {}
    for socket in sockets:
        accounts.setdefault(socket.account_id, []).append(socket)
    return accounts


def _positions(sockets: Iterable[Socket]) -> Mapping[str, int]:
    """Return for each account the position of the socket that is furthest back."""
    mine = _by_account(sockets)
    return {account_id: min(socket.position for socket in group) for account_id, group in mine.items()}
