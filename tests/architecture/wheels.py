"""Distributions built as wheels, and environments that hold one of them with its declared dependencies and no more.

Nothing is downloaded: third-party packages are linked from the running environment, which holds the locked versions.
"""

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from deploy.locked_closure import closure

OWN = "technopark-"
_UV = [str(Path(sys.executable).with_name("uv")), "--offline", "--quiet", "--no-progress"]


def run(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end with an environment that knows neither this project nor its settings."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"}
    command = [str(word) for word in words]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def build_wheel(distribution: Path, into: Path) -> Path:
    """Build a distribution's wheel into an empty folder, without the network."""
    done = run(*_UV, "build", "--wheel", "--no-build-isolation", "--python", sys.executable, "-o", into, distribution)
    assert done.returncode == 0, done.stderr
    (wheel,) = into.glob("*.whl")
    return wheel


def stand_alone(environment: Path, wheel: Path, others: dict[str, Path]) -> Path:
    """Make an environment with a wheel and what it declares; return its Python.

    Args:
        environment: an empty folder.
        wheel: what to install.
        others: the wheels of the house's other distributions, by their canonical names; only the declared are used.
    """
    done = run(*_UV, "venv", "--python", sys.executable, environment)
    assert done.returncode == 0, done.stderr
    python = environment / "bin" / "python"
    own, foreign = closure(wheel, others)
    done = run(*_UV, "pip", "install", "--python", python, "--no-deps", wheel, *own)
    assert done.returncode == 0, done.stderr
    (site_packages,) = environment.glob("lib/python*/site-packages")
    for name in foreign:
        _link(name, site_packages)
    return python


def _link(name: str, site_packages: Path) -> None:
    """Make an installed package visible in another environment; scripts stay where they are."""
    package = metadata.distribution(name)
    origin = Path(str(package.locate_file("")))
    tops = {file.parts[0] for file in package.files or () if file.parts[0] not in ("..", "__pycache__")}
    for top in tops:
        target = site_packages / top
        if not target.exists():
            target.symlink_to(origin / top)
