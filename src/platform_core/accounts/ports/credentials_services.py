"""What credentials need from outside the database: passwords, authenticators, mail."""

from datetime import datetime
from typing import Protocol

from platform_core.accounts.model.credentials_factors import Enrolment
from platform_core.accounts.model.credentials_letters import Letter


class PasswordHasher(Protocol):
    """Turns passwords into what may be stored; slow on purpose, and never in the event loop's thread."""

    async def hash(self, password: str) -> str:
        """Return the salted hash with its parameters. Raises ``Unavailable`` when too many are waiting."""
        ...

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password is the one that was hashed.

        For ``None``, the hash of nobody, it takes the same time and is False. Raises ``Unavailable`` when too
        many are waiting.
        """
        ...

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters than those of today."""
        ...


class CommonPasswords(Protocol):
    """The passwords that everybody tries first."""

    async def contain(self, password: str) -> bool:
        """Whether the password is one of them."""
        ...


class Authenticators(Protocol):
    """Codes by time (TOTP, RFC 6238: SHA-1, six digits, 30 seconds), and the secrets behind them."""

    def enrol(self, name: str) -> Enrolment:
        """Make a secret for the account that an authenticator shows as ``name``."""
        ...

    def matching_step(self, secret: str, code: str, at: datetime) -> int | None:
        """Return the time step whose code this is, the present one or a neighbour."""
        ...


class Mailer(Protocol):
    """Sends letters."""

    async def send(self, letter: Letter, reference: str) -> None:
        """Hand the letter over. ``reference`` is the same if the same letter is sent again; it becomes its
        ``Message-ID``, so that mail programs show it once. Raises ``Unavailable`` if it cannot be handed over
        now; a recipient that is refused for good is logged and counts as sent.
        """
        ...
