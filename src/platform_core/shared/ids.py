"""Ids and secrets, through ports: nobody else may make randomness."""

from typing import Protocol


class Ids(Protocol):
    """Where ids come from."""

    def new(self) -> str:
        """Return a new UUIDv7 (RFC 9562, section 5.7), lower case with hyphens.

        Ids of one process ascend strictly, also within a millisecond, so that an id can order a list.
        """
        ...


class Secrets(Protocol):
    """Where tokens and codes come from, and how they are kept."""

    def token(self) -> str:
        """Return 256 bits of randomness as URL-safe text."""
        ...

    def code(self) -> str:
        """Return a short code for a person to type (80 bits, unambiguous letters, in groups)."""
        ...

    def digest(self, secret: str) -> str:
        """Return the SHA-256 of a secret in hexadecimal: the only form in which a token is stored."""
        ...
