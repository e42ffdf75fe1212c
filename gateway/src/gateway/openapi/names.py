"""Names of schemas across services: the same name may stay only where it means the same."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Schemas = Mapping[str, Any]
_PREFIX = "#/components/schemas/"


def references(node: Any) -> Iterator[str]:
    """Yield the names of schemas that a part of a document refers to."""
    if isinstance(node, Mapping):
        target = node.get("$ref")
        if isinstance(target, str) and target.startswith(_PREFIX):
            yield target.removeprefix(_PREFIX)
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)
    elif isinstance(node, str) and node.startswith(_PREFIX):
        yield node.removeprefix(_PREFIX)


def renamed(node: Any, name: Callable[[str], str]) -> Any:
    """Return a copy of a part of a document that refers to schemas by their new names."""
    if isinstance(node, Mapping):
        return {key: renamed(value, name) for key, value in node.items()}
    if isinstance(node, list):
        return [renamed(value, name) for value in node]
    if isinstance(node, str) and node.startswith(_PREFIX):
        return _PREFIX + name(node.removeprefix(_PREFIX))
    return node


def clashing(schemas: Mapping[str, Schemas]) -> set[str]:
    """Return the names that differ between services, in themselves or in what they refer to."""
    owners: dict[str, list[str]] = {}
    for service, known in schemas.items():
        for name in known:
            owners.setdefault(name, []).append(service)
    shared = {name: services for name, services in owners.items() if len(services) > 1}
    clashes = {name for name, services in shared.items() if len({_canonical(schemas[of][name]) for of in services}) > 1}
    while further := {
        name
        for name, services in shared.items()
        if name not in clashes and any(clashes & set(references(schemas[of][name])) for of in services)
    }:
        clashes |= further
    return clashes


def reachable(roots: Any, schemas: Schemas) -> dict[str, Any]:
    """Return the schemas that a part of a document needs, directly or through others, in alphabetical order."""
    needed: set[str] = set()
    waiting = set(references(roots))
    while waiting:
        needed |= waiting
        waiting = {name for known in waiting for name in references(schemas.get(known))} - needed
    return {name: schemas[name] for name in sorted(needed & schemas.keys())}


def _canonical(schema: Any) -> str:
    return json.dumps(schema, sort_keys=True)
