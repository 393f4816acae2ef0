"""Entity tags: what a client has already, and which revision it means to change."""

import re
from hashlib import blake2b

from platform_core.shared.errors import Invalid

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_REVISION = re.compile(r"(\d{1,18})(?:-[0-9a-f]+)?")


def entity_tag(body: bytes, revision: int | None) -> str:
    """Return the strong tag of a body; a revision in front is what ``If-Match`` goes by."""
    digest = blake2b(body, digest_size=10).hexdigest()
    return f'"{digest}"' if revision is None else f'"{revision}-{digest}"'


def matches(if_none_match: str, tag: str) -> bool:
    """Whether the client has what ``tag`` names (weak comparison, RFC 9110 section 13.1.2)."""
    if if_none_match.strip() == "*":
        return True
    return tag.strip('"') in _TAG.findall(if_none_match)


def revision_of(if_match: str | None) -> int | None:
    """Return the revision that ``If-Match`` names, ``None`` where any will do, -1 for a tag never given out.

    Raises ``Invalid`` for several.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    tags = _TAG.findall(if_match)
    if len(tags) > 1:
        raise Invalid.field("If-Match", "repeated", "Name one entity tag.")
    known = _REVISION.fullmatch(tags[0]) if tags else None
    return -1 if known is None else int(known[1])
