"""What PostgreSQL did for a statement: each plan is run, and the rows that it looked at are counted."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import asyncpg
from attrs import frozen

from adapters.sql.plans import READING
from tests.plans.recording import Asked

Node = dict[str, Any]


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

    async def explain(self, asked: Asked) -> list[Plan]:
        """Return the plan of a reading; of what is asked in a transaction, those for any and for these values."""
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
    named = " ".join(str(node[key]) for key in ("Index Name", "Relation Name", "Index Cond") if key in node)
    return f"{node['Node Type']} {named} rows={node['Actual Rows']} x{node['Actual Loops']} seen={_visited(node):g}"
