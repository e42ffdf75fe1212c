"""The gateway as its image has it, compiled (docs/decisions/0025); run as a program, this tells where it is."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from local_platform.environment import PYTHON
from local_platform.folders import LOCAL, PROJECT
from local_platform.obstacles import Obstacle

_FOLDER = LOCAL / "bench" / "compiled"
_ASIDE = ("gateway/pyproject.toml", "gateway/hatch_build.py", "requirements.txt")


def compiled() -> Path:
    """Return a folder with the gateway's package, compiled anew when a source has changed: a minute and a half.

    Raises:
        Obstacle: the compiler's own words.
    """
    stamp, digest = _FOLDER / "made.txt", _digest()
    if not stamp.exists() or stamp.read_text() != digest:
        shutil.rmtree(_FOLDER, ignore_errors=True)
        with TemporaryDirectory() as folder:
            _build(Path(folder))
            (wheel,) = Path(folder).glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(_FOLDER)
        stamp.write_text(digest)
    return _FOLDER


def _digest() -> str:
    package = sorted(path for path in (PROJECT / "gateway" / "src").rglob("*.*") if path.suffix != ".pyc")
    found = hashlib.sha256(sys.version.encode())
    for file in (*(PROJECT / name for name in _ASIDE), *package):
        found.update(str(file).encode() + file.read_bytes())
    return found.hexdigest()


def _build(into: Path) -> None:
    command = [str(PYTHON), "-m", "uv", "build", "--quiet", "--offline", "--wheel", "--no-build-isolation"]
    types = os.pathsep.join(str(PROJECT / tree / "src") for tree in ("chassis", "contracts"))
    done = subprocess.run(
        [*command, "--python", str(PYTHON), "-o", str(into), str(PROJECT / "gateway")],
        env={**os.environ, "MYPYPATH": types, "HATCH_BUILD_HOOK_ENABLE_CUSTOM": "true"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise Obstacle(f"Шлюз не собрался (нужны gcc и заголовки Python):\n{done.stderr[-3000:]}")


if __name__ == "__main__":
    try:
        print(compiled())  # noqa: T201
    except Obstacle as obstacle:
        sys.exit(str(obstacle))
