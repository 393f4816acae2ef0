"""The strict decoder: every input is decoded or refused, in linear time, and never read in two ways."""

import json
import time
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Meta, UnsetType

from adapters.wire import strict_json
from adapters.wire.decode import decode_body, decode_query, field_error, without_input
from adapters.wire.inputs import Id, Ids, Input, Moment
from adapters.wire.problems import MalformedJson
from platform_core.shared.errors import Invalid


class Colour(StrEnum):
    """Two colours."""

    RED = "red"
    BLUE = "blue"


class Part(Input, frozen=True):
    """A part."""

    size: Annotated[int, Meta(ge=1, le=9)]


class Thing(Input, frozen=True):
    """A thing of all kinds."""

    name: Annotated[str, Meta(max_length=5)] = ""
    code: Annotated[str, Meta(pattern="^[a-z]+$")] = "a"
    colour: Colour = Colour.RED
    parts: Annotated[list[Part], Meta(max_length=2)] = []
    ratio: Annotated[float, Meta(ge=0, le=1)] = 0.0
    at: Moment | None = None
    times: Annotated[list[Moment], Meta(max_length=2)] = []
    owner: Id | None = None
    on: bool = False
    limits: dict[str, int] = {}
    patch: int | UnsetType | None = UNSET


class Range(Input, frozen=True):
    """Checks one field against another."""

    start: int = 0
    end: int = 0

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("The end is before the start")


def refusal(data: Any, kind: type = Thing) -> tuple[str, str]:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    with pytest.raises(Invalid) as caught:
        decode_body(body, kind)
    return caught.value.errors[0].field, caught.value.errors[0].code


@pytest.mark.parametrize(
    ("data", "field", "code"),
    [
        ({"name": "a" * 6}, "name", "length"),
        ({"code": "A"}, "code", "pattern"),
        ({"colour": "green"}, "colour", "enum"),
        ({"parts": [{"size": 1}, {"size": 10}]}, "parts[1].size", "range"),
        ({"parts": [{}]}, "parts[0].size", "missing"),
        ({"parts": [{"size": 1, "more": 1}]}, "parts[0].more", "unknown_field"),
        ({"parts": [{"size": 1.5}]}, "parts[0].size", "type"),
        ({"parts": [{"size": "1"}]}, "parts[0].size", "type"),
        ({"parts": [{"size": True}]}, "parts[0].size", "type"),
        ({"parts": [{"size": 2**63 - 1}]}, "parts[0].size", "range"),
        ({"parts": [{"size": 1}] * 3}, "parts", "length"),
        ({"ratio": 2}, "ratio", "range"),
        ({"at": "2026-01-01T00:00:00"}, "at", "type"),
        ({"at": "0001-01-01T00:00:00+10:00"}, "at", "range"),
        ({"at": "9999-12-31T23:59:59-10:00"}, "at", "range"),
        ({"times": ["2026-01-01T00:00:00Z", "0001-01-01T00:00:00+10:00"]}, "times[1]", "range"),
        ({"at": "tomorrow"}, "at", "format"),
        ({"at": 5}, "at", "type"),
        ({"owner": "0190E2C4-0000-7000-8000-000000000000"}, "owner", "pattern"),
        ({"owner": "0190e2c4-0000-7000-8000-000000000000\n"}, "owner", "length"),
        ({"on": 1}, "on", "type"),
        ({"on": "true"}, "on", "type"),
        ({"limits": {"a": "b"}}, "limits[...]", "type"),
    ],
)
def test_what_is_wrong_is_named(data: Any, field: str, code: str):
    assert refusal(data) == (field, code)


def test_a_check_across_fields_is_an_error_of_the_whole():
    assert refusal({"start": 2, "end": 1}, Range) == ("body", "invalid")


def test_what_is_right_is_read():
    thing = decode_body(b'{"name": "caf\\u00e9", "at": "2026-01-01T02:00:00+02:00", "patch": null}', Thing)
    assert thing.name == "café"
    assert thing.at == datetime(2026, 1, 1, tzinfo=UTC)
    assert thing.at.tzinfo is UTC
    assert thing.patch is None
    assert decode_body(b"{}", Thing).patch is UNSET


def test_pairs_of_surrogates_are_characters():
    assert decode_body(b'{"name": "\\ud83d\\udc4b"}', Thing).name == "👋"


def test_messages_of_unknown_form_still_say_something():
    error = field_error("Something new in a later version")
    assert (error.field, error.code, error.message) == (
        "body",
        "invalid",
        "Something new in a later version.",
    )


@given(st.binary(max_size=200))
def test_no_bytes_break_the_parser(data: bytes):
    try:
        strict_json.parse(data)
    except (MalformedJson, Invalid):
        return
    json.loads(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(-1e9, 1e9) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(json_values, st.booleans())
def test_any_value_is_read_as_others_read_it_or_refused_for_its_texts(value: Any, ascii_only: bool):
    text = json.dumps(value, ensure_ascii=ascii_only)
    try:
        assert strict_json.parse(text.encode("utf-8", "surrogatepass")) == json.loads(text)
    except (MalformedJson, Invalid):
        assert "\\u0000" in text or "\\ud" in text or not strict_json.storable(text)


@given(json_values)
def test_no_value_breaks_the_conversion(value: Any):
    try:
        assert isinstance(decode_body(json.dumps(value).encode(), Thing), Thing)
    except (MalformedJson, Invalid):
        return


@pytest.mark.parametrize("digits", [str(2**63), str(-(2**63)), "9" * 20, "1" + "0" * 5000])
def test_numbers_that_no_database_keeps_are_refused(digits: str):
    with pytest.raises(MalformedJson):
        strict_json.parse(digits.encode())


@pytest.mark.parametrize("depth", [strict_json.MAX_DEPTH, strict_json.MAX_DEPTH + 1])
def test_depth_is_counted_exactly(depth: int):
    body = b"[" * depth + b'"]]]]"' + b"]" * depth
    if depth <= strict_json.MAX_DEPTH:
        assert strict_json.parse(body) is not None
    else:
        with pytest.raises(MalformedJson, match="deeper"):
            strict_json.parse(body)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 40 + b'"' + b'\\"' * 130_000,
        b'"' * 262_000 + b"[" * 40,
        b"{" * 262_000,
        b"[" * 40 + b"\\" * 262_000,
        b'{"a":' + b"9" * 262_000 + b"}",
        b'["' + b'\\u0000",' * 20_000 + b'"a"]',
    ],
)
def test_hostile_bodies_of_full_size_take_no_time(body: bytes):
    began = time.process_time()
    with pytest.raises((MalformedJson, Invalid)):
        strict_json.parse(body)
    assert time.process_time() - began < 0.5


class Search(Input, frozen=True):
    """A query."""

    q: Annotated[str, Meta(max_length=10)]
    page: Annotated[int, Meta(ge=1)] = 1
    exact: bool | None = None
    id: Ids | None = None
    tags: Annotated[list[str], Meta(max_length=3, description="Described.")] = []


def test_query_strings_are_read_as_what_the_struct_wants():
    text = f"q=a+b&page=3&exact=true&limit=5&tags=x&tags=y&id={'0' * 8}-0000-7000-8000-{'0' * 12}"
    query, apart = decode_query(text, Search, frozenset({"limit"}))
    ids = [f"{'0' * 8}-0000-7000-8000-{'0' * 12}"]
    assert query == Search(q="a b", page=3, exact=True, id=ids, tags=["x", "y"])
    assert apart == {"limit": "5"}


@given(st.text(max_size=50))
def test_no_query_breaks_the_decoder(text: str):
    try:
        query, _ = decode_query(text.encode("utf-8", "surrogatepass").decode("latin-1"), Search)
    except Invalid:
        return
    assert isinstance(query, Search)


def test_an_empty_input_is_made_once_if_it_can_be():
    assert without_input(Thing) == Thing()
    assert without_input(Search) is None
    assert without_input(None) is None


def test_an_input_is_frozen_closed_and_takes_required_fields_after_optional_ones():
    class Later(Input):  # type: ignore[misc]
        """A required field behind an optional one."""

        first: int = 1
        second: str  # type: ignore[misc]

    later = decode_body(b'{"second": "a"}', Later)
    with pytest.raises(AttributeError):
        later.first = 2
    assert refusal({"second": "a", "third": 1}, Later) == ("third", "unknown_field")
