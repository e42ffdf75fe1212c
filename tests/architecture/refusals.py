"""What every refusal owes to clients and to people."""

import ast
import dataclasses
import importlib
import pkgutil
import re
import string
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from chassis.errors import DomainError, Words
from chassis.problem import STATUS, Problem

CODE = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
CYRILLIC = re.compile(r"[А-Яа-яЁё]")


def import_all(packages: Iterable[str]) -> None:
    """Import every module of the packages, except their command lines."""
    for package in packages:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def refusals(packages: Iterable[str], kind: type[DomainError] = DomainError) -> list[type[DomainError]]:
    """Return the refusals that modules of the packages define; the five kinds themselves are none."""
    found: dict[type[DomainError], None] = {}
    for subclass in kind.__subclasses__():
        found |= dict.fromkeys((subclass, *refusals(packages, subclass)))
    return [each for each in found if _package(each) in packages and each not in _kinds()]


def _kinds() -> set[type[DomainError]]:
    return {kind for kind in STATUS if kind.__bases__ == (DomainError,)}


def faults(refusal: type[DomainError]) -> list[str]:
    """Say what a refusal lacks."""
    name = f"{refusal.__module__}.{refusal.__name__}"
    found = (
        [] if any(issubclass(refusal, kind) for kind in STATUS) else ["is of none of the five kinds: no HTTP status"]
    )
    if "__eq__" in vars(refusal):
        found.append("is compared by its fields: write @dataclass(eq=False, kw_only=True)")
    if not CODE.match(getattr(refusal, "code", "")):
        found.append("has no code in kebab-case")
    for part in ("title", "detail"):
        words = getattr(refusal, part, None)
        found += _wording(part, words) if isinstance(words, Words) else [f"has no {part} in two languages"]
        found += _places(refusal, part, words) if isinstance(words, Words) else []
        found += _dates(refusal, part, words) if isinstance(words, Words) else []
    return [f"{name} {fault}" for fault in found]


def _wording(part: str, words: Words) -> list[str]:
    found = [] if CYRILLIC.search(words.ru) else [f"has no Russian {part}"]
    plain = re.sub(r"[«„][^»“]*[»“]|\([^)]*\)", "", words.en)  # a quoted Russian term is no Russian text
    return found if words.en and not CYRILLIC.search(plain) else [*found, f"has no English {part}"]


def _places(refusal: type[DomainError], part: str, words: Words) -> list[str]:
    known = {field.name for field in dataclasses.fields(refusal)}
    named = {name for text in words for _, name, _, _ in string.Formatter().parse(text) if name}
    roots = {re.split(r"[.\[]", name)[0] for name in named}
    return [f"names {{{place}}} in its {part} and has no such field" for place in sorted(roots - known)]


def _dates(refusal: type[DomainError], part: str, words: Words) -> list[str]:
    days = {field.name for field in dataclasses.fields(refusal) if "date" in re.split(r"\W+", str(field.type))}
    # %Y writes the year 218 in three digits, so a slip such as 0218 is told in two parts
    text = re.sub(r"\{(\w+):%d\.%m\}\.\{\1\.year:04\}", r"{\1:%d.%m.%Y}", words.ru)
    told = [(name, form) for _, name, form, _ in string.Formatter().parse(text) if name in days]
    return [f"tells {{{name}}} in its {part} not as 25.12.2019" for name, form in told if form != "%d.%m.%Y"]


def shared_codes(found: Iterable[type[DomainError]]) -> list[str]:
    """Report a code that two refusals of one package bear, or two packages with different titles."""
    by_code = defaultdict(list)
    for refusal in found:
        by_code[getattr(refusal, "code", "")].append(refusal)
    return [
        f"{code}: {one.__module__}.{one.__name__} and {other.__module__}.{other.__name__}"
        for code, bearers in by_code.items()
        for one, other in pairwise(bearers)
        if _package(one) == _package(other) or one.title.ru != other.title.ru
    ]


def _package(refusal: type[DomainError]) -> str:
    return refusal.__module__.partition(".")[0]


def problems(packages: Iterable[str]) -> dict[str, Problem]:
    """Return the refusals of the HTTP doors, by the dotted name they are kept under."""
    return {
        f"{module}.{name}": value
        for module in sorted(_modules(packages))
        for name, value in vars(importlib.import_module(module)).items()
        if isinstance(value, Problem)
    }


def _modules(packages: Iterable[str]) -> set[str]:
    return {
        module.name
        for package in packages
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}.")
        if not module.name.endswith("__main__")
    }


def never_told(names: Iterable[str], files: Iterable[Iterable[ast.AST]]) -> list[str]:
    """Report a refusal that the catalogue promises and of which nothing in the files speaks but its own definition."""
    nodes = [node for file in files for node in file]
    read = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    read |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return sorted({name for name in names if name.rpartition(".")[2] not in read})
