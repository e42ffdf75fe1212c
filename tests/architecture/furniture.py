"""What may stand in the house, and how large it may be."""

import ast
import io
import tokenize
import tomllib
from pathlib import Path

from tests.architecture.sources import SERVICES, everything, production, services, tests

SERVICE = {"__init__", "__main__", "routers", "settings", "wiring"}
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc", "service"}
FILE_LINES, CHASSIS_FILE_LINES, FUNCTION_LINES = 300, 160, 45
CHASSIS_BUDGET = 1300
"""Lines of code, as docs/decisions/0002 defines them."""


def rooms_are_not_nested(root: Path) -> list[str]:
    """Report a package inside a room."""
    return [f"{source.path}: a room inside a room" for source in services(root) if "." in source.room]


def services_have_the_same_front(root: Path) -> list[str]:
    """Report a present service without one of the files that every service has."""
    present = [service for service in SERVICES if (root / "services" / service).exists()]
    wanted = [Path("services") / name / "src" / name / f"{file}.py" for name in present for file in sorted(SERVICE)]
    return [f"{path}: every service has this file" for path in wanted if not (root / path).exists()]


def names_say_what_a_module_holds(root: Path) -> list[str]:
    """Report a module or package named after nothing."""
    return [
        f"{source.path}: `{part}` says nothing about what is inside"
        for source in everything(root)
        for part in source.path.with_suffix("").parts[1:]
        if part in SAYS_NOTHING
    ]


def files_stay_short(root: Path) -> list[str]:
    """Report a file that is longer than its limit."""
    found = []
    for source in everything(root):
        limit = CHASSIS_FILE_LINES if source.path.parts[:2] == ("chassis", "src") else FILE_LINES
        if (lines := len(source.text.splitlines())) > limit:
            found.append(f"{source.path}: {lines} lines, at most {limit}")
    return found


def every_test_is_asked_for_once(root: Path) -> list[str]:
    """Report a test file that none of the `testpaths` holds, or more than one: then their order would not be kept."""
    folders = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["testpaths"]
    found = []
    for source in tests(root):
        if source.path.name.startswith("test_"):
            times = sum(source.path.is_relative_to(folder) for folder in folders)
            if times != 1:
                found.append(f"{source.path}: in {times} folders of testpaths")
    return found


def functions_stay_short(root: Path) -> list[str]:
    """Report a function that is longer than the limit, docstring included."""
    found = []
    for source in everything(root):
        for node in source.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    found.append(source.at(node, f"{node.name} has {lines} lines, at most {FUNCTION_LINES}"))
    return found


def chassis_stays_within_its_budget(root: Path) -> list[str]:
    """Report a chassis of more lines of code than agreed."""
    sizes = {source.role: code_lines(source.text) for source in production(root) if source.path.parts[0] == "chassis"}
    total = sum(sizes.values())
    largest = ", ".join(f"{name} {size}" for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:5])
    return [f"chassis: {total} lines of code, at most {CHASSIS_BUDGET} ({largest})"] if total > CHASSIS_BUDGET else []


def code_lines(text: str) -> int:
    """Count logical lines: a statement that the formatter spreads over several lines is one.

    Blank lines, comments, docstrings and imports do not count.
    """
    silent = _silent_lines(text)
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sum(1 for token in tokens if token.type == tokenize.NEWLINE and token.start[0] not in silent)


def _silent_lines(text: str) -> set[int]:
    silent: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        is_text = (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        )
        if is_text or isinstance(node, ast.Import | ast.ImportFrom):
            silent |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))  # type: ignore[attr-defined]
    return silent
