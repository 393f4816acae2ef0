"""What the product takes before anybody has asked for anything: memory, and time to the first answer."""

import time
from pathlib import Path

from benchmarks.processes import resident_megabytes, served
from tests.e2e.served import Program

IDLE_SECONDS = 3.0


def measure_footprint(folder: Path, starts: int) -> dict[str, list[float]]:
    """Return ``megabytes`` at idle and ``seconds`` from start to first answer, each several times.

    Everything is in one process, with the demo database, which a first start has made.
    """
    settings = {"FOOTLIGHTS_DATA": str(folder / "demo"), "FOOTLIGHTS_LOG_LEVEL": "warning"}
    with served(settings, "--demo"):
        pass
    seconds, megabytes = [], []
    for _ in range(starts):
        program = Program(settings, "serve", "--demo")
        began = time.perf_counter()
        with program:
            while not program.answers("/api/v1/feeds/explore"):
                time.sleep(0.005)
            seconds.append(time.perf_counter() - began)
            time.sleep(IDLE_SECONDS)
            megabytes.append(resident_megabytes(program.pid))
    return {"seconds": seconds, "megabytes": megabytes}
