"""Two connections to Valkey that come back by themselves: one publishes, one listens.

Publishing never waits and never raises: what is to be sent is queued, and a task sends it. Messages are
JSON on channels with a prefix. While there is no connection, nothing is kept: whoever listens is told of the
gap when there is one again, and looks at the truth, which is in the database.
"""

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

WAITING = 10_000
"""Messages that may wait to be sent; beyond, the oldest go, which is a gap."""
PING_SECONDS = 2.0
SILENCE_SECONDS = 6.0
"""A listener that hears nothing for so long, not even the answer to its own ping, is connected to nobody."""
ANSWER_SECONDS = 3.0
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
FLUSH_SECONDS = 1.0
GAP = "gap"

Message = Mapping[str, Any]
Handler = Callable[[Message], Awaitable[None]]

log = logging.getLogger("footlights.valkey")


class ValkeyBus:
    """Carries JSON objects between processes. ``origin`` is an id that no other process has."""

    def __init__(self, url: str, origin: str, prefix: str = "footlights:") -> None:
        self._origin = origin
        self._prefix = prefix
        self._client = Redis.from_url(
            url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
            decode_responses=False,
        )
        self._handlers: dict[str, Handler] = {}
        self._gap_listeners: list[Callable[[], None]] = []
        self._outgoing: deque[tuple[str, bytes]] = deque(maxlen=WAITING)
        self._something = asyncio.Event()
        self._gap = False
        self._listening = False
        self._sending = True

    @property
    def connected(self) -> bool:
        """Whether messages can arrive and leave, as far as is known."""
        return self._listening and self._sending

    def subscribe(self, channel: str, handler: Handler) -> None:
        """Hand every message of other processes on ``channel`` to ``handler``; before ``running``."""
        self._handlers[channel] = handler

    def on_gap(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` when messages may have been lost."""
        self._gap_listeners.append(listener)

    def publish(self, channel: str, message: Message) -> None:
        """Send a message to the other processes soon."""
        self._gap |= len(self._outgoing) == WAITING
        body = json.dumps({**message, "origin": self._origin}, separators=(",", ":")).encode()
        self._outgoing.append((self._prefix + channel, body))
        self._something.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send and listen meanwhile; what still waits at the end is sent, if that is possible at once."""
        tasks = [asyncio.create_task(self._listen_for_ever()), asyncio.create_task(self._send_for_ever())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            with suppress(RedisError, OSError, TimeoutError):
                async with asyncio.timeout(FLUSH_SECONDS):
                    await self._flush()
            await self._client.aclose()

    async def _send_for_ever(self) -> None:
        pause = FIRST_PAUSE
        while True:
            if not self._gap:
                await self._something.wait()
            self._something.clear()
            try:
                await self._flush()
                self._sending, pause = True, FIRST_PAUSE
            except (RedisError, OSError) as error:
                if self._sending:
                    log.warning("wake-ups cannot be sent to other processes: %s", type(error).__name__)
                # The others cannot know that something was lost: they are told when it is possible again.
                self._sending, self._gap = False, True
                self._outgoing.clear()
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _flush(self) -> None:
        if self._gap:
            await self._client.publish(self._prefix + GAP, json.dumps({"origin": self._origin}).encode())
            self._gap = False
        while self._outgoing:
            batch, self._outgoing = self._outgoing, deque(maxlen=WAITING)
            try:
                async with self._client.pipeline(transaction=False) as pipeline:
                    for message in batch:
                        pipeline.publish(*message)
                    await pipeline.execute()
            except asyncio.CancelledError:
                self._outgoing.extendleft(reversed(batch))
                raise

    async def _listen_for_ever(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                async with self._client.pubsub() as pubsub:
                    await pubsub.subscribe(*(self._prefix + name for name in (*self._handlers, GAP)))
                    self._listening, pause = True, FIRST_PAUSE
                    # After each subscription, the first one included: before it, nothing could arrive.
                    self._tell_of_gap()
                    await self._listen(pubsub)
            except (RedisError, OSError) as error:
                if self._listening:
                    log.warning("wake-ups of other processes cannot arrive: %s", type(error).__name__)
            self._listening = False
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _listen(self, pubsub: PubSub) -> None:
        heard = pinged = time.monotonic()
        while True:
            message = await pubsub.get_message(timeout=PING_SECONDS)
            now = time.monotonic()
            if message is not None:
                heard = now
                await self._receive(message)
            elif now - heard > SILENCE_SECONDS:
                raise ConnectionError("silence")
            if now - pinged >= PING_SECONDS:
                pinged = now
                await pubsub.ping()

    async def _receive(self, raw: Mapping[str, Any]) -> None:
        if raw["type"] != "message":
            return
        channel = raw["channel"].decode().removeprefix(self._prefix)
        try:
            message = json.loads(raw["data"])
            if message["origin"] == self._origin:
                return
            if channel == GAP:
                self._tell_of_gap()
            else:
                await self._handlers[channel](message)
        except Exception:
            log.exception("a message on %s could not be handled", channel)

    def _tell_of_gap(self) -> None:
        for listener in self._gap_listeners:
            listener()
