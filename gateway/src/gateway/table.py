"""The route table: nothing passes that it does not list. Its rows are in `routes.txt`."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from importlib.resources import files
from operator import itemgetter
from typing import Any, Literal

from gateway.refusals import NO_ROUTE, method_not_allowed

_SEGMENT = re.compile(r"(?!\.{1,2}$)[0-9A-Za-z._~-]{1,128}")
"""What a parameter may be: nothing that any reader decodes, splits or shortens."""
_TEMPLATE = re.compile(r"(/([a-z0-9.-]+|\{[a-z_]+\}))+")
_KIB, _MIB = 1024, 1024 * 1024
_NOTHING: Mapping[Any, Any] = {}
_MOST_KNOWN = 4096
"""Addresses remembered with the rows that they fit: screens ask for the same few again and again."""
_Literals = Callable[[Sequence[str]], Any]


Cache = Literal["no-store", "revalidate", "public"]
OWN = "gateway"
"""The section of the gateway's own API routes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteClass:
    """What a route may take."""

    name: str
    seconds: float | None
    """From the request's head to the last byte of the answer; None: as long as both sides like."""
    body_bytes: int
    retry: Literal["always", "keyed", "never"]
    """When a request may be sent once more; `keyed`: with an Idempotency-Key."""
    rate: str = "read"
    """The rate class, see `gateway.limits.policies`."""
    cache: Cache = "no-store"
    """What the client may keep of an answer unless the service says otherwise."""


CLASSES = (
    RouteClass(name="read", seconds=15, body_bytes=0, retry="always", cache="revalidate"),
    RouteClass(name="screen", seconds=15, body_bytes=0, retry="always", rate="screen", cache="revalidate"),
    RouteClass(name="personal", seconds=15, body_bytes=0, retry="always"),
    RouteClass(name="write", seconds=20, body_bytes=_MIB, retry="keyed", rate="write"),
    RouteClass(name="sign-in", seconds=15, body_bytes=16 * _KIB, retry="never", rate="sign-in"),
    RouteClass(name="token", seconds=15, body_bytes=16 * _KIB, retry="never", rate="token"),
    RouteClass(name="keys", seconds=15, body_bytes=0, retry="always", cache="public"),
    RouteClass(name="upload", seconds=600, body_bytes=101 * _MIB, retry="keyed", rate="upload"),
    RouteClass(name="download", seconds=600, body_bytes=0, retry="always", rate="download", cache="revalidate"),
    RouteClass(name="stream", seconds=None, body_bytes=0, retry="never", rate="stream"),
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
    page: bool = False
    """The service answers with pages for people, and says itself what a page may do."""
    roles: frozenset[str] = frozenset()
    """Platform roles of which the caller needs one; none named: any caller."""
    scope: str = ""
    """What the caller's token must be allowed; empty: nothing in particular."""
    enough: str = ""
    """What a token that tells scopes may be allowed instead of `api.read` or `api.write`."""
    deprecated: date | None = None
    sunset: date | None = None
    """When the address stops to answer."""
    parameters: tuple[int, ...] = field(init=False, compare=False)
    """Which segments of the template are parameters."""
    notices: Sequence[tuple[bytes, bytes]] = field(init=False, compare=False)
    """What every answer says of the end of this address: RFC 9745, RFC 8594."""

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that the row answers: who may read may ask for the head alone (RFC 9110 §9.3.2).

        Not of a stream: it has neither length nor ETag, and to learn that it is there one would have to be opened.
        """
        return ("GET", "HEAD") if self.method == "GET" and self.limits.seconds is not None else (self.method,)

    def __post_init__(self) -> None:
        """Work out what no request should have to."""
        segments = enumerate(_segments(self.path))
        places = tuple(place for place, segment in segments if segment.startswith("{"))
        object.__setattr__(self, "parameters", places)
        object.__setattr__(self, "notices", tuple(_notices(self.deprecated, self.sunset)))


_Shape = tuple[_Literals, dict[Any, Route]]
"""What picks the literal segments of a path, and the rows by these."""


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
        self._plain: dict[tuple[str, str], Match] = {}
        self._known: dict[tuple[str, str], Match] = {}
        """What was found before, `_plain` at first."""
        self._shapes: dict[tuple[str, int], dict[tuple[int, ...], _Shape]] = {}
        for route in self.routes:
            node = self._root
            for segment in _segments(route.path):
                node = node.child(segment)
            for method in route.methods:
                if method in node.routes:
                    raise ValueError(f"{method} {route.path} is listed twice")
                node.routes[method] = route
                self._keep(method, route)
        self._known |= self._plain

    def _keep(self, method: str, route: Route) -> None:
        if "{" not in route.path:
            self._plain[method, route.path] = Match(route, route.path)
            return
        segments = _segments(route.path)
        shape = tuple(place for place, segment in enumerate(segments) if not segment.startswith("{"))
        shapes = self._shapes.setdefault((method, len(segments)), {})
        literals, rows = shapes.setdefault(shape, (_literals(shape), {}))
        rows[literals(segments)] = route
        self._shapes[method, len(segments)] = dict(sorted(shapes.items()))  # the earlier literals first

    def find(self, method: str, path: str) -> Match | None:
        """Return the row of a request, if there is one; its raw path needs no check before.

        What is found was made of a template's own segments and of parameters that are plain names: there is nothing in
        it that two readers could understand differently.
        """
        known = self._known.get((method, path))
        if known is None and (known := self._found(method, path)) is not None:
            if len(self._known) >= _MOST_KNOWN:
                self._known = dict(self._plain)
            self._known[method, path] = known
        return known

    def _found(self, method: str, path: str) -> Match | None:
        segments = path.split("/")[1:]
        for literals, rows in self._shapes.get((method, len(segments)), _NOTHING).values():
            route = rows.get(literals(segments))
            # a list: a generator costs more than the one or two parameters there are
            if route is not None and None not in [_SEGMENT.fullmatch(segments[place]) for place in route.parameters]:
                return Match(route, path)
        return None

    def match(self, method: str, path: str) -> Match:
        """Return the row of a request. Raises `NO_ROUTE`, 405 with `Allow`."""
        found = self.find(method, path)
        if found is None:
            raise method_not_allowed(", ".join(self.methods(path)))
        return found

    def methods(self, path: str) -> list[str]:
        """Return the methods that a checked raw path has. Raises `NO_ROUTE`."""
        allowed = _methods(self._root.find(_segments(path)))
        if not allowed:
            raise NO_ROUTE
        return allowed


def _literals(places: Sequence[int]) -> _Literals:
    """Return what picks the literal segments out of all."""
    return itemgetter(*places) if places else lambda _: ()


def _methods(nodes: Iterable[_Node]) -> list[str]:
    return sorted({known for node in nodes for known in node.routes})


def _segments(path: str) -> list[str]:
    return path.split("/")[1:]


def _notices(deprecated: date | None, sunset: date | None) -> Iterator[tuple[bytes, bytes]]:
    if deprecated:
        yield b"deprecation", b"@%d" % _midnight(deprecated).timestamp()
    if sunset:
        yield b"sunset", format_datetime(_midnight(sunset), usegmt=True).encode("ascii")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def read_rows(text: str, classes: Iterable[RouteClass] = CLASSES) -> Iterator[Route]:
    """Read rows under a `[service]` line; `[gateway]` lists the gateway's own routes.

        GET /v1/things/{thing_id} read [anonymous | role=curator,official | scope=things] [or=things.read] [page]
            [deprecated=2027-01-31] [sunset=2027-07-31]

    (in one line). Raises ValueError for a row of another form.
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
    method, path, name, *rest = words if len(words) > 2 else (*words, "", "")
    try:
        told = _told(rest)
    except (ValueError, KeyError):
        told = None
    if told is None or not (upstream and _TEMPLATE.fullmatch(path) and name in known):
        raise ValueError(f"not a row of the route table: {' '.join(words)}")
    return Route(method=method, path=path, upstream=upstream, limits=known[name], **told)


def _told(rest: Sequence[str]) -> dict[str, Any]:
    """Return what a row says beyond its class. Raises ValueError, KeyError for words that mean nothing here."""
    told = dict(_WORDS[word.partition("=")[0]](word.partition("=")[2]) for word in rest)
    access = {"anonymous", "roles", "scope", "enough"} & told.keys()
    if len(told) < len(rest) or ("anonymous" in access and len(access) > 1):
        raise ValueError("said twice, or against itself")
    return told


def _named(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9:._-]*", value):
        raise ValueError("not a name")
    return value


def _plain(name: str) -> Callable[[str], tuple[str, Any]]:
    def said(value: str) -> tuple[str, Any]:
        if value:
            raise ValueError("takes no value")
        return name, True

    return said


_WORDS: Mapping[str, Callable[[str], tuple[str, Any]]] = {
    "anonymous": _plain("anonymous"),
    "page": _plain("page"),
    "role": lambda value: ("roles", frozenset(_named(role) for role in value.split(","))),
    "scope": lambda value: ("scope", _named(value)),
    "or": lambda value: ("enough", _named(value)),
    "deprecated": lambda value: ("deprecated", date.fromisoformat(value)),
    "sunset": lambda value: ("sunset", date.fromisoformat(value)),
}


def listed() -> Table:
    """Return the table that the gateway serves."""
    return Table(read_rows((files("gateway") / "routes.txt").read_text(encoding="utf-8")))
