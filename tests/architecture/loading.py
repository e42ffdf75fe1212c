"""What a command loads before it does anything: every import that runs, followed from where the command begins."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import SERVICES, Source, production

HEAVY = frozenset({"aiohttp", "docx", "fastapi", "faststream", "fpdf", "joserfc", "uvicorn"})
"""Each takes a tenth of a second or more to load; most commands run for less."""
BEGINNINGS = ("chassis.process", *(f"{name}.__main__" for name in (*SERVICES, "gateway")))
NEEDED = {
    "chassis.process.run": HEAVY,  # `serve`, `follow`
    "gateway.__main__.serve": HEAVY,
    "gateway.__main__.partners": frozenset({"aiohttp"}),
    "gateway.__main__._fetched": HEAVY,
    "reporting.__main__.deliver": HEAVY,
}
"""What a command, or what it calls, really needs; every other one needs nothing heavy."""


def commands_load_only_what_they_need(root: Path) -> list[str]:
    """Report an import by which a command that answers nobody would load what it takes to answer."""
    house = {_module(source.path): source for source in production(root)}
    loads = {module: list(_imported(source.tree)) for module, source in house.items()}
    return [
        f"{name} loads {heavy} by {' → '.join(chain)}"
        for beginning in BEGINNINGS
        if beginning in house
        for name, loaded in _begins(beginning, house[beginning])
        for heavy, chain in _reached(loaded, loads).items()
        if heavy not in NEEDED.get(name, frozenset())
    ]


def _module(path: Path) -> str:
    inside = path.parts[path.parts.index("src") + 1 :]
    return ".".join(inside).removesuffix(".py").removesuffix(".__init__")


def _begins(module: str, source: Source) -> Iterator[tuple[str, list[str]]]:
    """Yield the module with what it loads, and each of its functions with what only that one loads."""
    yield module, list(_imported(source.tree))
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{module}.{node.name}", list(_imported(node))


def _imported(scope: ast.AST) -> Iterator[str]:
    """Yield what is imported when a module is loaded or a function runs: nothing that only type checkers read."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "TYPE_CHECKING" not in _condition(node):
            yield from _imported(node)


def _condition(node: ast.AST) -> str:
    return ast.unparse(node.test) if isinstance(node, ast.If) else ""


def _reached(loaded: list[str], loads: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return every heavy package that is reached from what is loaded, with a shortest way to it."""
    ways = [[name] for name in loaded]
    seen, found = set(loaded), dict[str, list[str]]()
    for way in ways:
        package = way[-1].partition(".")[0]
        if package in HEAVY:
            found.setdefault(package, way)
        module = way[-1] if way[-1] in loads else way[-1].rpartition(".")[0]
        further = [name for name in loads.get(module, ()) if name not in seen]
        seen.update(further)
        ways.extend([*way[:-1], module, name] for name in further)
    return found
