"""All that reads: found by reflection, so that nothing new is left out."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import adapters.sql
from adapters.sql.engines import Database
from adapters.sql.unit_of_work import SqlUnitOfWork
from platform_core.shared.clock import Clock
from platform_core.shared.ids import Ids

WITHOUT_CASE = {
    "SqlEventQueue.renew": "by the unique index of ids, as `claim` leases",
    "SqlEventQueue.finish": "one row by the unique index of ids",
    "SqlEventQueue.retry": "one row by the unique index of ids",
    "SqlEventQueue.park": "one row by the unique index of ids",
    "SqlEventQueue.release": "all that was leased, once, when a program that is alone starts",
    "SqlAdminReader.account": "one row by its primary key",
}
"""Methods that no case asks, and why they need none."""


def readers() -> Iterator[type]:
    """Yield every class of the SQL adapter that is made from a database."""
    for module in walk_packages(adapters.sql.__path__, "adapters.sql."):
        if ".migrations" in module.name:
            continue
        for _, found in inspect.getmembers(import_module(module.name), inspect.isclass):
            if (
                found.__module__ == module.name
                and found is not SqlUnitOfWork
                and "database" in _parameters(found)
            ):
                yield found


def methods(reader: type) -> list[str]:
    """Return the names of a reader's questions."""
    return [
        f"{reader.__name__}.{name}"
        for name, method in inspect.getmembers(reader, inspect.iscoroutinefunction)
        if not name.startswith("_")
    ]


def make(reader: type, database: Database, clock: Clock, ids: Ids) -> Any:
    """Make a reader from whatever it needs."""
    given = {"database": database, "clock": clock, "ids": ids}
    return reader(**{name: given[name] for name in _parameters(reader)})


def _parameters(found: type) -> list[str]:
    return [name for name in inspect.signature(found).parameters if name in ("database", "clock", "ids")]
