"""Makes what a client receives of what the log keeps: the log refers by ids, clients get whole views."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from platform_core.shared.events import ClientEvent

Rendered = Mapping[str, Any] | None
"""A JSON object; ``None`` if the thing is gone or may no longer be seen by this account."""


class Renderer(Protocol):
    """Renders the events of one name for one account, many at a time."""

    async def render(self, account_id: str, events: Sequence[ClientEvent]) -> Sequence[Rendered]:
        """Return one document per event, in the same order, as the account may see it at this moment.

        ``None`` drops the event silently: its ``seq`` is passed over, nobody is told why.
        """
        ...


class AsItIs:
    """Renders the payload without looking anything up; for events that carry all there is to say."""

    async def render(self, account_id: str, events: Sequence[ClientEvent]) -> Sequence[Rendered]:
        """Return the payloads."""
        return [event.payload for event in events]


AS_IT_IS = AsItIs()


async def render_all(
    renderers: Mapping[str, Renderer], account_id: str, events: Sequence[ClientEvent]
) -> list[Rendered]:
    """Return a document for each event of one account, in order; each name is rendered in one batch."""
    documents: list[Rendered] = [None] * len(events)
    for name, places in _by_name(events).items():
        batch = [events[place] for place in places]
        rendered = await renderers.get(name, AS_IT_IS).render(account_id, batch)
        for place, document in zip(places, rendered, strict=True):
            documents[place] = document
    return documents


def _by_name(events: Sequence[ClientEvent]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, event in enumerate(events):
        places.setdefault(event.name, []).append(place)
    return places
