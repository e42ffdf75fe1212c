"""A small house to plant violations in: the model room, the foundation, and one test."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.sources import PROJECT

SERVICE = "services/registry/src/registry"
ROOM = f"{SERVICE}/institutions"
_COPIED = ("contracts/src", "chassis/src", f"{SERVICE}/__main__.py", f"{SERVICE}/settings.py", ROOM)
_WRITTEN = {
    f"{SERVICE}/__init__.py": '"""The registry. Its room: institutions."""\n',
    f"{SERVICE}/wiring.py": "from registry.institutions.store import INSTITUTIONS\n",
    f"{SERVICE}/routers.py": "from registry.institutions import routes\n",
    "pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["services/registry/tests"]\n',
    "services/registry/tests/test_names.py": "def test_a_name_is_kept_as_it_was_given():\n    assert True\n",
}


@dataclass(frozen=True)
class Planted:
    """One violation: a file, written anew or lengthened, and what the check must say about it."""

    path: str
    text: str
    reported: str
    append: bool = False


def build(root: Path) -> Path:
    """Put the small house up in an empty folder and return it."""
    for name in _COPIED:
        origin, copy = PROJECT / name, root / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, copy)
    for name, text in _WRITTEN.items():
        write(root, name, text)
    return root


def write(root: Path, name: str, text: str) -> None:
    """Write a file of the house."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def plant(root: Path, violation: Planted) -> None:
    """Put a violation into the house."""
    path = root / violation.path
    before = path.read_text() if violation.append else ""
    write(root, violation.path, before + violation.text)
