"""Cursors that clients carry but cannot make or change.

A cursor is the key to go on from, with a truncated HMAC-SHA256 over it and over the list that it belongs to:
the route, the path and the filters. A cursor of another list, direction or server is garbage.
"""

import hmac
from base64 import b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

from platform_core.shared.errors import Invalid
from platform_core.shared.pagination import DEFAULT_LIMIT, MAX_LIMIT, PageRequest

_TAG = 12
_BEFORE, _AFTER = b"b", b"a"
MAX_LENGTH = 3_072
"""A cursor for a refresh names up to a hundred keys that were delivered already."""


class Cursors:
    """Seals and opens the cursors of one server."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 16:
            raise ValueError("a cursor secret has at least 16 bytes")
        self._secret = secret

    def following(self, binding: bytes, key: str | None) -> str | None:
        """Return the cursor towards the end of the list, ``None`` where it ends."""
        return None if key is None else self._seal(binding, _BEFORE + key.encode())

    def previous(self, binding: bytes, key: str | None) -> str | None:
        """Return the cursor towards newer items, ``None`` if the list has none to look from."""
        return None if key is None else self._seal(binding, _AFTER + key.encode())

    def request(self, binding: bytes, limit: str | None, cursor: str | None) -> PageRequest:
        """Return the page that ``limit`` and ``cursor`` ask for. Raises ``Invalid``."""
        amount = _limit(limit)
        if cursor is None:
            return PageRequest(amount)
        direction, key = self._open(binding, cursor)
        return PageRequest(amount, before=key) if direction == _BEFORE else PageRequest(amount, after=key)

    def _seal(self, binding: bytes, content: bytes) -> str:
        return urlsafe_b64encode(self._tag(binding, content) + content).rstrip(b"=").decode()

    def _open(self, binding: bytes, cursor: str) -> tuple[bytes, str]:
        try:
            padding = "=" * (-len(cursor) % 4)
            raw = b64decode(cursor[:MAX_LENGTH] + padding, altchars=b"-_", validate=True)
        except (NotBase64, ValueError):
            raise _invalid_cursor() from None
        tag, content = raw[:_TAG], raw[_TAG:]
        if not hmac.compare_digest(tag, self._tag(binding, content)):
            raise _invalid_cursor()
        return content[:1], content[1:].decode()

    def _tag(self, binding: bytes, content: bytes) -> bytes:
        # The length keeps the two parts apart.
        message = len(binding).to_bytes(4, "big") + binding + content
        return hmac.digest(self._secret, message, "sha256")[:_TAG]


def _invalid_cursor() -> Invalid:
    return Invalid.field("cursor", "invalid_cursor", "Is not a cursor of this list.")


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise Invalid.field("limit", "type", f"Expected a number from 1 to {MAX_LIMIT}.")
    amount = int(text)
    if not 1 <= amount <= MAX_LIMIT:
        raise Invalid.field("limit", "range", f"Expected a number from 1 to {MAX_LIMIT}.")
    return amount
