"""Turns bodies and query strings into bounded input structs, and what is wrong with them into field errors.

An input is a ``msgspec.Struct`` with ``frozen=True, forbid_unknown_fields=True`` whose texts, numbers and
lists all have bounds (``Annotated[str, Meta(max_length=…)]``). A struct may check across fields in
``__post_init__`` by raising ``ValueError``.
"""

import re
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct, ValidationError

from adapters.wire import strict_json
from adapters.wire.moments import has_moments, in_utc
from platform_core.shared.errors import FieldError, Invalid

T = TypeVar("T")

MAX_PARAMETERS = 220
"""Batch reads name up to 100 ids; anything far beyond is not a request of a client."""
MAX_ECHO = 200
"""Characters of what a client sent that an error may repeat."""

_NAMED = re.compile(r"^Object (missing required|contains unknown) field `(.*)`", re.DOTALL)
_CODES = (
    (re.compile(r"of length"), "length"),
    (re.compile(r"matching regex"), "pattern"),
    (re.compile(r"[<>]=? |multiple of|out of range|too big"), "range"),
    (re.compile(r"^Invalid enum value|^Invalid value"), "enum"),
    (re.compile(r"^Invalid "), "format"),
    (re.compile(r"^Expected "), "type"),
)

_LISTS: dict[type, frozenset[str]] = {}


def decode_body(data: bytes, kind: type[T]) -> T:
    """Return the input that a JSON body stands for. Raises ``MalformedJson`` or ``Invalid``."""
    return decode_value(strict_json.parse(data), kind)


def decode_value(value: Any, kind: type[T], *, strict: bool = True) -> T:
    """Return the input that a parsed value stands for; ``strict=False`` reads numbers from text."""
    try:
        found = msgspec.convert(value, kind, strict=strict)
    except ValidationError as error:
        raise Invalid(field_error(str(error))) from None
    return in_utc(found) if has_moments(kind) else found


def decode_query(
    query: str, kind: type | None, allowed: frozenset[str] = frozenset()
) -> tuple[Any, dict[str, str]]:
    """Return the struct of a query string, and apart from it the ``allowed`` parameters.

    Unknown parameters are refused; repeated ones make a list where the struct wants one.
    """
    values: dict[str, Any] = {}
    apart: dict[str, str] = {}
    lists = _list_fields(kind)
    for name, text in _pairs(query):
        if name in lists:
            values.setdefault(name, []).append(text)
        elif name in values or name in apart:
            raise Invalid.field(name, "repeated", "Given more than once.")
        elif name in allowed:
            apart[name] = text
        else:
            values[name] = text
    return decode_value(values, kind or _Nothing, strict=False), apart


def field_error(message: str) -> FieldError:
    """Translate msgspec's words (``… - at `$.a[0]```) into a field, a code and words for a person."""
    words, _, place = message.rpartition(" - at `")
    if not words:
        words, place = message, ""
    path = _path(place.rstrip("`"))
    if named := _NAMED.match(words):
        missing = named[1].startswith("missing")
        field = f"{path}.{named[2]}" if path else named[2]
        code, text = ("missing", "Is required.") if missing else ("unknown_field", "Is not a known field.")
        return FieldError(field[:MAX_ECHO], code, text)
    return FieldError(path[:MAX_ECHO] or "body", _code(words), words.replace("`", "")[:MAX_ECHO] + ".")


def _code(words: str) -> str:
    return next((code for pattern, code in _CODES if pattern.search(words)), "invalid")


def _path(place: str) -> str:
    """``$.a.b[0]`` → ``a.b[0]``; ``key in $.a`` → ``a``."""
    return place.removeprefix("key in ").removeprefix("$").removeprefix(".")


def _pairs(query: str) -> list[tuple[str, str]]:
    if not query:
        return []
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except UnicodeDecodeError:
        raise Invalid.field("query", "text", "Is not UTF-8.") from None
    except ValueError:
        raise Invalid.field("query", "length", "Has too many parameters.") from None
    for name, text in pairs:
        if not (strict_json.storable(name) and strict_json.storable(text)):
            raise Invalid.field("query", "text", "Contains a NUL or half a character.")
    return pairs


class _Nothing(Struct, frozen=True, forbid_unknown_fields=True):
    """The query of a route that declares none."""


def _list_fields(kind: type | None) -> frozenset[str]:
    """Return the names of the fields that hold lists; asked once per struct."""
    if kind is None:
        return frozenset()
    if kind not in _LISTS:
        info = msgspec.inspect.type_info(kind)
        fields = info.fields if isinstance(info, msgspec.inspect.StructType) else ()
        _LISTS[kind] = frozenset(field.encode_name for field in fields if _is_list(field.type))
    return _LISTS[kind]


def _is_list(kind: msgspec.inspect.Type) -> bool:
    if isinstance(kind, msgspec.inspect.Metadata):
        return _is_list(kind.type)
    if isinstance(kind, msgspec.inspect.UnionType):
        return any(_is_list(part) for part in kind.types)
    return isinstance(kind, msgspec.inspect.CollectionType | msgspec.inspect.VarTupleType)


def without_input(kind: type | None) -> Any:
    """Return the input of an empty body or query, ``None`` if the struct needs some."""
    if kind is None:
        return None
    try:
        return msgspec.convert({}, kind)
    except ValidationError:
        return None
