"""Time, through a port: nobody else may ask what time it is."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """What the time is."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...
