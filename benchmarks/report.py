"""Puts what was measured beside its limit and its target."""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from attrs import asdict, frozen

from benchmarks.turns import Costs, medians, ratio


@frozen
class Target:
    """What a ratio (or, without a limit, a number) shall be: at most, or at least, so much."""

    target: float
    moonshot: float
    at_least: bool = False
    unit: str = "×"

    def verdict(self, reached: float) -> str:
        """Say how far it is."""
        if self._passes(reached, self.moonshot):
            return "moonshot"
        if self._passes(reached, self.target):
            return "met"
        missed = self.target / reached if self.at_least else reached / self.target
        return f"missed by {(missed - 1) * 100:.0f} %"

    def _passes(self, reached: float, wanted: float) -> bool:
        return reached >= wanted if self.at_least else reached <= wanted


@frozen
class Row:
    """One line of the table."""

    what: str
    limit: str
    ours: str
    reached: float
    target: Target | None = None

    def cells(self) -> tuple[str, ...]:
        """Return what is printed."""
        if self.target is None:
            return self.what, self.limit, self.ours, f"{self.reached:.2f} ×", "", "", "for comparison"
        sign, unit = "≥" if self.target.at_least else "≤", self.target.unit
        wanted = (f"{sign} {number:g} {unit}" for number in (self.target.target, self.target.moonshot))
        return self.what, self.limit, self.ours, f"{self.reached:.2f} {unit}", *wanted, self.verdict

    @property
    def verdict(self) -> str:
        """Whether the target was reached."""
        return "" if self.target is None else self.target.verdict(self.reached)


HEADER = ("what", "limit", "ours", "reached", "target", "moonshot", "verdict")
FEED = Target(4, 2.5)
GROWTH = Target(1.3, 1.1)
ENDPOINT = Target(0.45, 0.6, at_least=True)
ROOM_LIMIT, ROOM_NODE = Target(1.7, 1.3), Target(0.9, 0.7)
WRITES = Target(0.05, 1, at_least=True)
MEMORY, START = Target(140, 110, unit="MB"), Target(2, 1, unit="s")


def feed_rows(name: str, costs: Costs) -> Iterator[Row]:
    """Yield the feed's query for each reader, and what the bare driver does on PostgreSQL."""
    taken = medians(costs)
    for what, cost in taken.items():
        if what.startswith("feed"):
            one = "select 1, bare driver" if what.endswith("bare driver") else "select 1"
            target = None if what.endswith("bare driver") else FEED
            cells = (f"select 1: {taken[one]:.0f} µs", f"{cost:.0f} µs")
            yield Row(f"{name}: {what}", *cells, ratio(costs, what, one), target)


def growth_row(name: str, costs: Costs) -> Row:
    """Return how much longer the feed takes in the larger database."""
    (few, small), (many, large) = medians(costs).items()
    what = f"{name}: feed, from {int(few):,} to {int(many):,} posts"
    return Row(what, f"{small:.0f} µs", f"{large:.0f} µs", ratio(costs, many, few), GROWTH)


def endpoint_row(costs: Costs) -> Row:
    """Return the processor time of the feed over HTTP."""
    limit, ours = (f"{medians(costs)[name]:.0f} µs CPU" for name in ("limit", "ours"))
    return Row(
        "feed over HTTP (PostgreSQL)",
        f"asyncpg, orjson: {limit}",
        ours,
        ratio(costs, "limit", "ours"),
        ENDPOINT,
    )


def writes_rows(costs: Costs) -> Iterator[Row]:
    """Yield how many writes over HTTP there are for each bare transaction."""
    rates = {name: f"{1 / cost:.0f} a second" for name, cost in medians(costs).items()}
    for what, target in (("saves", WRITES), ("reactions", None)):
        reached = ratio(costs, "limit", what)
        yield Row(f"SQLite: {what} over HTTP", f"sqlite3: {rates['limit']}", rates[what], reached, target)


def room_rows(measured: dict[str, Any]) -> Iterator[Row]:
    """Yield the fan-out to a room beside the limit, and beside Node where there is one."""
    taken = measured["microseconds_per_delivery"]
    for name, target in (("limit", ROOM_LIMIT), ("node", ROOM_NODE)):
        if name in measured["ours_to"]:
            what = f"room of {measured['listeners']:,}, per delivery"
            cells = (f"{name}: {taken[name]:.1f} µs CPU", f"{taken['ours']:.1f} µs CPU")
            yield Row(what, *cells, measured["ours_to"][name], target)


def footprint_rows(measured: dict[str, list[float]]) -> Iterator[Row]:
    """Yield memory at idle and time to the first answer."""
    megabytes, seconds = median(measured["megabytes"]), median(measured["seconds"])
    yield Row("memory at idle, one process", "", f"{megabytes:.0f} MB", megabytes, MEMORY)
    yield Row("start to first answer, demo", "", f"{seconds:.2f} s", seconds, START)


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [HEADER, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    padded = [
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines
    ]
    padded.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in padded)


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the rows as plain values."""
    return [{**asdict(row), "verdict": row.verdict} for row in rows]
