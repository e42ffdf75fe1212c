"""Each distribution runs with what it declares; the one shared environment would not notice an undeclared import."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from tests.architecture.sources import PROJECT, SERVICES
from tests.architecture.wheels import OWN, build_wheel, run, stand_alone

FOLDERS = {name: PROJECT / "services" / name for name in SERVICES} | {
    name: PROJECT / name for name in ("contracts", "chassis", "gateway")
}
IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheels of everything that runs in production, by import name."""
    return {name: build_wheel(folder, tmp_path_factory.mktemp(name)) for name, folder in FOLDERS.items()}


@pytest.fixture(scope="module")
def alone(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give the Python of an environment that holds one distribution and what it declares."""

    @cache
    def made(name: str) -> Path:
        return stand_alone(tmp_path_factory.mktemp(f"{name}-alone") / "venv", wheels[name], canonical(wheels))

    return made


def canonical(wheels: dict[str, Path]) -> dict[str, Path]:
    return {f"{OWN}{name}": wheel for name, wheel in wheels.items()}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_wheel_imports_nothing_that_it_does_not_declare(name: str, alone: Callable[[str], Path]) -> None:
    done = run(alone(name), "-I", "-c", IMPORT_ALL, name)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("name", [*SERVICES, "gateway"])
def test_a_service_alone_in_its_environment_tells_its_commands(name: str, alone: Callable[[str], Path]) -> None:
    done = run(alone(name), "-I", "-m", name, "--help")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "serve" in done.stdout


@pytest.mark.parametrize("undeclared", ["import of_nobody", "import testkit", "import pytest", "import transfer"])
def test_an_undeclared_import_is_noticed(undeclared: str, wheels: dict[str, Path], tmp_path: Path) -> None:
    distribution = tmp_path / "contracts"
    shutil.copytree(FOLDERS["contracts"], distribution, ignore=shutil.ignore_patterns("__pycache__", "tests"))
    (distribution / "src" / "contracts" / "stray.py").write_text(f"{undeclared}\n")
    wheel = build_wheel(distribution, tmp_path / "wheel")
    python = stand_alone(tmp_path / "alone", wheel, canonical(wheels))
    done = run(python, "-I", "-c", IMPORT_ALL, "contracts")
    assert "ModuleNotFoundError" in done.stderr
