"""The import contracts of the root pyproject.toml hold, and each of them sees its violation."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.architecture.house import ROOM, SERVICE, Planted, build, plant, write
from tests.architecture.sources import PROJECT, SERVICES

LINTER = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
ROOM_FILES = ("__init__", "domain")
FRONT = ("__init__", "__main__", "routers", "settings", "wiring")


def added(path: str, line: str, contract: str) -> Planted:
    return Planted(path, f"\n{line}\n", contract, append=True)


CONTROLS = [
    added(f"{ROOM}/handlers.py", "import transfer", "Services and the gateway never import one another"),
    added("contracts/src/contracts/fact.py", "import chassis", "The published language depends on nothing"),
    added("chassis/src/chassis/work.py", "import registry", "The chassis knows no service"),
    added(f"{ROOM}/store.py", "import testkit", "Nothing that runs in production imports the test kit"),
    added(f"{SERVICE}/settings.py", "import registry.wiring", "the wiring sees the rooms"),
    added(f"{ROOM}/domain.py", "import registry.institutions.store", "In a room"),
    added(f"{ROOM}/queries.py", "import registry.institutions.routes", "In a room"),
    added(f"{ROOM}/domain.py", "import registry.wiring", "Rooms of one service"),
    added(f"{ROOM}/domain.py", "import chassis.outbox", "A domain imports no framework"),
    added(f"{ROOM}/domain.py", "import fastapi", "A domain imports no framework"),
    added("chassis/src/chassis/door.py", "import motor", "Motor's name stands only in chassis.mongo"),
    added(f"{ROOM}/routes.py", "import aio_pika", "AMQP is spoken only by"),
]


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    folders = [f"services/{service}/src" for service in SERVICES]
    folders += ["contracts/src", "chassis/src", "gateway/src", "deploy/local/src", "tests/testkit/src"]
    path = os.pathsep.join(str(root / folder) for folder in folders)
    environment = os.environ | {"PYTHONPATH": path, "COLUMNS": "200"}
    return subprocess.run(LINTER, cwd=root, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The small house, with empty siblings: the linter wants every package it is told of."""
    build(tmp_path)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    write(tmp_path, f"{SERVICE}/acts/__init__.py", "")
    for service in SERVICES[1:]:
        for name in (*FRONT, *(f"room/{file}" for file in ROOM_FILES)):
            write(tmp_path, f"services/{service}/src/{service}/{name}.py", "")
    for folder, package in (("gateway", "gateway"), ("deploy/local", "local_platform"), ("tests/testkit", "testkit")):
        write(tmp_path, f"{folder}/src/{package}/__init__.py", "")
    return tmp_path


def test_the_house_keeps_every_import_contract() -> None:
    done = lint(PROJECT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_small_house_keeps_every_import_contract(house: Path) -> None:
    done = lint(house)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "violation", CONTROLS, ids=lambda violation: f"{violation.path.split('/')[-1]} {violation.reported}"
)
def test_a_planted_import_breaks_its_contract(violation: Planted, house: Path) -> None:
    plant(house, violation)
    broken = [line for line in lint(house).stdout.splitlines() if line.endswith("BROKEN")]
    assert any(violation.reported in line for line in broken), broken


def test_every_import_contract_has_been_seen_broken() -> None:
    text = (PROJECT / "pyproject.toml").read_text()
    names = [line.partition("=")[2].strip(' "') for line in text.splitlines() if line.startswith("name = ")]
    unseen = [name for name in names if not any(control.reported in name for control in CONTROLS)]
    assert not unseen
