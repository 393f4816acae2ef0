"""Schemas of bodies, queries and views for the OpenAPI document, made from the classes themselves."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from attrs import frozen

from adapters.http.routing import Route
from adapters.wire.cursors import MAX_LENGTH
from platform_core.shared.errors import FieldError
from platform_core.shared.pagination import DEFAULT_LIMIT, MAX_LIMIT

Schema = dict[str, Any]

REFERENCE = "#/components/schemas/{name}"
OPTIONAL = "x-optional"
"""Marks, as ``Annotated[T, Meta(extra_json_schema={OPTIONAL: True})] | UnsetType``, what may be absent."""


@frozen
class Problem:
    """A refusal (RFC 9457). Programs go by ``code``."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: Sequence[FieldError] = ()
    current: Any = None


_PROBLEM_REQUIRED = ["type", "title", "status", "detail", "code", "request_id"]


class Schemas:
    """The schemas of everything that a table of routes takes and gives."""

    def __init__(self, routes: Iterable[Route]) -> None:
        inputs = [kind for route in routes for kind in (route.body, route.query) if kind is not None]
        views = [route.item for route in routes if route.answer is not None]
        self._types = list(dict.fromkeys([Problem, *inputs, *views]))
        found, components = msgspec.json.schema_components(self._types, ref_template=REFERENCE)
        self._found = found
        self.components: dict[str, Schema] = components
        closed = {_name(self.of(kind)) for kind in inputs}
        for name, schema in components.items():
            if "description" in schema:
                schema["description"] = schema["description"].replace("``", "`")
            if schema.get("type") == "object" and "properties" in schema and name not in closed:
                _complete(schema)
        components["Problem"]["required"] = _PROBLEM_REQUIRED

    def of(self, kind: Any) -> Schema:
        """Return the schema of a class, by reference where it has a name."""
        # By position: two equal types are one entry, and annotations need not be hashable twice.
        return self._found[self._types.index(kind)]

    def page(self, kind: Any) -> Schema:
        """Return the schema of a list of views."""
        cursor: Schema = {"type": ["string", "null"], "description": "Give it back as `cursor`."}
        return {
            "type": "object",
            "required": ["items", "next_cursor", "prev_cursor"],
            "properties": {
                "items": {"type": "array", "items": self.of(kind)},
                "next_cursor": cursor,
                "prev_cursor": cursor,
            },
        }

    def parameters(self, kind: type) -> list[Schema]:
        """Return the parameters that the fields of a query struct are."""
        schema = self.components[_name(self.of(kind))]
        required = schema.get("required", ())
        return [
            {"name": name, "in": "query", "required": name in required, "schema": _not_null(field)}
            for name, field in schema["properties"].items()
        ]

    def drop(self, kinds: Iterable[type]) -> None:
        """Leave out what has become parameters."""
        for kind in kinds:
            self.components.pop(_name(self.of(kind)), None)


def page_parameters() -> list[Schema]:
    """Return the parameters that every list has."""
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    cursor = {"type": "string", "maxLength": MAX_LENGTH, "description": "`next_cursor` or `prev_cursor`."}
    return [
        {"name": "limit", "in": "query", "required": False, "schema": limit},
        {"name": "cursor", "in": "query", "required": False, "schema": cursor},
    ]


def _name(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _complete(schema: Schema) -> None:
    """A view has all of its fields, whatever has a default in the class, but those marked ``OPTIONAL``."""
    properties = schema["properties"]
    schema["required"] = [name for name, field in properties.items() if not field.pop(OPTIONAL, False)]
    for field in properties.values():
        field.pop("default", None)


def _not_null(schema: Schema) -> Schema:
    """A parameter is left out rather than null."""
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) != 1:
        return schema
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    return {**rest, **options[0]}
