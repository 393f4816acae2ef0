"""Encodes frozen views as JSON: attrs classes as they are, times as RFC 3339 with ``Z``."""

import msgspec

from platform_core.shared.pagination import Page

_encoder = msgspec.json.Encoder()

encode = _encoder.encode
"""Return the JSON of a view, a sequence of views or a problem document."""


def encode_page(page: Page, following: str | None, previous: str | None) -> bytes:
    """Return the JSON of a list with its sealed cursors, all items in one pass of the encoder."""
    return b'{"items":%b,"next_cursor":%b,"prev_cursor":%b}' % (
        encode(page.items),
        encode(following),
        encode(previous),
    )
