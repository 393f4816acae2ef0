"""``python -m benchmarks [--posts N] [--quick]``: each target beside its limit and ours, from one run.

Starts its own PostgreSQL, fills databases, takes turns, prints a table and writes raw numbers as JSON.
"""

import argparse
import json
import platform
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop
from attrs import define, field

from benchmarks import report
from benchmarks.dataset import Dataset
from benchmarks.endpoint import measure_endpoint
from benchmarks.feeds import measure_feeds, measure_growth
from benchmarks.footprint import measure_footprint
from benchmarks.places import Place, postgres_place, sqlite_place
from benchmarks.rooms import run as measure_rooms
from benchmarks.writes import measure_writes
from tests import servers

PARTS = ("feeds", "growth", "endpoint", "rooms", "writes", "footprint")


@define
class Run:
    """What was asked for, and what has been measured so far."""

    posts: int
    rounds: int
    rooms: int
    parts: frozenset[str]
    rows: list[report.Row] = field(factory=list)
    raw: dict[str, Any] = field(factory=dict)
    _began: float = field(factory=time.monotonic)

    def tell(self, text: str) -> None:
        """Print what is being done, with the seconds since the start."""
        print(f"[{time.monotonic() - self._began:6.1f} s] {text}", flush=True)

    def wants(self, part: str) -> bool:
        """Whether a part was asked for; says so if it was."""
        if part in self.parts:
            self.tell(f"measuring: {part}")
        return part in self.parts

    def note(self, name: str, raw: Any, *rows: report.Row) -> None:
        """Keep what was measured."""
        self.raw[name] = raw
        self.rows.extend(rows)


def main() -> None:
    """Measure, print, write."""
    arguments = _arguments()
    run = Run(arguments.posts, arguments.rounds, arguments.rooms, frozenset(arguments.only or PARTS))
    with _databases(run) as (folder, places):
        for name, (small, large) in places.items():
            _measure_database(run, name, small, large)
        _measure_rest(run, folder, places)
    print("\n" + report.table(run.rows))
    _write(run, arguments.output)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--posts", type=int, default=200_000, help="posts in the data set (200000)")
    parser.add_argument("--rounds", type=int, default=15, help="how many turns each has (15)")
    parser.add_argument("--rooms", type=int, default=1_000, help="listeners in the room (1000)")
    parser.add_argument("--quick", action="store_true", help="a small data set and few turns, for a look")
    parser.add_argument("--only", nargs="+", choices=PARTS, help="some parts only")
    parser.add_argument("--output", type=Path, default=Path("bench-results"), help="folder for the numbers")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.posts, arguments.rounds, arguments.rooms = 20_000, 5, 200
    return arguments


@contextmanager
def _databases(run: Run) -> Iterator[tuple[Path, dict[str, tuple[Place, Place]]]]:
    """Make two databases of each kind, one with a tenth of the posts."""
    with tempfile.TemporaryDirectory(prefix="footlights-bench-") as name, servers.postgres() as cluster:
        folder = Path(name)
        if run.parts <= {"rooms", "footprint"}:
            yield folder, {}
            return
        sizes = [Dataset(run.posts // 10), Dataset(run.posts)]
        run.tell(f"data sets of {sizes[0].posts:,} and {sizes[1].posts:,} posts")
        on_postgres = [postgres_place(data, cluster.create(), run.tell) for data in sizes]
        on_sqlite = [sqlite_place(data, folder, run.tell) for data in sizes]
        yield (
            folder,
            {
                "PostgreSQL": (on_postgres[0], on_postgres[1]),
                "SQLite": (on_sqlite[0], on_sqlite[1]),
            },
        )


def _measure_database(run: Run, name: str, small: Place, large: Place) -> None:
    if run.wants("feeds"):
        costs = uvloop.run(measure_feeds(large, run.rounds))
        run.note(f"feeds, {name}", costs, *report.feed_rows(name, costs))
    if run.wants("growth"):
        costs = uvloop.run(measure_growth((small, large), run.rounds))
        run.note(f"growth, {name}", costs, report.growth_row(name, costs))


def _measure_rest(run: Run, folder: Path, places: dict[str, tuple[Place, Place]]) -> None:
    if run.wants("endpoint"):
        costs = uvloop.run(measure_endpoint(places["PostgreSQL"][1], run.rounds))
        run.note("endpoint", costs, report.endpoint_row(costs))
    if run.wants("rooms"):
        measured = measure_rooms(run.rooms, rounds=max(3, run.rounds // 3))
        run.note("rooms", measured, *report.room_rows(measured))
    if run.wants("writes"):
        costs = uvloop.run(measure_writes(places["SQLite"][0], folder, run.rounds))
        run.note("writes", costs, *report.writes_rows(costs))
    if run.wants("footprint"):
        measured = measure_footprint(folder, starts=max(3, run.rounds // 3))
        run.note("footprint", measured, *report.footprint_rows(measured))


def _write(run: Run, folder: Path) -> None:
    now = datetime.now(UTC)
    machine = {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.system(),
    }
    found = {
        "at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "posts": run.posts,
        "rounds": run.rounds,
        "machine": machine,
        "rows": report.as_json(run.rows),
        "raw": run.raw,
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now:%Y-%m-%d-%H%M%S}.json"
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    print(f"\nraw numbers: {path}")


if __name__ == "__main__":
    main()
