"""What clients rely on, in small: kept in `contract.json`, compared with the document, told in `docs/api-changelog.md`.

`python -m tests.clients` writes them.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from tests.architecture.sources import PROJECT
from tests.clients.documents import document

from gateway.openapi.names import references
from gateway.table import Route, listed

KEPT = Path(__file__).with_name("contract.json")
CHANGELOG = PROJECT / "docs" / "api-changelog.md"
COMMAND = "make api"
_BOUNDS = ("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "pattern", "format")
_PREFIX = "#/components/schemas/"
Lines = Mapping[str, str]
"""Name → what it is: a field, a parameter, an answer. A name that ends in ! is required."""


@dataclass(frozen=True, kw_only=True)
class Contract:
    """The promises of one document."""

    operations: Mapping[str, Lines]
    """`GET /v1/x` → id, security, parameters, body, answers, the days of its end."""
    sent: Mapping[str, Lines]
    """Schemas of request bodies: name → fields."""
    answered: Mapping[str, Lines]
    """Schemas of answers."""

    def as_kept(self) -> dict[str, Any]:
        """Return the JSON of the contract."""
        return {"operations": self.operations, "sent": self.sent, "answered": self.answered}


def of_document(described: Mapping[str, Any], routes: tuple[Route, ...]) -> Contract:
    """Return the contract of a document."""
    ends = {f"{route.method} {route.path}": route for route in routes}
    operations = {
        f"{method.upper()} {path}": operation
        for path, item in described["paths"].items()
        for method, operation in item.items()
    }
    schemas = described["components"]["schemas"]
    bodies = [operation.get("requestBody", {}) for operation in operations.values()]
    answers = [answer for operation in operations.values() for _, answer in _successes(operation)]
    return Contract(
        operations={name: dict(sorted(_lines(operations[name], ends[name]))) for name in sorted(operations)},
        sent=_fields(bodies, schemas),
        answered=_fields(answers, schemas),
    )


def _successes(operation: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((status, answer) for status, answer in operation["responses"].items() if status[0] in "23")


def _lines(operation: Mapping[str, Any], route: Route) -> Iterator[tuple[str, str]]:
    yield "id", operation["operationId"]
    yield (
        "access",
        " ".join(sorted({*operation["security"][0]["accessToken"], "token"})) if operation["security"] else "anyone",
    )
    if route.deprecated:
        yield "deprecated", f"{route.deprecated} {route.sunset or ''}".strip()
    for parameter in operation.get("parameters", ()):
        if "name" in parameter:
            mark = "!" if parameter.get("required") else ""
            yield f"{parameter['in']} {parameter['name']}{mark}", said(parameter["schema"])
    for media, told in operation.get("requestBody", {}).get("content", {}).items():
        yield f"body {media}", said(told.get("schema", {}))
    for status, answer in _successes(operation):
        for media, told in (answer.get("content") or {"nothing": {}}).items():
            yield f"answer {status} {media}", said(told.get("schema", {}))


def _fields(roots: Any, schemas: Mapping[str, Any]) -> Mapping[str, Lines]:
    needed, waiting = set[str](), set(references(roots))
    while waiting:
        needed |= waiting
        waiting = {each for name in waiting for each in references(schemas[name])} - needed
    return {name: dict(sorted(_schema(schemas[name]))) for name in sorted(needed)}


def _schema(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, part in schema.get("properties", {}).items():
        yield f"{name}{'!' if name in schema.get('required', ()) else ''}", said(part)
    if "properties" not in schema:
        yield "", said(schema)


def said(schema: Mapping[str, Any]) -> str:
    """Return a schema in a few words: alternatives, then bounds, then when it ends."""
    bounds = {key: value for part in (schema, *_choices(schema)) for key, value in part.items() if key in _BOUNDS}
    ends = {"until": schema["x-sunset"]} if schema.get("deprecated") and "x-sunset" in schema else {}
    told = [f"{key}={_in_one_word(value)}" for key, value in sorted((bounds | ends).items())]
    return " ".join(["|".join(sorted(_alternatives(schema))), *told])


def _in_one_word(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace(" ", "\\u0020")


def _choices(schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    return tuple(chain(schema.get("anyOf", ()), schema.get("oneOf", ()), schema.get("allOf", ())))


def _alternatives(schema: Mapping[str, Any]) -> set[str]:
    if "$ref" in schema:
        return {schema["$ref"].removeprefix(_PREFIX)}
    if "const" in schema or "enum" in schema:
        return {_in_one_word(value).replace("|", "\\u007c") for value in schema.get("enum", [schema.get("const")])}
    if choices := _choices(schema):
        return {each for choice in choices for each in _alternatives(choice)}
    kind = str(schema.get("type", "any"))
    if kind == "array" and "items" in schema:
        return {f"array<{'/'.join(sorted(_alternatives(schema['items'])))}>"}
    return {f"map<{'/'.join(sorted(_alternatives(schema['additionalProperties'])))}>"} if _is_map(schema) else {kind}


def _is_map(schema: Mapping[str, Any]) -> bool:
    return isinstance(schema.get("additionalProperties"), Mapping)


def kept() -> tuple[Contract, list[dict[str, Any]]]:
    """Return the contract as last written down, and the changes until then."""
    found = json.loads(KEPT.read_text(encoding="utf-8"))
    changes: list[dict[str, Any]] = found.pop("changes")
    return Contract(**found), changes


def current() -> Contract:
    """Return the contract of this checkout."""
    return of_document(document(), listed().routes)


def changelog(changes: list[dict[str, Any]]) -> str:
    """Return the text of the changelog."""
    lines = [_HEAD]
    for change in reversed(changes):
        lines.append(f"\n## {change['on']}\n")
        if change.get("why"):
            lines.append(f"**Несовместимо:** {change['why']}\n")
        for name, heading in _HEADINGS.items():
            rows = change.get(name, [])
            shown = rows if len(rows) <= _SHOWN else [f"{len(rows)} — весь перечень в `tests/clients/contract.json`"]
            lines += [f"- {heading}: {row}" for row in shown]
    return "\n".join(lines) + "\n"


_SHOWN = 60
_HEADINGS = {"added": "добавлено", "deprecated": "устарело", "removed": "удалено", "changed": "изменено"}
_HEAD = f"""# Изменения API

Пишет `{COMMAND}` из документа шлюза; тест сверяет. Что считается совместимым и как адрес уходит —
[правила изменений](clients.md#как-меняется-api)."""


def difference(old: Contract, new: Contract) -> dict[str, list[str]]:
    """Return what was added, deprecated, removed and changed, for people."""
    found: dict[str, list[str]] = {name: [] for name in _HEADINGS}
    for name in sorted(old.operations.keys() | new.operations.keys()):
        before, after = old.operations.get(name), new.operations.get(name)
        if before is None or after is None:
            found["added" if before is None else "removed"].append(f"`{name}`")
        elif before != after:
            ended = after.get("deprecated") if "deprecated" not in before else None
            found["deprecated" if ended else "changed"].append(f"`{name}`{f' ({ended})' if ended else ''}")
    for part in ("sent", "answered"):
        before, after = getattr(old, part), getattr(new, part)
        for name in sorted(before.keys() & after.keys()):
            if before[name] != after[name]:
                changed = dict(before[name].items() ^ after[name].items())
                told = ", ".join(sorted({field.rstrip("!") for field in changed}))
                found["changed"].append(f"`{name}` ({'запрос' if part == 'sent' else 'ответ'}): {told}")
    return {name: rows for name, rows in found.items() if rows}
