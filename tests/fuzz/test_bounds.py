"""Whatever clients may send has an end: read from the served document, so that nothing new is left out."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fuzz.test_bodies import resolved
from tests.matrix.judge import Judge

BOUNDED_WORDS = {"enum", "const", "maxLength"}
BOUNDED_FORMATS = {"date", "date-time", "uuid"}


def test_every_input_is_bounded(site: Judge) -> None:
    document = site.product.ask("GET", "/api/v1/openapi.json").json
    checked = [(place, list(_unbounded(schema))) for place, schema in _inputs(document)]
    assert len(checked) > 100
    assert not [(place, wrong) for place, wrong in checked if wrong]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "integer", "minimum": 1},
        {"type": "number", "maximum": 1},
        {"type": "array", "items": {"type": "boolean"}},
        {"type": "array", "items": {"type": "string"}, "maxItems": 3},
        {"type": "object", "properties": {}},
        {"anyOf": [{"type": "null"}, {"type": "string"}]},
        {},
    ],
)
def test_an_unbounded_input_is_found(schema: dict[str, Any]) -> None:
    assert list(_unbounded(schema))


def _inputs(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every parameter and body with the place where it is declared."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            place = f"{method.upper()} {path}"
            for parameter in operation["parameters"]:
                yield f"{place} {parameter['name']}", resolved(document, parameter["schema"])
            for kind, content in operation.get("requestBody", {"content": {}})["content"].items():
                yield f"{place} {kind}", resolved(document, content["schema"])


def _unbounded(schema: dict[str, Any], place: str = "") -> Iterator[str]:
    if "anyOf" in schema:
        for option in schema["anyOf"]:
            yield from _unbounded(option, place)
        return
    kind = schema.get("type")
    if kind == "object":
        if schema.get("additionalProperties") is not False:
            yield f"{place}: other fields"
        for name, field in schema["properties"].items():
            yield from _unbounded(field, f"{place}.{name}")
    elif kind == "array":
        if "maxItems" not in schema:
            yield f"{place}: items"
        yield from _unbounded(schema["items"], f"{place}[]")
    elif kind in ("integer", "number"):
        if not {"minimum", "maximum"} <= set(schema):
            yield f"{place}: the range"
    elif kind not in ("boolean", "null") and not _is_short(schema):
        yield f"{place}: the length of {schema}"


def _is_short(schema: dict[str, Any]) -> bool:
    return bool(BOUNDED_WORDS & set(schema)) or schema.get("format") in BOUNDED_FORMATS
