"""Whole examples of bodies, put together from the examples of their fields."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.openapi.names import references

_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}
_BY_FORMAT = {
    "date": "2023-11-20",
    "date-time": "2023-11-20T09:00:00Z",
    "uri": "https://technopark.example/",
    "uuid": "0190a000-0000-7000-8000-000000000101",
    "email": "october@technopark.example",
}
_FORMS = {
    "date": r"^\d{4}-\d\d-\d\d$",
    "date-time": r"^\d{4}-\d\d-\d\dT",
    "uri": "^https://",
    "uuid": "^[0-9a-f-]{36}$",
}
_BY_NAME = {
    "access_token": "eyJhbGciOiJFUzI1NiIs…",
    "id_token": "eyJhbGciOiJFUzI1NiIs…",
    "refresh_token": "tpr_0190a000…",
    "resource": "/v1/applications/0190a000-0000-7000-8000-000000000701",
}
_ID = "0190a000-0000-7000-8000-000000000101"
_DEEPEST = 12
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass(slots=True)
class Examples:
    """Makes examples of the schemas of one document."""

    schemas: Mapping[str, Any]
    _by_field: dict[str, list[Any]] = field(init=False)

    def __post_init__(self) -> None:
        """Gather what each field is shown as anywhere: an answer says the same as the request that led to it."""
        self._by_field = {}
        for schema in self.schemas.values():
            for name, part in schema.get("properties", {}).items():
                self._by_field.setdefault(name, []).extend(_stated(part))

    def of(self, schema: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
        """Return an example of a schema; `name` is the field it stands for."""
        for shown in _stated(schema):
            return shown
        if "$ref" in schema:
            return self.of(self.schemas[next(references(schema))], name, depth + 1)
        choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
        if choices and not schema.get("properties"):
            return self._chosen(choices, name, depth)
        if "enum" in schema:
            return schema["enum"][0]
        return self._made(schema, name, depth)

    def _chosen(self, choices: list[Mapping[str, Any]], name: str, depth: int) -> Any:
        told = [choice for choice in choices if choice.get("type") != "null"]
        if len(told) < len(choices) and (depth > _DEEPEST or not self._known(told[0], name)):
            return None
        return self.of(told[0], name, depth)

    def _known(self, schema: Mapping[str, Any], name: str) -> bool:
        """Tell whether there is something to be said of a field that may be empty."""
        if schema.get("type") not in ("string", "integer", "number") or "enum" in schema:
            return True
        return any(True for _ in (*_stated(schema), *self._borrowed(schema, name)))

    def _made(self, schema: Mapping[str, Any], name: str, depth: int) -> Any:
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            return self._object(schema, depth)
        if kind == "array":
            return [] if depth > _DEEPEST and not schema.get("minItems") else self._array(schema, name, depth)
        for shown in self._borrowed(schema, name):
            return shown
        return _plain(schema, name)

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        shown = {name: self.of(part, name, depth + 1) for name, part in schema.get("properties", {}).items()}
        others = schema.get("additionalProperties")
        if not shown and isinstance(others, Mapping):
            keys = schema.get("propertyNames", {}).get("enum", ["key"])
            return {keys[0]: self.of(others, "", depth + 1)}
        return shown

    def _array(self, schema: Mapping[str, Any], name: str, depth: int) -> list[Any]:
        if "prefixItems" in schema:
            return [self.of(part, name, depth + 1) for part in schema["prefixItems"]]
        one = self.of(schema.get("items", {"type": "string"}), name.removesuffix("s"), depth + 1)
        return [one] * max(1, schema.get("minItems", 1))

    def _borrowed(self, schema: Mapping[str, Any], name: str) -> Iterator[Any]:
        """Yield what the same field is shown as elsewhere, where it fits."""
        if name in _BY_NAME and fits(_BY_NAME[name], schema):
            yield _BY_NAME[name]
        if "items" not in schema:
            yield from (shown for shown in self._by_field.get(name, ()) if fits(shown, schema))


def _sent(shown: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """A form has what it needs and what has an example of its own: it can say nothing else of a field left out."""
    parts, needed = schema.get("properties", {}), schema.get("required", ())
    return {name: value for name, value in shown.items() if name in needed or parts[name].get("examples")}


def _stated(schema: Mapping[str, Any]) -> Iterator[Any]:
    if "const" in schema:
        yield schema["const"]
    yield from schema.get("examples", ())
    if "example" in schema:
        yield schema["example"]
    if schema.get("default") not in (None, [], {}, ""):
        yield schema["default"]


def _plain(schema: Mapping[str, Any], name: str) -> Any:
    kind = schema.get("type")
    if kind == "string":
        if schema.get("format") in _BY_FORMAT:
            return _BY_FORMAT[schema["format"]]
        words = _ID if name == "id" or name.endswith("_id") else "Текст"
        return words.ljust(schema.get("minLength", 0), ".")[: schema.get("maxLength", 1000)]
    if kind in ("integer", "number"):
        return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    return {"boolean": True, "array": [], "object": {}}.get(str(kind))


def fits(shown: Any, schema: Mapping[str, Any]) -> bool:
    """Tell whether a plain value is one that a schema of strings or numbers allows."""
    kind = schema.get("type", "")
    if not isinstance(shown, _KINDS.get(kind, ())) or (isinstance(shown, bool) and kind != "boolean"):
        return False
    if isinstance(shown, str):
        long_enough = schema.get("minLength", 0) <= len(shown) <= schema.get("maxLength", len(shown))
        pattern = schema.get("pattern", _FORMS.get(schema.get("format", ""), ""))
        return long_enough and bool(re.search(pattern, shown))
    if isinstance(shown, int | float):
        return bool(schema.get("minimum", shown) <= shown <= schema.get("maximum", shown))
    return True


def shown_in(content: Mapping[str, Any], examples: Examples) -> dict[str, Any]:
    """Return the media types of a body, each with an example unless it has one or holds a file."""
    return {media: _shown(media, told, examples) for media, told in content.items()}


def _shown(media: str, told: Mapping[str, Any], examples: Examples) -> dict[str, Any]:
    schema = told.get("schema")
    if "example" in told or "examples" in told or not schema:
        return dict(told)
    if media == "text/html":
        return {**told, "example": "<!doctype html><title>Вход</title>…"}
    if media in (_JSON, _FORM):
        shown = examples.of(schema)
        return {**told, "example": _sent(shown, schema) if media == _FORM else shown}
    return dict(told)
