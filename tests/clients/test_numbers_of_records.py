"""Numbers of records in what clients send: an empty one is refused at the door, wherever it stands."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.clients.documents import document

DOCUMENT = document()
NUMBER = re.compile(r"^(?!last_event_id$)(.*_)?ids?$")
"""`last_event_id` is no number of a record: a browser that has seen nothing sends it empty."""
SENT = [
    (f"{method.upper()} {path}", operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if not path.startswith("/oauth/")
]
"""OAuth has refusals of its own for what it calls a client_id."""


def _schemas(operation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what a request is made of, each parameter as an object of one field."""
    for parameter in operation.get("parameters", []):
        if parameter.get("in") == "query":
            yield {"properties": {parameter["name"]: parameter["schema"]}}
    for told in operation.get("requestBody", {}).get("content", {}).values():
        yield told.get("schema", {})


def _fields(schema: Mapping[str, Any], seen: frozenset[str] = frozenset()) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if (name := schema.get("$ref", "").rpartition("/")[2]) and name not in seen:
        yield from _fields(DOCUMENT["components"]["schemas"][name], seen | {name})
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _fields(part, seen)
    yield from _fields(schema["items"], seen) if isinstance(schema.get("items"), dict) else ()
    for field, told in schema.get("properties", {}).items():
        yield field, told
        yield from _fields(told, seen)


def takes_nothing(schema: Mapping[str, Any]) -> bool:
    """Tell whether an empty text fits, alone or in a list."""
    if "$ref" in schema:
        return takes_nothing(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if parts := (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        return any(takes_nothing(part) for part in parts)
    if schema.get("type") == "array":
        return takes_nothing(schema.get("items", {}))
    if schema.get("type") != "string" or "enum" in schema or "const" in schema:
        return False
    return not (schema.get("minLength") or ("pattern" in schema and not re.search(schema["pattern"], "")))


def test_no_number_of_a_record_may_be_an_empty_text():
    empty = {
        f"{name}: {field}"
        for name, operation in SENT
        for schema in _schemas(operation)
        for field, told in _fields(schema)
        if NUMBER.search(field) and takes_nothing(told)
    }
    assert empty == set()


@pytest.mark.parametrize(
    ("schema", "taken"),
    [
        ({"type": "string"}, True),
        ({"type": "string", "minLength": 1}, False),
        ({"type": "string", "pattern": "^[0-9a-z-]+$"}, False),
        ({"anyOf": [{"type": "string", "maxLength": 64}, {"type": "null"}]}, True),
        ({"type": "array", "items": {"type": "string"}}, True),
        ({"type": "array", "items": {"type": "string", "minLength": 1}}, False),
        ({"type": "integer"}, False),
    ],
)
def test_a_schema_that_takes_an_empty_number_is_noticed(schema, taken):
    assert takes_nothing(schema) is taken
