"""Writes on SQLite over HTTP, each committed, beside bare transactions in a file like it.

Saving a post is one transaction. Reacting to one is four or five, until its author has been told.
"""

import sqlite3
import time
from pathlib import Path
from time import perf_counter

from benchmarks.credentials import token_of
from benchmarks.dataset import Dataset, Who
from benchmarks.places import Place
from benchmarks.processes import load, request, send, served
from benchmarks.rooms_process import Child
from benchmarks.turns import Costs, Work, take_turns

REQUESTS = 100
"""In one turn."""
CONNECTIONS = 32
_WAITING = "SELECT 1 FROM outbox LIMIT 1"


async def measure_writes(place: Place, folder: Path, rounds: int) -> Costs:
    """Return seconds for each write: saves and reactions over HTTP, and the limit."""
    settings = {"FOOTLIGHTS_DATABASE_URL": place.url, "FOOTLIGHTS_DATA": str(folder)}
    with served(settings) as ours, load(ours.port) as sender:
        works = {
            "saves": _saves(place.data, sender),
            "reactions": _reactions(place, sender),
            "limit": _bare_writes(folder / "bare.db"),
        }
        return await take_turns(works, rounds)


def _saves(data: Dataset, sender: Child) -> Work:
    """Save as many posts as there are requests, and take them out again in the next turn."""
    turn, posts = 0, _public(data, REQUESTS)

    async def work() -> float:
        nonlocal turn
        turn += 1
        method = ("DELETE", "PUT")[turn % 2]
        texts = [request(method, f"/api/v1/posts/{id_}/save", token_of(Who.NEWCOMER)) for id_ in posts]
        return send(sender, texts, REQUESTS, CONNECTIONS) / REQUESTS

    return work


def _reactions(place: Place, sender: Child) -> Work:
    """React to the posts, each time in another way, and wait until all that follows from it is done."""
    turn, posts = 0, _public(place.data, REQUESTS)
    beside = sqlite3.connect(place.path)

    async def work() -> float:
        nonlocal turn
        turn += 1
        body = f'{{"kind":"{("like", "love")[turn % 2]}"}}'
        paths = (f"/api/v1/posts/{id_}/reaction" for id_ in posts)
        texts = [request("PUT", path, token_of(Who.NEWCOMER), body) for path in paths]
        began = perf_counter()
        send(sender, texts, REQUESTS, CONNECTIONS)
        while beside.execute(_WAITING).fetchone():
            time.sleep(0.005)
        return (perf_counter() - began) / REQUESTS

    return work


def _public(data: Dataset, wanted: int) -> list[str]:
    """Return the ids of posts that anybody may react to."""
    stars = (number for number in reversed(range(data.posts)) if data.authors[number] == Who.STAR)
    shown = (number for number in stars if data.audience(number) == "public")
    return [data.post_id(number) for number, _ in zip(shown, range(wanted), strict=False)]


def _bare_writes(path: Path) -> Work:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE writes (number INTEGER PRIMARY KEY, who TEXT, what TEXT)")

    async def work() -> float:
        began = perf_counter()
        for _ in range(REQUESTS):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO writes (who, what) VALUES ('somebody', 'save')")
            connection.execute("COMMIT")
        return (perf_counter() - began) / REQUESTS

    return work
