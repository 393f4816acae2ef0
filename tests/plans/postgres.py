"""What PostgreSQL did for a statement: each plan is run, and the rows that it looked at are counted."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import asyncpg
from attrs import frozen

from adapters.sql.plans import READING
from tests.plans.recording import Asked

Node = dict[str, Any]
BLOCKS_FOR_A_ROW = 8
"""Of an index and a table: the way down, and the row."""
_FORGET = """
    SELECT pg_clear_attribute_stats(schemaname, tablename, attname, inherited) FROM pg_stats
    WHERE schemaname = 'public'
"""


@frozen
class Plan:
    """A plan that was run."""

    text: str
    """The nodes, one a line."""
    rows: int
    """Rows of tables that were looked at, those that a filter then threw away included."""
    blocks: int
    """Blocks of tables and indexes that were looked at."""
    scanned: tuple[str, ...]
    """Tables that were read from one end to the other."""


class Explainer:
    """Runs plans on a reading and on a writing connection, and takes back what they changed."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def __aenter__(self) -> "Explainer":
        plain = {"jit": "off"}
        self._reading = await asyncpg.connect(self._url, server_settings={**plain, **READING})
        self._writing = await asyncpg.connect(self._url, server_settings=plain)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._reading.close()
        await self._writing.close()

    async def judge(self, statements: Sequence[Asked], rows: int) -> str:
        """Say what is wrong with statements that together may look at so many rows.

        A plain insert has no plan to speak of, and a second time it would find itself there.
        """
        plans = [await self.explain(asked) for asked in statements if not asked.is_plain_insert]
        seen = sum(max(plan.rows for plan in same) for same in plans)
        blocks = sum(max(plan.blocks for plan in same) for same in plans)
        whole = [
            name
            for asked, same in zip(statements, plans, strict=False)
            if asked.reading
            for name in same[0].scanned
        ]
        if seen <= rows and blocks <= rows * BLOCKS_FOR_A_ROW and not whole:
            return ""
        texts = "\n".join(plan.text for same in plans for plan in same)
        return f"{seen} rows, {blocks} blocks, read from end to end: {whole}; {rows} rows are enough\n{texts}"

    async def forget_statistics(self) -> None:
        """Let the planner know as little as after a restore; what it is told by the tables stays."""
        if self._writing.get_server_version() >= (18,):
            await self._writing.execute(_FORGET)

    async def explain(self, asked: Asked) -> list[Plan]:
        """Return the plan of a reading, or both that a transaction may get: for any values and for these."""
        if asked.reading:
            return [await self._run(self._reading, asked)]
        plans = []
        for mode in ("force_generic_plan", "force_custom_plan"):
            await self._writing.execute(f"SET plan_cache_mode = {mode}")
            plans.append(await self._run(self._writing, asked))
        return plans

    async def _run(self, connection: asyncpg.Connection, asked: Asked) -> Plan:
        values = ", ".join(map(_literal, asked.parameters))
        transaction = connection.transaction()
        await transaction.start()
        try:
            await connection.execute(f"PREPARE asked AS {asked.text}")
            explain = "EXPLAIN (ANALYZE, TIMING OFF, BUFFERS ON, FORMAT JSON) EXECUTE asked"
            found = await connection.fetchval(f"{explain} ({values})" if values else explain)
        finally:
            await transaction.rollback()
            await connection.execute("DEALLOCATE asked")
        return _measured(json.loads(found)[0]["Plan"])


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return "'" + text.replace("'", "''") + "'"


def _measured(root: Node) -> Plan:
    nodes = list(_nodes(root))
    lines = [f"{'  ' * depth}{_line(node)}" for depth, node in nodes]
    scanned = tuple(node["Relation Name"] for _, node in nodes if node["Node Type"] == "Seq Scan")
    rows = sum(_visited(node) for _, node in nodes if "Scan" in node["Node Type"])
    blocks = root["Shared Hit Blocks"] + root["Shared Read Blocks"]
    return Plan("\n".join(lines), round(rows), blocks, scanned)


def _nodes(node: Node, depth: int = 0) -> Iterator[tuple[int, Node]]:
    yield depth, node
    for child in node.get("Plans", ()):
        yield from _nodes(child, depth + 1)


def _visited(node: Node) -> float:
    if "Relation Name" not in node and "Index Name" not in node:
        return 0
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return (node["Actual Rows"] + removed) * node["Actual Loops"]


def _line(node: Node) -> str:
    words = [node[key] for key in ("Node Type", "Index Name", "Relation Name", "Index Cond") if key in node]
    counts = f"rows={node['Actual Rows']} x{node['Actual Loops']} seen={_visited(node):g}"
    return " ".join([*map(str, words), counts])
