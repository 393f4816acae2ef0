"""Sends HTTP requests, one after the other on each of a few connections, from a process of its own.

``python -m benchmarks.http_load PORT`` reads orders, one JSON object a line: how many ``requests``, on how
many ``connections``, and the ``texts`` to send in turn. It answers ``{"seconds": n, "statuses": {…}}``.
"""

import asyncio
import sys
from collections import Counter
from itertools import count
from time import perf_counter
from typing import Any

import uvloop

from benchmarks.rooms_process import pin, stdin_lines, tell


async def _send(port: int, order: dict[str, Any], numbers: "count[int]", statuses: Counter[str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    requests = [text.encode() for text in order["texts"]]
    while (number := next(numbers)) < order["requests"]:
        writer.write(requests[number % len(requests)])
        head = await reader.readuntil(b"\r\n\r\n")
        statuses[head[9:12].decode()] += 1
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or 0))
    writer.close()


async def _obey(port: int) -> None:
    async for order in stdin_lines():
        numbers, statuses = count(), Counter[str]()
        began = perf_counter()
        await asyncio.gather(*(_send(port, order, numbers, statuses) for _ in range(order["connections"])))
        tell({"seconds": perf_counter() - began, "statuses": dict(statuses)})


if __name__ == "__main__":
    pin(-1)
    uvloop.run(_obey(int(sys.argv[1])))
