"""The durable events of accounts as clients get them, the same over a socket and over HTTP."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from attrs import field, frozen

from adapters.realtime.names import DURABLE, RELOAD, may_receive
from adapters.realtime.rendering import Renderer, render_all
from platform_core.shared.actor import Actor
from platform_core.shared.events import ClientEvent, ClientEventLog

PAGE = 100
"""Events of one account that are read at once."""
RENDERED_AT_ONCE = 16
"""Accounts whose events are rendered side by side: enough to hide the database's latency, few connections."""
LONGEST_ID = 18
"""Digits of an event id that fits into 64 bits."""

log = logging.getLogger("footlights.realtime")


@frozen
class Document:
    """One event, ready to be sent."""

    seq: int
    name: str
    data: Mapping[str, Any]

    def as_item(self) -> dict[str, Any]:
        """Return the event as ``GET /events`` lists it."""
        stamps = {key: self.data[key] for key in ("event_id", "occurred_at")}
        return {"name": self.name, **stamps, "data": self.data}


@frozen
class Batch:
    """Events of one account after a position; ``upto`` is the last one looked at, sent or dropped."""

    documents: Sequence[Document]
    upto: int
    more: bool = False
    """Whether there may be further ones already."""


@frozen
class Start:
    """Where a client continues, and whether it missed something that is no longer kept."""

    position: int
    resync: bool = False


@frozen
class EventFeed:
    """Reads the log and renders it for its owners."""

    log: ClientEventLog
    renderers: Mapping[str, Renderer] = field(factory=dict)

    async def start(self, account_id: str, last_event_id: str | None) -> Start:
        """Return where to go on after ``last_event_id``; from now on if it is ``None``.

        An id that is too old, not ours or rubbish is nothing to go on from: from now on, with ``resync``.
        """
        position = await self.log.position(account_id)
        if last_event_id is None:
            return Start(position)
        last = _parse(last_event_id)
        if last is None or last > position or last + 1 < await self.log.oldest_kept(account_id):
            return Start(position, resync=True)
        return Start(last)

    async def read(self, positions: Mapping[str, int], limit: int = PAGE) -> dict[str, Batch | Exception]:
        """Return what comes after each account's position: one query, then the rendering of each account.

        Accounts without new events are absent. What fails for one account does not touch the others.
        """
        found = await self.log.since(positions, limit)
        ordered = sorted(found, key=lambda event: (event.account_id, event.seq))
        batches = {key: tuple(events) for key, events in groupby(ordered, lambda event: event.account_id)}
        turn = asyncio.Semaphore(RENDERED_AT_ONCE)
        tasks = (self._batch(account_id, events, limit, turn) for account_id, events in batches.items())
        done = await asyncio.gather(*tasks, return_exceptions=True)
        return {key: _or_raise(batch) for key, batch in zip(batches, done, strict=True)}

    async def page(self, actor: Actor, after: str | None, limit: int = PAGE) -> dict[str, Any]:
        """Return what ``GET /events?after=`` answers: ``{"items", "next_after", "resync"}``."""
        start = await self.start(actor.id, after)
        batch = (await self.read({actor.id: start.position}, limit)).get(actor.id, Batch((), start.position))
        if isinstance(batch, Exception):
            raise batch
        told = (document for document in batch.documents if may_receive(document.name, actor.scopes))
        return {
            "items": [document.as_item() for document in told],
            "next_after": str(batch.upto),
            "resync": list(RELOAD) if start.resync else None,
        }

    async def _batch(
        self, account_id: str, events: Sequence[ClientEvent], limit: int, turn: asyncio.Semaphore
    ) -> Batch:
        async with turn:
            rendered = await render_all(self.renderers, account_id, events)
        pairs = zip(events, rendered, strict=True)
        documents = [_document(event, data) for event, data in pairs if data is not None]
        return Batch(documents, events[-1].seq, more=len(events) >= limit)


def _document(event: ClientEvent, rendered: Mapping[str, Any]) -> Document:
    if event.name not in DURABLE:
        log.warning("nobody is told of an event whose name is not in the table: %s", event.name)
    stamps = {"event_id": str(event.seq), "occurred_at": _rfc3339(event.occurred_at)}
    return Document(event.seq, event.name, {**rendered, **stamps})


def _rfc3339(moment: datetime) -> str:
    """Return e.g. ``2026-01-31T12:00:00.123456Z``."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _parse(last_event_id: str) -> int | None:
    """Return the number, or ``None`` for what was never an event id (``isdigit`` alone admits ``²``)."""
    plain = last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) <= LONGEST_ID
    return int(last_event_id) if plain else None


def _or_raise(outcome: Batch | BaseException) -> Batch | Exception:
    """Pass on what belongs to one account; a cancellation belongs to whoever called."""
    if isinstance(outcome, Batch | Exception):
        return outcome
    raise outcome
