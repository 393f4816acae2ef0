"""Puts the demo into an empty database."""

from collections.abc import Callable

from argon2 import Type
from argon2.low_level import hash_secret

from adapters.passwords.argon2 import LANES, MEMORY_KIB, PASSES
from adapters.sql.demo import has_address, is_empty, write_community
from entrypoints.containers.application import ApplicationContainer
from entrypoints.demo.community import community
from entrypoints.demo.people import DOMAIN, PASSWORD, SHOWN
from platform_core.posts.use_cases.timelines import TIMELINE_CAP

_SALT = b"footlights demo."
"""The same every time, so that the demo is: its password is no secret."""


async def make_demo(container: ApplicationContainer, tell: Callable[[str], None]) -> bool:
    """Make the demo community, as seen from now; False, and nothing, if anybody is there already."""
    database = container.core.database()
    if not await is_empty(database):
        return False
    tell("Inviting sixty people")
    rows = community(container.core.clock().now(), password_hash())
    total, done = sum(map(len, rows.values())), 0

    def count(_table: str, more: int) -> None:
        nonlocal done
        done += more
        tell(f"Writing what they did, {done * 100 // total} %")

    return await write_community(database, rows, TIMELINE_CAP, count)


async def is_demo(container: ApplicationContainer) -> bool:
    """Whether the accounts that are there are those of the demo."""
    return await has_address(container.core.database(), f"{next(iter(SHOWN))}@{DOMAIN}")


def password_hash() -> str:
    """Return the hash that all accounts of the demo share."""
    made = hash_secret(PASSWORD.encode(), _SALT, PASSES, MEMORY_KIB, LANES, 32, Type.ID)
    return made.decode()
