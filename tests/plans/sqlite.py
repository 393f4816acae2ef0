"""What SQLite did for a statement: the steps of its machine, in proportion to the rows it looked at."""

import sqlite3
from collections.abc import Sequence
from typing import Self

from tests.plans.recording import Asked

STEPS_FOR_A_ROW = 30
"""Instructions for each row, the work on those that a page returns included."""


class Stepper:
    """Runs statements on a connection of its own, and takes back what they changed."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> Self:
        self._connection = sqlite3.connect(self._path, isolation_level=None)
        return self

    def __exit__(self, *_exc: object) -> None:
        self._connection.close()

    async def judge(self, statements: Sequence[Asked], rows: int) -> str:
        """Say what is wrong with statements that together may look at so many rows."""
        counted = [asked for asked in statements if not asked.is_plain_insert]
        steps = sum(self._steps(asked) for asked in counted)
        if steps <= rows * STEPS_FOR_A_ROW:
            return ""
        plans = "\n".join(self._plan(asked) for asked in counted)
        return f"{steps} steps; {rows} rows, {rows * STEPS_FOR_A_ROW} steps are enough\n{plans}"

    def _plan(self, asked: Asked) -> str:
        rows = self._connection.execute(f"EXPLAIN QUERY PLAN {asked.text}", asked.parameters)
        return "\n".join(str(row[3]) for row in rows)

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
