"""Which problems an operation can answer with: what its service's code reaches, and what the gateway adds to that.

`refusals.json` is written by `make api`, which walks the code; a test compares.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from gateway.table import OWN, Route

Codes = Mapping[str, Sequence[str]]
"""Status → codes, both in order."""


@cache
def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """Return code → status, title, detail, who says it."""
    problems: Mapping[str, Mapping[str, Any]] = _kept()["problems"]
    return problems


@cache
def _kept() -> Mapping[str, Any]:
    kept: Mapping[str, Any] = json.loads((files("gateway") / "openapi" / "refusals.json").read_text(encoding="utf-8"))
    return kept


def is_walked(route: Route) -> bool:
    """Tell whether it is known what the code of an operation reaches."""
    return f"{route.method} {route.path}" in _kept()["operations"]


def of_service(route: Route) -> Sequence[str]:
    """Return the codes of the service itself."""
    reached: Sequence[str] = _kept()["operations"].get(f"{route.method} {route.path}", ())
    return reached


def of_gateway(route: Route, operation: Mapping[str, Any]) -> Iterator[str]:
    """Yield the codes that the gateway and the frame of every service add."""
    yield from ("bad-query", "bad-header", "too-many-requests")
    if route.parameters:  # a value that no record could have
        yield from ("bad-path", "no-such-address")
    if route.limits.seconds is not None:
        yield from ("bad-timeout", "deadline-exceeded")
    if not route.anonymous:
        yield from ("two-credentials", "unauthenticated", "api-key-refused", "insufficient-scope", "keys-unavailable")
    if route.roles:
        yield "not-for-you"
    if route.limits.rate == "stream":
        yield "too-many-streams"
    if route.limits.body_bytes:
        yield from ("bad-request", "body-too-large", "slow-request")
    if route.upstream != OWN:
        yield from ("service-unreachable", "service-failing", "service-busy", "answer-lost", "store-unavailable")
    yield from _of_input(route, operation)


def _of_input(route: Route, operation: Mapping[str, Any]) -> Iterator[str]:
    named = {parameter["name"] for parameter in operation.get("parameters", ())}
    if route.method == "GET":
        named.discard("Idempotency-Key")
    if named or operation.get("requestBody"):
        yield "invalid"
    if operation.get("requestBody"):
        yield "http-400"
    if route.method != "GET":
        yield "outcome-unknown"
        if "Idempotency-Key" in named:
            yield "idempotency-key-reused"


def by_status(codes: Iterator[str] | Sequence[str]) -> Codes:
    """Return known codes by the status they are answered with."""
    found: dict[str, list[str]] = {}
    for code in sorted(set(codes) & catalogue().keys()):
        found.setdefault(str(catalogue()[code]["status"]), []).append(code)
    return dict(sorted(found.items()))


def in_words(route: Route, operation: Mapping[str, Any], possible: Collection[str]) -> str:
    """Return the paragraph about an operation's own refusals, of the statuses that it can really answer with.

    Those of every operation are told in the catalogue.
    """
    codes = by_status(sorted(set(of_service(route)) - set(of_gateway(route, operation))))
    own = [f"{status} {_linked(known)}" for status, known in codes.items() if status in possible]
    return f"Отказы: {'; '.join(own)}." if own else ""


def _linked(codes: Sequence[str]) -> str:
    return ", ".join(f"[`{code}`](/docs/problems#{code})" for code in codes)
