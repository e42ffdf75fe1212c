"""The source tree as the checks see it: parsed files and where they stand in the house."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SERVICES = ("registry", "expertise", "transfer", "reporting")
_FOREIGN = {".venv", ".local", ".git", "node_modules", "__pycache__", "build", "dist"}


@lru_cache(maxsize=4096)
def _parsed(text: str) -> tuple[ast.Module, tuple[ast.AST, ...]]:
    """Parse a text and walk it once, however many checks read it; nobody changes the tree."""
    tree = ast.parse(text)
    return tree, tuple(ast.walk(tree))


@dataclass(frozen=True)
class Source:
    """One Python file; `path` is relative to the root of the house."""

    root: Path
    path: Path

    @cached_property
    def text(self) -> str:
        """The file's text."""
        return (self.root / self.path).read_text()

    @cached_property
    def tree(self) -> ast.Module:
        """The file's syntax tree."""
        return _parsed(self.text)[0]

    @property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree."""
        return _parsed(self.text)[1]

    @property
    def role(self) -> str:
        """The file's name without its suffix: `domain`, `routes` …"""
        return self.path.stem

    def at(self, node: ast.AST, words: str) -> str:
        """Return a finding at a node."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {words}"


@dataclass(frozen=True)
class ServiceSource(Source):
    """A file of a service; `room` is empty for the service's own files."""

    service: str
    room: str

    @property
    def module(self) -> str:
        """The dotted name."""
        return ".".join(part for part in (self.service, self.room, self.role) if part)


def _files(root: Path, folder: str) -> Iterator[Path]:
    for file in sorted((root / folder).rglob("*.py")):
        path = file.relative_to(root)
        if not _FOREIGN & set(path.parts):
            yield path


def services(root: Path) -> Iterator[ServiceSource]:
    """Yield the files of the four services."""
    for service in SERVICES:
        package = Path("services") / service / "src" / service
        for path in _files(root, str(package)):
            inside = path.relative_to(package).parts
            yield ServiceSource(root, path, service, ".".join(inside[:-1]))


def production(root: Path) -> Iterator[Source]:
    """Yield every file that is part of an image."""
    yield from services(root)
    for folder in ("contracts/src", "chassis/src", "gateway/src"):
        yield from (Source(root, path) for path in _files(root, folder))


def tests(root: Path) -> Iterator[Source]:
    """Yield every file of a `tests` folder, and the test kit."""
    for folder in ("contracts", "chassis", "services", "gateway", "deploy", "tests"):
        yield from (Source(root, path) for path in _files(root, folder) if "tests" in path.parts)


def everything(root: Path) -> Iterator[Source]:
    """Yield every Python file of the house."""
    for folder in ("contracts", "chassis", "services", "gateway", "deploy", "tests"):
        yield from (Source(root, path) for path in _files(root, folder))


def imports(source: Source) -> Iterator[tuple[ast.stmt, str]]:
    """Yield every module a file imports, and every `module.name` of a from-import."""
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for such an expression, else an empty text; what is before a call or an index is left out."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def is_within(module: str, packages: Iterable[str]) -> bool:
    """Tell whether a module is one of the packages or inside one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)
