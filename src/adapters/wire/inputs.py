"""The words that input structs are written in: ids, moments and bounded texts."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct, StructMeta

UUID_PATTERN = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


MAX_WORD = 200
"""Characters of a text in a path, such as a handle; nothing has a longer name."""


class InputMeta(StructMeta):
    """Makes every input frozen, closed and keyword-only, whether or not its class line says so.

    (Type checkers go by the class line alone: ``class PostInput(Input, frozen=True)``.)
    """

    def __new__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any
    ) -> "InputMeta":
        """Return the class of an input."""
        options.update(frozen=True, forbid_unknown_fields=True, kw_only=True)
        return super().__new__(cls, name, bases, namespace, **options)


class Input(Struct, metaclass=InputMeta, frozen=True):
    """What every body and query derives from: frozen, and closed to fields that it does not name.

    Optional parts of a ``PATCH`` are ``field: T | UnsetType = UNSET``, so that ``null`` can mean something.
    """


Id = Annotated[str, Meta(pattern=f"^{UUID_PATTERN}$", max_length=36, extra_json_schema={"format": "uuid"})]
"""The id of something, lower case."""
Ids = Annotated[list[Id], Meta(min_length=1, max_length=100)]
"""The ids of a batch read: ``?id=…&id=…``."""
Moment = Annotated[datetime, Meta(tz=True)]
"""A point in time with its offset; one without is refused, others arrive in UTC."""
Line = Annotated[str, Meta(min_length=1, max_length=200)]
"""A short text, such as a title."""
Email = Annotated[str, Meta(min_length=3, max_length=254)]
"""An e-mail address as typed; the core decides whether it is one."""
