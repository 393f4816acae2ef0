"""Brings the moments of an input to UTC, so that nobody further in meets another offset."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import force_setattr

from platform_core.shared.errors import Invalid

_KNOWN: dict[Any, bool] = {}


def has_moments(kind: Any) -> bool:
    """Whether an input of this class can hold a moment anywhere; asked once per class."""
    if kind not in _KNOWN:
        # The description of a type spells out all that is inside it.
        _KNOWN[kind] = "DateTimeType(" in repr(msgspec.inspect.type_info(kind))
    return _KNOWN[kind]


def in_utc(value: Any, path: str = "") -> Any:
    """Return ``value`` with all moments in UTC. Raises ``Invalid`` for one that UTC has no year for."""
    if isinstance(value, datetime):
        return _moved(value, path)
    if isinstance(value, Struct):
        for name in value.__struct_fields__:
            old = getattr(value, name)
            new = in_utc(old, f"{path}.{name}" if path else name)
            if new is not old:
                # Nobody but the decoder has seen this frozen struct yet.
                force_setattr(value, name, new)
    elif isinstance(value, list):
        value[:] = [in_utc(item, f"{path}[{index}]") for index, item in enumerate(value)]
    return value


def _moved(moment: datetime, path: str) -> datetime:
    if moment.tzinfo is UTC:
        return moment
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise Invalid.field(path or "body", "range", "Is out of range.") from None
