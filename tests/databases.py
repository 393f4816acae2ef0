"""Databases made and dropped in milliseconds, in one PostgreSQL cluster."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg


class Databases:
    """The databases that one process makes in a cluster.

    Addresses have the form `postgresql://…/name`. Every call blocks, also inside a running event loop:
    about 15 ms for an empty database, 30 ms for a clone of a hundred tables.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._prefix = f"footlights_test_{os.getpid()}"
        self._numbers = count(1)
        self._alive: set[str] = set()
        self._templates: dict[str, str] = {}

    def create(self, template: str = "template0") -> str:
        """Make a database, empty or the clone of a template made by `template()`; return its address."""
        name = f"{self._prefix}_{next(self._numbers)}"
        source = self._templates.get(template, template)
        # FILE_COPY: five times quicker than the default here, because nothing is synced to disk.
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')
        self._alive.add(name)
        return self._address(name)

    def template(self, name: str, build: Callable[[str], object]) -> str:
        """Have `build(address)` fill a database once, to be cloned by `create(name)`; return the name.

        `build` must have closed its connections when it returns: one cannot clone what is in use.
        """
        if name not in self._templates:
            address = self.create()
            build(address)
            self._templates[name] = urlsplit(address).path.strip("/")
        return name

    def drop(self, address: str) -> None:
        """Remove a database, whoever is still connected."""
        name = urlsplit(address).path.strip("/")
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._alive.discard(name)

    def version(self) -> str:
        """Return the server's version, as in `18.6`."""
        return str(self._execute("SHOW server_version")).split()[0]

    def close(self) -> None:
        """Remove all that are left."""
        for name in sorted(self._alive):
            self.drop(self._address(name))

    def _address(self, name: str) -> str:
        return urlunsplit(urlsplit(self._url)._replace(path=f"/{name}"))

    def _execute(self, statement: str) -> Any:
        async def execute() -> Any:
            connection = await asyncpg.connect(self._url)
            try:
                return await connection.fetchval(statement)
            finally:
                await connection.close()

        return _run_in_a_thread(execute())


def _run_in_a_thread(work: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end in a thread of its own: the caller's may have a loop that runs already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
