"""Writes on SQLite: reactions over HTTP, each committed, beside bare transactions in a file like it."""

import sqlite3
from pathlib import Path
from time import perf_counter

from benchmarks.credentials import token_of
from benchmarks.dataset import Who
from benchmarks.places import Place
from benchmarks.processes import load, request, send, served
from benchmarks.rooms_process import Child
from benchmarks.turns import Costs, Work, take_turns

REQUESTS = 200
"""In one turn."""
CONNECTIONS = 32
_KINDS = ("like", "love")


async def measure_writes(place: Place, folder: Path, rounds: int) -> Costs:
    """Return seconds for each write: ours, with all background work beside, and the limit."""
    settings = {"FOOTLIGHTS_DATABASE_URL": place.url, "FOOTLIGHTS_DATA": str(folder)}
    bare = _bare_database(folder / "bare.db")
    with served(settings) as ours, load(ours.port) as sender:
        return await take_turns({"ours": _reactions(place, sender), "limit": _bare_writes(bare)}, rounds)


def _reactions(place: Place, sender: Child) -> Work:
    """React to as many posts as there are requests, each time in another way: every one is a change."""
    turn = 0

    async def work() -> float:
        nonlocal turn
        turn += 1
        token, body = token_of(Who.NEWCOMER), f'{{"kind":"{_KINDS[turn % 2]}"}}'
        posts = [place.data.post_id(number) for number in _public(place, REQUESTS)]
        texts = [request("PUT", f"/api/v1/posts/{id_}/reaction", token, body) for id_ in posts]
        return send(sender, texts, REQUESTS, CONNECTIONS) / REQUESTS

    return work


def _public(place: Place, wanted: int) -> list[int]:
    """Return the numbers of posts that anybody may react to."""
    data = place.data
    open_ = (
        number for number in reversed(range(data.posts)) if number % 10 and data.authors[number] == Who.STAR
    )
    return [number for number, _ in zip(open_, range(wanted), strict=False)]


def _bare_database(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE writes (number INTEGER PRIMARY KEY, who TEXT, what TEXT)")
    return connection


def _bare_writes(connection: sqlite3.Connection) -> Work:
    async def work() -> float:
        began = perf_counter()
        for _ in range(REQUESTS):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO writes (who, what) VALUES ('somebody', 'like')")
            connection.execute("COMMIT")
        return (perf_counter() - began) / REQUESTS

    return work
