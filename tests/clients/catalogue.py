"""Every problem that clients can be answered, and which operation answers which: `gateway/openapi/refusals.json`."""

import json
import re
import string
from collections.abc import Iterator, Mapping
from typing import Any

from tests.architecture.refusals import import_all, problems, refusals
from tests.architecture.sources import PROJECT, SERVICES, production
from tests.clients.answers import MADE, RELAYED, codes, operations
from tests.clients.documents import routers

from chassis.errors import DomainError, Words
from chassis.problem import HTTP_WORDS, Problem, status_of

KEPT = PROJECT / "gateway" / "src" / "gateway" / "openapi" / "refusals.json"
COMMAND = "make api"
_OF_FASTAPI = 400
"""A body that is no JSON; other plain refusals of FastAPI do not pass the gateway's own checks."""


def catalogue() -> dict[str, Any]:
    """Return the catalogue as it is kept: code → problem, operation → codes.

    Raises ValueError for a code that stands for two statuses.
    """
    said = {(owner, name): codes(route) for owner, every in routers() for name, route in operations(every)}
    answered = {name: found for (_, name), found in said.items()}
    for composite, record in RELAYED.items():
        answered[composite] = answered[composite] | answered[record]
    found: dict[str, dict[str, Any]] = {}
    for owner, code, told in _everything({(owner, code) for (owner, _), every in said.items() for code in every}):
        known = found.setdefault(code, {**told, "of": []})
        if known["status"] != told["status"]:
            raise ValueError(f"{code} is answered with {known['status']} and {told['status']}")
        if owner not in known["of"]:
            known["of"].append(owner)
    return {
        "problems": dict(sorted(found.items())),
        "operations": {name: sorted(answered[name]) for name in sorted(answered)},
    }


def _everything(answered: set[tuple[str, str]]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield who says what; a service's refusal that no operation reaches is told on the bus alone, to nobody here."""
    packages = ("chassis", *SERVICES)
    import_all(packages)
    for kind in sorted(refusals(packages), key=lambda kind: (kind.__module__, kind.__qualname__)):
        owner = kind.__module__.partition(".")[0]
        if owner == "chassis" or (owner, kind.code) in answered:
            yield owner, kind.code, _told(_status(kind), kind.title, kind.detail)
    kept = problems(("chassis", *SERVICES, "gateway")).items()
    made = {f"{make.__module__}.{make.__name__}": example() for make, example in MADE.items()}
    for name, problem in [*sorted(kept, key=_chassis_first), *made.items()]:
        yield name.partition(".")[0], problem.code, _told(problem.status, problem.title, problem.detail)
    yield "chassis", f"http-{_OF_FASTAPI}", _told(_OF_FASTAPI, *HTTP_WORDS[_OF_FASTAPI])


def _chassis_first(named: tuple[str, Problem]) -> tuple[bool, str]:
    return not named[0].startswith("chassis."), named[0]


def _status(kind: type[DomainError]) -> int:
    return status_of(kind.__new__(kind))


def _told(status: int, title: Words, detail: Words) -> dict[str, Any]:
    return {"status": status, "title": _both(title), "detail": _both(detail)}


def _both(words: Words) -> Mapping[str, str]:
    return {"ru": _plain(words.ru), "en": _plain(words.en)}


def _plain(text: str) -> str:
    """Return a text with an ellipsis where each answer says something of its own."""
    return "".join(part + ("" if name is None else "…") for part, name, _, _ in string.Formatter().parse(text))


def written_codes() -> set[str]:
    """Return every code of a refusal of the doors in the sources: one made in a new way is not forgotten."""
    pattern = r'\bProblem\(\s*\d{3},\s*"([a-z0-9-]+)"'
    return {code for source in production(PROJECT) for code in re.findall(pattern, source.text)}


def as_kept() -> str:
    """Return the text of the file."""
    return json.dumps(catalogue(), ensure_ascii=False, indent=1) + "\n"
