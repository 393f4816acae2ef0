"""What SQLite did for a statement: the steps of its machine, and its plan."""

import sqlite3
from typing import Self

from attrs import frozen

from tests.plans.recording import Asked


@frozen
class Run:
    """A statement that was run."""

    text: str
    """The plan, one step a line."""
    steps: int
    """Instructions of SQLite's machine: in proportion to the rows that were looked at."""
    scanned: tuple[str, ...]
    """Steps that read a table from one end to the other, not along an index."""


class Stepper:
    """Runs statements on a connection of its own, and takes back what they changed."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> Self:
        self._connection = sqlite3.connect(self._path, isolation_level=None)
        self._tables = {
            name for (name,) in self._connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        }
        return self

    def __exit__(self, *_exc: object) -> None:
        self._connection.close()

    def run(self, asked: Asked) -> Run:
        """Run a statement to its end, counting."""
        plan = self._connection.execute(f"EXPLAIN QUERY PLAN {asked.text}", asked.parameters).fetchall()
        lines = [str(row[3]) for row in plan]
        scanned = [line for line in lines if self._reads_all(line)]
        return Run("\n".join(lines), self._steps(asked), tuple(scanned))

    def forget_statistics(self) -> None:
        """Let the planner know as little as on a fresh database."""
        self._connection.execute("DELETE FROM sqlite_stat1")
        self._connection.execute("ANALYZE sqlite_schema")

    def _reads_all(self, line: str) -> bool:
        words = line.split()
        return words[0] == "SCAN" and words[1] in self._tables and "INDEX" not in words

    def _steps(self, asked: Asked) -> int:
        count = 0

        def step() -> int:
            nonlocal count
            count += 1
            return 0

        self._connection.execute("BEGIN")
        self._connection.set_progress_handler(step, 1)
        try:
            self._connection.execute(asked.text, asked.parameters).fetchall()
        finally:
            self._connection.set_progress_handler(None, 1)
            self._connection.execute("ROLLBACK")
        return count
