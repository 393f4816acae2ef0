"""Makes inputs that are wrong in one way each, from the schema of what would be right."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

JSON = "application/json"
MUCH = 200_000

Schema = Mapping[str, Any]
OF_TYPE: Mapping[str, Any] = {
    "null": None,
    "boolean": True,
    "integer": 7,
    "number": 7.5,
    "string": "text",
    "array": ["text"],
    "object": {"text": "text"},
}


@frozen
class Rubbish:
    """A body, what is wrong with it, and the statuses that say so."""

    about: str
    body: bytes
    statuses: tuple[int, ...] = (422,)
    content_type: str | None = JSON
    encoding: str | None = None


def not_json() -> Iterator[Rubbish]:
    """Yield bodies that no JSON parser of ours accepts."""
    texts = {
        "nothing closed": b'{"a": ',
        "something after the end": b'{"a": 1} {"a": 1}',
        "single quotes": b"{'a': 1}",
        "a comma at the end": b'{"a": 1,}',
        "a comment": b'{"a": 1} // one',
        "not UTF-8": b'{"a": "\xff\xfe"}',
        "a surrogate in UTF-8": b'{"a": "\xed\xa0\x80"}',
        "an overlong NUL": b'{"a": "\xc0\x80"}',
        "UTF-16": '{"a": 1}'.encode("utf-16"),
        "a byte order mark": b'\xef\xbb\xbf{"a": 1}',
        "a raw NUL": b'{"a": "\x00"}',
        "a raw line end in a text": b'{"a": "\n"}',
        "half an escape": b'{"a": "\\u12"}',
        "NaN": b'{"a": NaN}',
        "Infinity": b'{"a": Infinity}',
        "minus Infinity": b'{"a": -Infinity}',
        "a number beyond all floats": b'{"a": 1e999}',
        "a whole number beyond 64 bits": b'{"a": 9223372036854775808}',
        "a number with very many digits": b'{"a": ' + b"9" * MUCH + b"}",
        "a leading zero": b'{"a": 007}',
        "a key twice": b'{"a": 1, "a": 1}',
        "a key twice, once escaped": b'{"a": 1, "\\u0061": 1}',
        "very deep lists": b"[" * 100_000,
        "very deep objects": b'{"a":' * 30_000 + b"1" + b"}" * 30_000,
        "a little too deep": b'{"a":' + b"[" * 32 + b"]" * 32 + b"}",
        "white space only": b" \n\t ",
    }
    for about, body in texts.items():
        yield Rubbish(about, body, (400,))


def not_ours(good: bytes) -> Iterator[Rubbish]:
    """Yield bodies that come as something else than plain JSON."""
    for content_type in (
        *("text/plain", "text/json", "application/x-www-form-urlencoded", "application/xml"),
        *("multipart/form-data; boundary=x", "application/json-patch+json", "", "*/*", "json"),
        None,
    ):
        yield Rubbish(f"as {content_type}", good, (415,), content_type)
    for encoding in ("gzip", "deflate", "br", "zstd", "gzip, gzip", "compress", "rot13", "identity, gzip"):
        yield Rubbish(f"encoded as {encoding}", good, (415,), JSON, encoding)


def not_an_object() -> Iterator[Rubbish]:
    """Yield JSON that is no object."""
    for kind, value in OF_TYPE.items():
        if kind != "object":
            yield Rubbish(f"a {kind} in place of an object", json.dumps(value).encode())


def not_the_schema(schema: Schema, good: Mapping[str, Any]) -> Iterator[Rubbish]:
    """Yield objects that are as they should be, but for one field."""
    yield _with(good, "an unknown field", no_such_field=1)
    yield _with(good, "the prototype's field", __proto__={"a": 1})
    yield Rubbish("half a character as a key", _changed(good, b'"\\ud800": 1'))
    yield Rubbish("a NUL in a key", _changed(good, b'"a\\u0000b": 1'))
    for name in schema.get("required", ()):
        left = {key: value for key, value in good.items() if key != name}
        yield Rubbish(f"{name} missing", json.dumps(left).encode())
    for name, field in schema["properties"].items():
        yield Rubbish(f"{name} in capitals", json.dumps({**good, name.upper(): good.get(name, 1)}).encode())
        for about, value in wrong_values(field):
            yield _with(good, f"{name}: {about}", **{name: value})


def wrong_values(schema: Schema) -> Iterator[tuple[str, Any]]:
    """Yield values that a schema does not allow, with what is wrong about them."""
    options = schema.get("anyOf", [schema])
    kinds = {kind for option in options for kind in _kinds(option)}
    for kind, value in OF_TYPE.items():
        if kind not in kinds and not (kind == "integer" and "number" in kinds):
            yield f"a {kind}", value
    for option in options:
        yield from _beyond(option)


def _kinds(schema: Schema) -> set[str]:
    if "enum" in schema:
        return {"string"}
    kind = schema.get("type", "object")
    return set(kind) if isinstance(kind, list) else {kind}


def _beyond(schema: Schema) -> Iterator[tuple[str, Any]]:
    kinds = _kinds(schema)
    if "string" in kinds:
        yield from _texts(schema)
    if "integer" in kinds:
        yield "below the least", schema["minimum"] - 1
        yield "above the most", schema["maximum"] + 1
        yield "far above the most", 2**62
    if "array" in kinds:
        item = next(iter(schema["items"].get("enum", ["text"])))
        yield "too many items", [item] * (schema["maxItems"] + 1)
        yield "items of another type", [{"a": 1}]
        yield "a list of lists", [[item]]


def _texts(schema: Schema) -> Iterator[tuple[str, Any]]:
    yield "half a character", "\ud800"
    yield "a NUL", "a\0b"
    yield "two halves the wrong way round", "\udc00\ud800"
    if "maxLength" in schema:
        yield "a character too long", "é" * (schema["maxLength"] + 1)
        yield "much too long", "a" * MUCH
    if schema.get("minLength"):
        yield "empty", ""
    if {"enum", "format", "pattern"} & set(schema):
        yield "no such word", "no such word"
        yield "much too long a word", "a" * MUCH


def _with(good: Mapping[str, Any], about: str, **changed: Any) -> Rubbish:
    return Rubbish(about, json.dumps({**good, **changed}).encode())


def _changed(good: Mapping[str, Any], member: bytes) -> bytes:
    inside = json.dumps(good).encode()[1:-1]
    return b"{" + inside + (b", " if inside else b"") + member + b"}"
