"""How a process learns that it is to stop: by a signal, or because whoever started it is gone."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stop_event(lifeline: int | None = None) -> Iterator[asyncio.Event]:
    """Give an event that is set by SIGTERM, SIGINT, or the closing of the pipe ``lifeline``."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in SIGNALS:
        loop.add_signal_handler(number, stop.set)
    if lifeline is not None:
        loop.add_reader(lifeline, _read, lifeline, stop)
    try:
        yield stop
    finally:
        # The handlers stay: a second Ctrl-C must not tear down what is being put away.
        if lifeline is not None:
            loop.remove_reader(lifeline)


def _read(lifeline: int, stop: asyncio.Event) -> None:
    if not os.read(lifeline, 1):
        asyncio.get_running_loop().remove_reader(lifeline)
        stop.set()
