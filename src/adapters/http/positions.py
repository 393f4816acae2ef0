"""Where an account's log of durable events ends, looked up at most once a second."""

from time import monotonic

from adapters.http.kernel import Position

_SECONDS = 1.0
_SIZE = 10_000


class EventPositions:
    """Answers from memory for a second: an older position only makes a client hear something twice."""

    def __init__(self, position: Position) -> None:
        self._position = position
        self._known: dict[str, tuple[float, str]] = {}

    async def __call__(self, account_id: str) -> str:
        """Return the position as text; it is never newer than what is read after this call."""
        known = self._known.get(account_id)
        now = monotonic()
        if known is not None and now - known[0] < _SECONDS:
            return known[1]
        text = str(await self._position(account_id))
        if known is None and len(self._known) >= _SIZE:
            del self._known[next(iter(self._known))]
        self._known[account_id] = (now, text)
        return text
