import subprocess
import sys
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

ALLOWED = {"pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"}
IMPORT_ALL = """
import sys
before = set(sys.modules)
sys.path.insert(0, sys.argv[1])
import importlib, pkgutil, contracts
assert contracts.__file__.startswith(sys.argv[1]), contracts.__file__
for module in pkgutil.walk_packages(contracts.__path__, "contracts."):
    importlib.import_module(module.name)
imported = {name: getattr(sys.modules[name], "__file__", None) or "" for name in set(sys.modules) - before}
print(*sorted({name.partition(".")[0] for name, file in imported.items() if "site-packages" in file}))
"""


@pytest.fixture(scope="module")
def wheel(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The distribution as a partner would install it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(build, cwd=published, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (found,) = folder.glob("*.whl")
    return found


def requirements(metadata: str) -> list[str]:
    return Parser().parsestr(metadata).get_all("Requires-Dist", [])


def test_the_wheel_requires_pydantic_and_nothing_else(wheel):
    with ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        required = requirements(archive.read(metadata).decode())

    assert [requirement.partition("<")[0].partition(">")[0] for requirement in required] == ["pydantic"]


def test_a_second_requirement_in_the_metadata_would_be_seen():
    metadata = "Metadata-Version: 2.4\nRequires-Dist: pydantic<3\nRequires-Dist: aio-pika\n\n# Контракты\n"

    assert requirements(metadata) == ["pydantic<3", "aio-pika"]


def test_the_wheel_holds_the_typed_package_and_none_of_its_tests(wheel):
    with ZipFile(wheel) as archive:
        names = archive.namelist()

    assert "contracts/py.typed" in names
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"contracts", "technopark_contracts"}
    assert [name for name in names if "test" in name] == []


def test_every_module_of_the_wheel_imports_with_only_pydantic_beside_it(wheel):
    done = subprocess.run(
        [sys.executable, "-I", "-c", IMPORT_ALL, str(wheel)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "pydantic" in done.stdout.split()
    assert set(done.stdout.split()) - ALLOWED == set()
