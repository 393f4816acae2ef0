"""The machine's clock, and one that trials can move."""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class SystemClock:
    """Tells the machine's time."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


class ShiftedClock:
    """Tells the machine's time plus a number of seconds that stands in a file; for trials only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed_at: int | None = None
        self._shift = timedelta()

    def now(self) -> datetime:
        """Return the shifted moment; the file is read again whenever it has changed."""
        try:
            changed_at = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return datetime.now(UTC)
        if changed_at != self._changed_at:
            self._shift = timedelta(seconds=float(self._path.read_text().strip() or 0))
            self._changed_at = changed_at
        return datetime.now(UTC) + self._shift
