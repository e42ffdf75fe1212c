"""Compare the route table with what the services document (OWASP API9: nothing is open that is not listed)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gateway.table import CLASSES, Route

_METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
_LIMITS = {limits.name: limits for limits in CLASSES}
_NARROW = frozenset({"sign-in", "token"})
"""Whatever they are for: they take next to no body and few requests."""
_FITTING = {
    "read": _NARROW | {"read", "screen", "personal", "keys"},
    "download": _NARROW | {"download"},
    "stream": frozenset({"stream"}),
    "write": _NARROW | {"write"},
    "upload": _NARROW | {"upload"},
}
"""The classes that a row may have for what the service documents."""


def documented(service: str, document: Mapping[str, Any]) -> Iterator[Route]:
    """Yield the rows that a service's document calls for."""
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                limits, anonymous = _LIMITS[_kind(method, item[method])], not item[method].get("security")
                yield Route(method=method.upper(), path=path, upstream=service, limits=limits, anonymous=anonymous)


def difference(table: Iterable[Route], documents: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return a line for each row to add (+) or to remove (-); a row that differs in access or takes more comes as both.

    A service without a document is not compared.
    """
    listed = {_identity(route): route for route in table if route.upstream in documents}
    wanted = {
        _identity(route): route for service, document in documents.items() for route in documented(service, document)
    }
    both = wanted.keys() & listed.keys()
    unfit = {key for key in both if listed[key].limits.name not in _FITTING[wanted[key].limits.name]}
    missing = [f"+ {_line(wanted[key])}" for key in wanted.keys() - listed.keys() | unfit]
    gone = [f"- {_line(listed[key])}" for key in listed.keys() - wanted.keys() | unfit]
    return sorted(missing + gone, key=lambda line: line[2:])


def _identity(route: Route) -> tuple[str, str, str, bool]:
    return route.upstream, route.path, route.method, route.anonymous


def _line(route: Route) -> str:
    access = " anonymous" if route.anonymous else ""
    return f"[{route.upstream}] {route.method:<6} {route.path} {route.limits.name}{access}"


def _kind(method: str, operation: Mapping[str, Any]) -> str:
    taken = operation.get("requestBody", {}).get("content", {})
    if any(media != "application/json" for media in taken):
        return "upload"
    given = operation.get("responses", {}).get("200", {}).get("content", {})
    if "text/event-stream" in given:
        return "stream"
    if method == "get":
        return "download" if any(media != "application/json" for media in given) else "read"
    return "write"
