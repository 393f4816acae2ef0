"""Hashes passwords with argon2id, in threads of their own."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from platform_core.shared.errors import Unavailable

T = TypeVar("T")

MEMORY_KIB = 46 * 1024
PASSES = 1
LANES = 1
"""OWASP, Password Storage Cheat Sheet: 46 MiB, one pass, one lane."""
MOST_THREADS = 4
MOST_WAITING = 200

# The hash of nobody: the parameters cost what they cost for everybody, and no password has an all-zero tag.
_SALT, _TAG = "A" * 22, "A" * 43


class Argon2Hasher:
    """Hashes with argon2id; each thread at work takes ``memory_kib``, so there are few of them.

    The library leaves the interpreter's lock while it computes: threads use several processors.
    """

    def __init__(
        self,
        *,
        memory_kib: int = MEMORY_KIB,
        passes: int = PASSES,
        threads: int | None = None,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=LANES)
        self._nobody = f"$argon2id$v=19$m={memory_kib},t={passes},p={LANES}${_SALT}${_TAG}"
        workers = threads or min(MOST_THREADS, os.cpu_count() or 1)
        self._threads = ThreadPoolExecutor(workers, "argon2")
        self._most_waiting = most_waiting
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Hash in a thread."""
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Verify in a thread, for ``None`` against a hash that nothing matches."""
        return await self._run(lambda: self._verify(password_hash or self._nobody, password))

    def is_outdated(self, password_hash: str) -> bool:
        """Compare the parameters in the hash with today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            # An account without a usable hash is one that nobody logs in to.
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._most_waiting:
            raise Unavailable
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1
