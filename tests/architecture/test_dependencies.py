"""Each distribution declares what it imports, and nothing else."""

import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from tests.architecture.sources import PROJECT, SERVICES, Source, imports

DISTRIBUTIONS = ("contracts", "chassis", *(f"services/{name}" for name in SERVICES), "gateway", "deploy/local",
                 "tests/testkit")  # fmt: skip
PLUGINS = {"pytest-asyncio"}
"""Needed by their being there."""


def plain(name: str) -> str:
    """Return a distribution's name in the form that all its spellings share."""
    return re.sub(r"[-_.]+", "-", name).lower()


def project(folder: Path) -> dict[str, Any]:
    """Return what a `pyproject.toml` says of its project."""
    found: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return found


def declared(folder: Path) -> set[str]:
    """Return the distributions that a distribution asks for."""
    return {plain(re.split(r"[\[<>=!~; ]", one)[0]) for one in project(folder).get("dependencies", [])}


def packages(folder: Path) -> set[str]:
    """Return the packages of a distribution of the house."""
    return {path.name for path in (folder / "src").iterdir() if (path / "__init__.py").exists()}


@cache
def having() -> dict[str, set[str]]:
    """Return for each package that can be imported the distributions that have it."""
    own = {name: {project(PROJECT / each)["name"]} for each in DISTRIBUTIONS for name in packages(PROJECT / each)}
    return {name: {plain(one) for one in every} for name, every in packages_distributions().items()} | own


def sources(folder: Path) -> list[Source]:
    """Return the files of a distribution."""
    return [Source(folder, path.relative_to(folder)) for path in sorted((folder / "src").rglob("*.py"))]


def imported(folder: Path) -> set[str]:
    """Return the packages of others that a distribution imports."""
    found = {module.partition(".")[0] for source in sources(folder) for _, module in imports(source)}
    return found - packages(folder) - set(sys.stdlib_module_names)


def read(folder: Path) -> set[str]:
    """Return the packages that a distribution names in quotes: it reads their data."""
    return {name for source in sources(folder) for name in re.findall(r'"(\w+)"', source.text)} & having().keys()


def undeclared(folder: Path) -> set[str]:
    """Return the packages that are imported and that no declared distribution has."""
    return {name for name in imported(folder) if not having().get(name, set()) & declared(folder)}


def unused(folder: Path) -> set[str]:
    """Return the declared distributions of which nothing is imported or read."""
    used = {one for name in imported(folder) | read(folder) for one in having().get(name, set())}
    return declared(folder) - used - PLUGINS


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_a_distribution_declares_what_it_imports_and_nothing_else(distribution: str) -> None:
    assert not undeclared(PROJECT / distribution)
    assert not unused(PROJECT / distribution)


def test_an_import_without_a_declaration_and_a_declaration_without_an_import_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "src" / "registry").mkdir(parents=True)
    (tmp_path / "src" / "registry" / "__init__.py").write_text(
        "import json\nimport structlog\nfrom pydantic import Field\n"
    )
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["Pydantic>=2", "uvicorn[standard]>=0.5"]\n')
    assert (undeclared(tmp_path), unused(tmp_path)) == ({"structlog"}, {"uvicorn"})
