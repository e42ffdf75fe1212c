"""One operation as clients meet it: who may call it, which headers it takes and gives, how it refuses."""

from collections.abc import Mapping
from typing import Any

from gateway.openapi import codes, security
from gateway.openapi.problems import listed, refusals
from gateway.openapi.told import described
from gateway.table import Route

HEADERS: Mapping[str, dict[str, Any]] = {
    "ETag": {
        "description": "Версия записи или отпечаток списка: для If-Match при изменении и If-None-Match при чтении",
        "schema": {"type": "string", "examples": ['"v3"']},
    },
    "XRequestId": {
        "description": "Номер запроса: назовите его, сообщая об ошибке",
        "schema": {"type": "string", "examples": ["0190a000-0000-7000-8000-000000000101"]},
    },
    "RetryAfter": {"description": "Через сколько секунд повторить", "schema": {"type": "integer", "examples": [2]}},
    "RateLimitLimit": {
        "description": "Сколько запросов допускает окно",
        "schema": {"type": "integer", "examples": [600]},
    },
    "RateLimitRemaining": {
        "description": "Сколько ещё можно запросить в этом окне, насколько известно шлюзу",
        "schema": {"type": "integer", "examples": [599]},
    },
    "RateLimitReset": {
        "description": "Через сколько секунд начнётся новое окно",
        "schema": {"type": "integer", "examples": [42]},
    },
    "RateLimitPolicy": {
        "description": "Имя предела, число запросов и длина окна в секундах",
        "schema": {"type": "string", "examples": ['"read-subject";q=600;w=60']},
    },
    "Deprecation": {
        "description": "С какого мгновения адрес устарел (RFC 9745): секунды после @",
        "schema": {"type": "string", "examples": ["@1801353600"]},
    },
    "Sunset": {
        "description": "Когда адрес перестанет отвечать (RFC 8594)",
        "schema": {"type": "string", "examples": ["Sat, 31 Jul 2027 00:00:00 GMT"]},
    },
    "WWWAuthenticate": {"description": "Способ входа", "schema": {"type": "string", "examples": ["Bearer"]}},
    "IdempotencyReplayed": {
        "description": "true, если изменение уже было сделано по этому Idempotency-Key и ответ повторён",
        "schema": {"type": "string", "enum": ["true"]},
    },
}
PARAMETERS: Mapping[str, dict[str, Any]] = {
    "XRequestTimeout": {
        "name": "X-Request-Timeout",
        "in": "header",
        "required": False,
        "description": "Сколько секунд клиент готов ждать; обычный срок адреса можно только сократить",
        "schema": {"type": "number", "exclusiveMinimum": 0, "examples": [2.5]},
    },
}
_RATE = {f"RateLimit-{part}": f"RateLimit{part}" for part in ("Limit", "Remaining", "Reset", "Policy")}
_FASTAPI_WORDS = "Successful Response"
_TAGGED = ("read", "screen", "personal", "download")
"""Classes of reads, each answer of which has an ETag."""
_TIMEOUT = {"$ref": "#/components/parameters/XRequestTimeout"}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "ETag ответа, который есть у клиента: если он не изменился, ответ 304 без тела",
    "schema": {"type": "string", "maxLength": 256, "examples": ['"v3"']},
}


def for_clients(operation: Mapping[str, Any], route: Route, schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return the operation of a row of the table, made honest; `schemas` are those of its service."""
    success = {status: answer for status, answer in operation.get("responses", {}).items() if status[0] in "23"}
    read = route.method == "GET" and route.limits.name in _TAGGED and route.path.startswith("/v1/")
    tagged = read or any(_has_version(answer, schemas) for answer in success.values())
    answers = {status: _with_headers(answer, route, tagged=tagged) for status, answer in success.items()}
    if read:
        answers["304"] = _not_modified()
    return {
        **operation,
        "description": _description(operation, route),
        **({"deprecated": True} if route.deprecated else {}),
        "security": security.wanted(route),
        "parameters": [
            *_parameters(operation, route),
            *([_IF_NONE_MATCH] if read else []),
            *([_TIMEOUT] if route.limits.seconds is not None else []),
        ],
        "responses": answers | refusals(operation, route),
        "x-problems": listed(operation, route),
    }


def _description(operation: Mapping[str, Any], route: Route) -> str:
    told = [operation.get("description", "").rstrip(), security.told(route), _ending(route)]
    refused = codes.in_words(route, operation, listed(operation, route).keys())
    return "\n\n".join(part for part in (*told, refused) if part)


def _ending(route: Route) -> str:
    if route.deprecated is None:
        return ""
    end = f" и перестанет отвечать {route.sunset:%d.%m.%Y}" if route.sunset else ""
    return f"Адрес устарел {route.deprecated:%d.%m.%Y}{end}."


def _parameters(operation: Mapping[str, Any], route: Route) -> list[dict[str, Any]]:
    """A read takes no key; a replacement needs the version that was read (428 without it)."""
    kept = []
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "Idempotency-Key" and route.method == "GET":
            continue
        needed = parameter["name"] == "If-Match" and route.method in ("PUT", "PATCH")
        shown = described({**parameter, "schema": _without_null(parameter.get("schema", {}))}, route.path)
        kept.append(shown | {"required": True} if needed else shown)
    return kept


def _without_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter is sent or not: services state an optional one as `anyOf` with null, which no address can carry."""
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        return {**choices[0], **rest}
    return {**rest, "anyOf": choices} if choices else rest


def _with_headers(answer: Mapping[str, Any], route: Route, *, tagged: bool) -> dict[str, Any]:
    names = {"X-Request-Id": "XRequestId", **_RATE}
    if route.deprecated:
        names["Deprecation"] = "Deprecation"
    if route.sunset:
        names["Sunset"] = "Sunset"
    if tagged:
        names["ETag"] = "ETag"
    if route.method != "GET" and not route.anonymous:
        names["Idempotency-Replayed"] = "IdempotencyReplayed"
    told = {name: {"$ref": f"#/components/headers/{component}"} for name, component in names.items()}
    described = "Выполнено" if answer.get("description") == _FASTAPI_WORDS else answer["description"]
    return {**answer, "description": described, "headers": {**answer.get("headers", {}), **told}}


def _not_modified() -> dict[str, Any]:
    return {"description": "Не изменилось", "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}}


def _has_version(answer: Mapping[str, Any], schemas: Mapping[str, Any]) -> bool:
    given = answer.get("content", {}).get("application/json", {}).get("schema", {})
    target = schemas.get(str(given.get("$ref", "")).rpartition("/")[2], given)
    return "version" in target.get("properties", {})
