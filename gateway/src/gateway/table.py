"""The route table: nothing passes that it does not list. Its rows are in `routes.txt`."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Literal

from gateway.refusals import NO_ROUTE, method_not_allowed

_SEGMENT = re.compile(r"[0-9A-Za-z._~-]{1,128}")
_TEMPLATE = re.compile(r"(/([a-z0-9.-]+|\{[a-z_]+\}))+")
_KIB, _MIB = 1024, 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteClass:
    """What a route may take."""

    name: str
    seconds: float
    """From the request's head to the last byte of the answer."""
    body_bytes: int
    retry: Literal["always", "keyed", "never"]
    """When a request that could not be sent is sent once more; `keyed`: with an Idempotency-Key."""


CLASSES = (
    RouteClass(name="read", seconds=15, body_bytes=0, retry="always"),
    RouteClass(name="write", seconds=20, body_bytes=_MIB, retry="keyed"),
    RouteClass(name="sign-in", seconds=15, body_bytes=16 * _KIB, retry="never"),
    RouteClass(name="upload", seconds=600, body_bytes=101 * _MIB, retry="keyed"),
    RouteClass(name="download", seconds=600, body_bytes=0, retry="always"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One row of the table."""

    method: str
    path: str
    """The template; the name is what `chassis.telemetry` reads for logs and metrics."""
    upstream: str
    limits: RouteClass
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A row and the path to ask the service for, made of the template and checked parameters."""

    route: Route
    path: str


@dataclass(slots=True)
class _Node:
    literals: "dict[str, _Node]" = field(default_factory=dict)
    parameter: "_Node | None" = None
    routes: dict[str, Route] = field(default_factory=dict)

    def child(self, segment: str) -> "_Node":
        if not segment.startswith("{"):
            return self.literals.setdefault(segment, _Node())
        if self.parameter is None:
            self.parameter = _Node()
        return self.parameter

    def find(self, segments: Sequence[str]) -> "Iterator[_Node]":
        """Yield the nodes that fit, literal segments before parameters."""
        if not segments:
            yield self
            return
        first, rest = segments[0], segments[1:]
        if first in self.literals:
            yield from self.literals[first].find(rest)
        if self.parameter is not None and _SEGMENT.fullmatch(first):
            yield from self.parameter.find(rest)


class Table:
    """Finds the row of a request."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Raises ValueError for two rows that the same request would fit."""
        self.routes = tuple(routes)
        self._root = _Node()
        for route in self.routes:
            node = self._root
            for segment in _segments(route.path):
                node = node.child(segment)
            if route.method in node.routes:
                raise ValueError(f"{route.method} {route.path} is listed twice")
            node.routes[route.method] = route

    def match(self, method: str, path: str) -> Match:
        """Return the row of a request whose raw path has been checked. Raises `NO_ROUTE`, 405 with `Allow`."""
        segments = _segments(path)
        fitting = list(self._root.find(segments))
        for node in fitting:
            if method in node.routes:
                return _matched(node.routes[method], segments)
        allowed = sorted({known for node in fitting for known in node.routes})
        raise method_not_allowed(", ".join(allowed)) if allowed else NO_ROUTE


def _segments(path: str) -> list[str]:
    return path.split("/")[1:]


def _matched(route: Route, segments: Sequence[str]) -> Match:
    named = _segments(route.path)
    made = (given if name.startswith("{") else name for name, given in zip(named, segments, strict=True))
    return Match(route, "/" + "/".join(made))


def read_rows(text: str, classes: Iterable[RouteClass] = CLASSES) -> Iterator[Route]:
    """Read rows of the form `GET /v1/things/{thing_id} read [anonymous]` under a `[service]` line.

    Raises ValueError for a row of another form.
    """
    known = {limits.name: limits for limits in classes}
    upstream = ""
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if len(words) == 1 and (service := re.fullmatch(r"\[([a-z]+)\]", words[0])):
            upstream = service[1]
        elif words:
            yield _row(upstream, words, known)


def _row(upstream: str, words: Sequence[str], known: Mapping[str, RouteClass]) -> Route:
    method, path, name, *access = words if len(words) > 2 else (*words, "", "")
    if not (upstream and _TEMPLATE.fullmatch(path) and name in known and access in ([], ["anonymous"])):
        raise ValueError(f"not a row of the route table: {' '.join(words)}")
    return Route(method=method, path=path, upstream=upstream, limits=known[name], anonymous=bool(access))


def listed() -> Table:
    """Return the table that the gateway serves."""
    return Table(read_rows((files("gateway") / "routes.txt").read_text(encoding="utf-8")))
