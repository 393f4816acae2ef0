"""The feed over HTTP, a page of twenty posts: processor time of the server, beside the bare driver's."""

import sys

from benchmarks.credentials import token_of
from benchmarks.dataset import READERS
from benchmarks.places import Place
from benchmarks.processes import cpu_seconds, keep_on_one_core, load, request, send, served
from benchmarks.rooms_process import Child
from benchmarks.turns import Costs, Work, take_turns

PATH = "/api/v1/feeds/home"
REQUESTS = 500
"""In one turn."""


async def measure_endpoint(place: Place, rounds: int) -> Costs:
    """Return microseconds of the server's processor per request: ours and the limit."""
    who = READERS[200]
    limit = Child(sys.executable, "-m", "benchmarks.raw_feed", place.url, place.data.id(who))
    try:
        port = int(limit.answer()["port"])
        keep_on_one_core(limit.pid)
        with (
            served({"FOOTLIGHTS_DATABASE_URL": place.url}) as ours,
            load(ours.port) as to_ours,
            load(port) as to_limit,
        ):
            works = {
                "ours": _work(to_ours, ours.pid, request("GET", PATH, token_of(who))),
                "limit": _work(to_limit, limit.pid, request("GET", PATH)),
            }
            return await take_turns(works, rounds)
    finally:
        limit.close()


def _work(sender: Child, pid: int, text: str) -> Work:
    async def work() -> float:
        before = cpu_seconds(pid)
        send(sender, [text], REQUESTS)
        return (cpu_seconds(pid) - before) / REQUESTS * 1e6

    return work
