"""Which refusals an operation can answer with: what the code of its route reaches, and what docstrings say it raises.

More than will happen rather than less: a refusal that is named on the way counts, whether it is raised there or caught.
"""

import builtins
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, get_args

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from chassis.errors import DomainError
from chassis.problem import Problem
from gateway.limits.refusals import too_many_requests, too_many_streams
from gateway.refusals import method_not_allowed
from registry.attempts.handlers import too_many_attempts

HOUSE = frozenset({"chassis", "registry", "expertise", "transfer", "reporting", "gateway"})
MADE: Mapping[Callable[..., Problem], Callable[[], Problem]] = {
    too_many_requests: lambda: too_many_requests("subject", 17),
    too_many_streams: lambda: too_many_streams(6),
    too_many_attempts: lambda: too_many_attempts(seconds=900),
    method_not_allowed: lambda: method_not_allowed("GET"),
}
"""Refusals that are made anew each time, and one of each."""
RELAYED: Mapping[str, str] = {
    "GET /v1/institutions/{institution_id}/overview": "GET /v1/institutions/{institution_id}",
    "GET /v1/projects/{project_id}/timeline": "GET /v1/projects/{project_id}",
    "GET /v1/integrations/{integration_id}/overview": "GET /v1/integrations/{integration_id}",
}
"""Composites that answer with the refusal of the record they are about."""
_RAISES = re.compile(r"[Rr]aises:? (.*?)(?:\.\s|\.$|\n\n|$)", re.DOTALL)
_NAME = re.compile(r"\b([A-Z][A-Za-z]+|[A-Z][A-Z_]+)\b")
Refusal = type[DomainError] | Problem


def operations(routers: Iterable[APIRouter]) -> Iterator[tuple[str, APIRoute]]:
    """Yield `METHOD /path` and the route of every documented operation."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute) and route.include_in_schema:
                for method in sorted(route.methods or ()):
                    yield f"{method} {route.path}", route


def codes(route: APIRoute) -> set[str]:
    """Return the codes that a route can answer with."""
    walk = Walk()
    for call in _calls(route.dependant):
        walk.enter(call)
    return {refusal.code for refusal in walk.found}


def _calls(dependant: Dependant) -> Iterator[Any]:
    if dependant.call is not None:
        yield dependant.call
    for further in dependant.dependencies:
        yield from _calls(further)


def _is_a_kind(refusal: Refusal) -> bool:
    return isinstance(refusal, type) and "code" not in dir(refusal)


class Walk:
    """Goes from function to function by the names that their code uses."""

    def __init__(self) -> None:
        self.found: list[Refusal] = []
        self._seen: set[int] = set()

    def enter(self, thing: Any, names: frozenset[str] = frozenset()) -> None:
        """Follow whatever a name stands for; of an object or a class only the methods that are named."""
        if isinstance(thing, Problem) or (inspect.isclass(thing) and issubclass(thing, DomainError)):
            self._find(thing)
        elif isinstance(thing, MethodType):
            self.enter(thing.__func__)
        elif isinstance(thing, FunctionType):
            self._function(inspect.unwrap(thing))
        elif inspect.isclass(thing):
            self._methods(thing, names)
        elif _of_the_house(type(thing)):
            used = self._methods(type(thing), names)
            for name, value in getattr(thing, "__dict__", {}).items():
                if name in used and isinstance(value, FunctionType | type):
                    self.enter(value)

    def _find(self, refusal: Refusal) -> None:
        if refusal not in self.found and not _is_a_kind(refusal):
            self.found.append(refusal)

    def _function(self, function: FunctionType) -> None:
        if id(function) in self._seen or not _of_the_house(function):
            return
        self._seen.add(id(function))
        if function in MADE:
            self._find(MADE[function]())
        names, words = _names(function.__code__), function.__globals__
        used = [words[name] for name in names if name in words]
        cells = [cell.cell_contents for cell in function.__closure__ or ()]
        for thing in [*used, *cells, *_annotated(function)]:
            if isinstance(thing, ModuleType):
                for name in names & vars(thing).keys():
                    self.enter(vars(thing)[name], names)
            else:
                self.enter(thing, names)
        self._docstring(function, words)

    def _methods(self, kind: type, names: frozenset[str]) -> frozenset[str]:
        """Enter the named methods and those they call on themselves; return every name that they use."""
        used, wanted = frozenset[str](), names | {"__call__", "__post_init__"}
        members = {
            name: member
            for owner in reversed(kind.__mro__)
            if _of_the_house(owner)
            for name, member in vars(owner).items()
        }
        while called := wanted & members.keys():
            for name in called:
                member = members.pop(name)
                function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
                if isinstance(function, FunctionType):
                    self._function(function)
                    used |= _names(function.__code__)
            wanted |= used
        return used

    def _docstring(self, function: FunctionType, words: Mapping[str, Any]) -> None:
        for sentence in _RAISES.findall(function.__doc__ or ""):
            for name in _NAME.findall(sentence):
                if name not in vars(builtins):
                    self.enter(words.get(name) or _named(function.__module__.partition(".")[0], name))


def _names(code: CodeType) -> frozenset[str]:
    inner = [_names(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return frozenset(code.co_names).union(*inner)


def _annotated(function: FunctionType) -> Iterator[Any]:
    for annotation in inspect.get_annotations(function).values():
        for part in (annotation, *get_args(annotation)):
            if inspect.isclass(part) and _of_the_house(part) and not hasattr(part, "model_fields"):
                yield part


def _of_the_house(thing: Any) -> bool:
    return str(getattr(thing, "__module__", "")).partition(".")[0] in HOUSE


def _named(package: str, name: str) -> Any:
    waiting: list[type[DomainError]] = [DomainError]
    while waiting:
        kind = waiting.pop()
        if kind.__name__ == name and kind.__module__.partition(".")[0] in (package, "chassis"):
            return kind
        waiting += kind.__subclasses__()
    return None
