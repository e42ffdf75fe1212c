"""Fields that are always there: the services' documents call each field with a default optional, wherever it stands."""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.openapi.names import reachable

_OWN_FORM = "/oauth/"
"""OAuth leaves out what it has no value for (RFC 6749 §5.1); every other answer says null."""
Paths = Mapping[str, Mapping[str, Mapping[str, Any]]]


def certain(schemas: Mapping[str, Any], paths: Paths) -> dict[str, Any]:
    """Return the schemas with what is never left out required: whole answers, and the field that tells variants apart.

    A schema that clients send as well stays as it is: they may leave out what has a default.
    """
    sent = reachable([operation.get("requestBody", {}) for _, operation in _operations(paths)], schemas)
    partly = reachable([_successes(each) for path, each in _operations(paths) if path.startswith(_OWN_FORM)], schemas)
    answered = reachable([_successes(each) for _, each in _operations(paths)], schemas)
    whole = answered.keys() - sent.keys() - partly.keys()
    telling = {name: field for field, names in _variants(list(schemas.values())) for name in names}
    return {
        name: _required(
            schema, [*schema.get("properties", {})] if name in whole else [*filter(None, [telling.get(name)])]
        )
        for name, schema in schemas.items()
    }


def _operations(paths: Paths) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((path, operation) for path, item in paths.items() for operation in item.values())


def _successes(operation: Mapping[str, Any]) -> list[Any]:
    return [answer for status, answer in operation["responses"].items() if status[0] == "2"]


def _variants(node: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield the field that tells the variants of a value apart, and the schemas of the variants (OpenAPI: required)."""
    if isinstance(node, Mapping):
        if "discriminator" in node and "oneOf" in node:
            yield node["discriminator"]["propertyName"], [one["$ref"].rpartition("/")[2] for one in node["oneOf"]]
        for value in node.values():
            yield from _variants(value)
    elif isinstance(node, list):
        for value in node:
            yield from _variants(value)


def _required(schema: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    stated = schema.get("required", [])
    required = [*stated, *(name for name in names if name not in stated)]
    return {**schema, **({"required": required} if required else {})}
