"""Takes sockets and rooms away from whoever may no longer have them."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Protocol

from adapters.realtime.settings import RealtimeSettings
from adapters.realtime.sockets import Socket, Sockets
from platform_core.shared.actor import Actor, Authenticator
from platform_core.shared.errors import DomainError, Unavailable

SIDE_BY_SIDE = 8
"""Questions that are asked at the same time."""
ROUNDS = 6
"""Regular rounds over which the rooms of all sockets are asked about: a question for each socket."""
RETRY_SECONDS = 1.0

log = logging.getLogger("footlights.realtime")

Expel = Callable[[Socket], Awaitable[None]]
"""Disconnects a socket for good."""


class Recheck(Protocol):
    """Tells whose tokens they are now, past every cache."""

    async def __call__(self, tokens: Sequence[str]) -> Mapping[str, Actor]:
        """Return the actor of each token that is still good; the others are absent."""
        ...


class RoomKeeper(Protocol):
    """Knows who may be in which rooms."""

    async def leave_forbidden(self, socket: Socket) -> None:
        """Take the socket out of every room that its actor may not watch any more."""
        ...


class OneByOne:
    """Rechecks many tokens with an authenticator that knows one at a time."""

    def __init__(self, authenticate: Authenticator) -> None:
        self._authenticate = authenticate

    async def __call__(self, tokens: Sequence[str]) -> Mapping[str, Actor]:
        """Ask for each token, a few at a time."""
        turn = asyncio.Semaphore(SIDE_BY_SIDE)
        actors = await asyncio.gather(*(self._ask(token, turn) for token in tokens))
        return {token: actor for token, actor in zip(tokens, actors, strict=True) if actor is not None}

    async def _ask(self, token: str, turn: asyncio.Semaphore) -> Actor | None:
        async with turn:
            try:
                return await self._authenticate(token)
            except Unavailable:
                raise
            except DomainError:
                return None


class AccessWatch:
    """One task that checks the sockets of woken accounts at once, and all of them regularly."""

    def __init__(
        self,
        sockets: Sockets,
        recheck: Recheck,
        rooms: RoomKeeper,
        expel: Expel,
        settings: RealtimeSettings,
    ) -> None:
        self._sockets = sockets
        self._recheck = recheck
        self._rooms = rooms
        self._expel = expel
        self._settings = settings
        self._dirty: set[str] = set()
        self._everybody = False
        self._rounds = 0
        self._woken_at: dict[str, float] = {}
        self._awake = asyncio.Event()

    def wake(self, account_ids: frozenset[str]) -> None:
        """Check the sockets of these accounts; all of them if none is named."""
        self._everybody |= not account_ids
        self._dirty |= account_ids
        # Remembered, because a socket may be in the middle of its admission, with an answer from before.
        now = time.monotonic()
        self._woken_at.update(dict.fromkeys(account_ids or (""), now))
        self._awake.set()

    def wake_all(self) -> None:
        """Check everybody: wake-ups may have been lost."""
        self.wake(frozenset())

    def admitted(self, socket: Socket) -> None:
        """Check a new socket again if something changed while it was being let in."""
        woken = max(self._woken_at.get(socket.account_id, 0), self._woken_at.get("", 0))
        if woken >= socket.admitted_at:
            self._dirty.add(socket.account_id)
            self._awake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._sleep()
            try:
                await self._check(*self._take())
            except Exception:
                # Nobody is thrown out because a database is away; but the question stays open.
                log.exception("sockets could not be checked; trying again")
                await asyncio.sleep(RETRY_SECONDS)
                self._everybody = True
                self._awake.set()

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(self._settings.recheck_seconds):
                await self._awake.wait()
        except TimeoutError:
            return
        self._awake.clear()

    def _take(self) -> tuple[Sequence[Socket], Sequence[Socket]]:
        """Return the sockets to check, and those of them whose rooms are to be checked as well."""
        accounts, everybody = self._dirty, self._everybody
        self._dirty, self._everybody = set(), False
        self._forget_old_wakes()
        if everybody or not accounts:
            sockets = tuple(self._sockets)
            self._rounds += 1
            return sockets, sockets if everybody else sockets[self._rounds % ROUNDS :: ROUNDS]
        mine = [socket for account_id in accounts for socket in self._sockets.of_account(account_id)]
        return mine, mine

    def _forget_old_wakes(self) -> None:
        oldest = time.monotonic() - 2 * self._settings.entry_seconds
        self._woken_at = {key: at for key, at in self._woken_at.items() if at > oldest}

    async def _check(self, sockets: Sequence[Socket], watching: Sequence[Socket]) -> None:
        if not sockets:
            return
        actors = await self._recheck(tuple({socket.token for socket in sockets}))
        for socket in sockets:
            if not self._still_the_same(socket, actors.get(socket.token)):
                await self._expel(socket)
        await check_rooms(
            self._rooms, (socket for socket in watching if socket.rooms and socket in self._sockets)
        )

    def _still_the_same(self, socket: Socket, actor: Actor | None) -> bool:
        """Take over what changed in the actor, such as role and scopes; whose socket it is never changes."""
        if actor is None or actor.account_id != socket.account_id:
            return False
        socket.actor = actor
        return True


async def check_rooms(rooms: RoomKeeper, sockets: Iterable[Socket]) -> None:
    """Take the sockets out of every room that is closed to them by now, a few at a time."""
    turn = asyncio.Semaphore(SIDE_BY_SIDE)

    async def check(socket: Socket) -> None:
        async with turn:
            await rooms.leave_forbidden(socket)

    await asyncio.gather(*(check(socket) for socket in sockets))
