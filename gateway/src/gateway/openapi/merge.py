"""Merge the services' documents into one."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from typing import Any

from gateway.openapi import problems
from gateway.openapi.certain import certain
from gateway.openapi.examples import Examples, shown_in
from gateway.openapi.names import clashing, reachable, renamed
from gateway.openapi.operations import HEADERS, PARAMETERS, for_clients
from gateway.openapi.security import SCHEMES
from gateway.openapi.tags import declared
from gateway.openapi.told import explained
from gateway.table import Route

Document = Mapping[str, Any]


def merged(documents: Mapping[str, Document], table: Iterable[Route]) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of what the table lets through to the services that are known.

    A schema gets its service's name in front only where two services mean different things by one name.
    """
    own = {service: _schemas(document) for service, document in documents.items()}
    clashes = clashing(own)
    paths: dict[str, dict[str, Any]] = {}
    schemas: dict[str, Any] = {}
    for service, document in documents.items():
        name = _naming(service, clashes)
        schemas |= {name(known): renamed(schema, name) for known, schema in own[service].items()}
        for route, operation in _listed(service, document, table):
            shown = renamed(for_clients(operation, route, own[service]), name)
            paths.setdefault(route.path, {})[route.method.lower()] = shown
    _make_unique(paths)
    schemas = explained(certain(schemas, paths))
    _show_examples(paths, Examples(schemas))
    known = problems.schemas()
    responses = problems.components()
    return {
        "openapi": "3.1.0",
        "info": _info(),
        "servers": [{"url": "/", "description": "Этот шлюз"}],
        "tags": declared(tag for item in paths.values() for each in item.values() for tag in each.get("tags", ())),
        "security": [{"accessToken": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted({**reachable([paths, responses], schemas), **known}.items())),
            "responses": responses,
            "headers": dict(HEADERS),
            "parameters": dict(PARAMETERS),
            "securitySchemes": dict(SCHEMES),
        },
    }


def _schemas(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = document.get("components", {}).get("schemas", {})
    return {name: schema for name, schema in found.items() if name != "ProblemDocument"}


def _naming(service: str, clashes: set[str]) -> Callable[[str], str]:
    def named(name: str) -> str:
        if "__" in name:  # two rooms of one service mean different things by one name: service, room, file, name
            *rooms, _, plain = name.split("__")
            return "".join(part.title().replace("_", "") for part in rooms) + plain
        return f"{service.capitalize()}{name}" if name in clashes else name

    return named


def _listed(service: str, document: Document, table: Iterable[Route]) -> list[tuple[Route, Document]]:
    found = []
    for route in table:
        operation = document["paths"].get(route.path, {}).get(route.method.lower())
        if route.upstream == service and operation is not None:
            found.append((route, operation))
    return found


def _show_examples(paths: Mapping[str, Mapping[str, dict[str, Any]]], examples: Examples) -> None:
    for operation in (each for item in paths.values() for each in item.values()):
        body = operation.get("requestBody")
        if body:
            operation["requestBody"] = {**body, "content": shown_in(body["content"], examples)}
        for answer in operation["responses"].values():
            if "content" in answer:
                answer["content"] = shown_in(answer["content"], examples)


def _make_unique(paths: Mapping[str, Mapping[str, dict[str, Any]]]) -> None:
    """Number the operation ids that occur twice."""
    seen: Counter[str] = Counter()
    for item in paths.values():
        for operation in item.values():
            name = operation["operationId"]
            seen[name] += 1
            if seen[name] > 1:
                operation["operationId"] = f"{name}_{seen[name]}"


def _info() -> dict[str, str]:
    return {
        "title": "API социального технопарка",
        "version": "1",
        "description": (files("gateway") / "openapi" / "description.md").read_text(encoding="utf-8"),
    }
