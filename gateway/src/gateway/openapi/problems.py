"""The refusals of an operation, as they really are: application/problem+json, and only those that can happen."""

from collections.abc import Mapping
from typing import Any

from chassis.answers import RESPONSES, ProblemDocument
from chassis.problem import TYPE_ROOT
from gateway.openapi import codes
from gateway.table import Route

PROBLEM_MEDIA = "application/problem+json"
_SCHEMA = {"$ref": "#/components/schemas/ProblemDocument"}

_NAMES: Mapping[str, tuple[str, str]] = {
    "400": ("BadRequest", "Запрос не разобран"),
    "401": ("Unauthenticated", "Требуется вход"),
    "403": ("NotPermitted", "Действие не разрешено"),
    "404": ("NotFound", "Не найдено"),
    "409": ("Conflict", "Нарушено правило или запись уже есть"),
    "408": ("TooSlow", "Тело запроса приходило слишком долго"),
    "412": ("StaleVersion", "Запись изменилась: ETag в If-Match устарел"),
    "413": ("BodyTooLarge", "Слишком большое тело запроса"),
    "422": ("Invalid", "Запрос заполнен неверно; поля перечислены в errors"),
    "428": ("IfMatchRequired", "Нужен заголовок If-Match"),
    "429": ("TooManyRequests", "Слишком много запросов: повторите позже"),
    "503": ("Unavailable", "Временно недоступно; у изменения результат может быть неизвестен"),
    "504": ("DeadlineExceeded", "Сервис не ответил вовремя; у изменения результат неизвестен"),
}
_SHOWN = {"404": "institution-unknown", "409": "already-exists", "422": "invalid", "503": "service-unreachable"}
_OF_CHANGES = ("409", "412", "428")


def components() -> dict[str, Any]:
    """Return the responses that operations refer to."""
    headers: dict[str, dict[str, Any]] = {
        "401": {"WWW-Authenticate": {"$ref": "#/components/headers/WWWAuthenticate"}},
        "429": {
            "Retry-After": {"$ref": "#/components/headers/RetryAfter"},
            "RateLimit-Limit": {"$ref": "#/components/headers/RateLimitLimit"},
            "RateLimit-Remaining": {"$ref": "#/components/headers/RateLimitRemaining"},
            "RateLimit-Reset": {"$ref": "#/components/headers/RateLimitReset"},
            "RateLimit-Policy": {"$ref": "#/components/headers/RateLimitPolicy"},
        },
        "503": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}},
    }
    request_id = {"X-Request-Id": {"$ref": "#/components/headers/XRequestId"}}
    return {
        name: {
            "description": description,
            "headers": request_id | headers.get(status, {}),
            "content": {PROBLEM_MEDIA: {"schema": _SCHEMA, "example": example(status)}},
        }
        for status, (name, description) in _NAMES.items()
    }


def example(status: str) -> dict[str, Any]:
    """Return the first problem of a status as a client meets it."""
    code = _SHOWN.get(status) or codes.by_status(list(codes.catalogue())).get(status, ["internal"])[0]
    told = codes.catalogue()[code]
    shown = {
        "type": TYPE_ROOT + code,
        "title": told["title"]["ru"],
        "status": int(status),
        "detail": told["detail"]["ru"],
    }
    field = {"field": "body.inn", "message": "Контрольная сумма не сходится"}
    return {**shown, "instance": "/v1/institutions", **({"errors": [field]} if status == "422" else {})}


def schemas() -> dict[str, Any]:
    """Return the schema of a problem document, and the known values of its `type`: a list that may grow."""
    document = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    known = {
        "type": "string",
        "title": "ProblemType",
        "description": "Известные коды; список растёт, незнакомый код понимайте по статусу. Каталог: /docs/problems",
        "enum": [TYPE_ROOT + code for code in codes.catalogue()],
    }
    return {"ProblemDocument": document, "ProblemType": known}


def listed(operation: Mapping[str, Any], route: Route) -> codes.Codes:
    """Return the codes of an operation by status."""
    every = [*codes.of_service(route), *codes.of_gateway(route, operation)]
    return {
        status: known for status, known in codes.by_status(every).items() if status not in _impossible(operation, route)
    }


def refusals(operation: Mapping[str, Any], route: Route) -> dict[str, Any]:
    """Return the refusals that clients of an operation meet, the gateway's own among them.

    Services document every refusal for every operation; what cannot happen is left out: versions where no If-Match is
    taken, changes where nothing is changed, a status that no code of the operation has.
    """
    stated = {status: answer for status, answer in operation.get("responses", {}).items() if status[0] in "45"}
    known = listed(operation, route).keys()
    if codes.is_walked(route):
        kept = {status for status, answer in stated.items() if status in known or _otherwise(answer)}
    else:
        kept = set(stated)
    possible = (kept | known) - _impossible(operation, route)
    return {status: _answer(status, stated.get(status, {})) for status in sorted(possible)}


def _impossible(operation: Mapping[str, Any], route: Route) -> set[str]:
    conditional = any(parameter.get("name") == "If-Match" for parameter in operation.get("parameters", ()))
    return set(_OF_CHANGES) if route.method == "GET" else set() if conditional else {"428"}


def _answer(status: str, stated: Mapping[str, Any]) -> dict[str, Any]:
    usual = RESPONSES.get(int(status), {}).get("description")
    if status in _NAMES and stated.get("description", usual) == usual:
        return {"$ref": f"#/components/responses/{_NAMES[status][0]}"}
    problem = {"schema": _SCHEMA, "example": example(status)}
    described = stated.get("description", "Отказ")
    return {"description": described, "content": _otherwise(stated) | {PROBLEM_MEDIA: problem}}


def _otherwise(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a service refuses with instead of a problem document: pages, the words of OAuth."""
    content = stated.get("content", {})
    return {
        media: told
        for media, told in content.items()
        if media != PROBLEM_MEDIA and told.get("schema", _SCHEMA) != _SCHEMA
    }
