"""Make `.venv` hold exactly what requirements.txt pins, and the distributions of this repository in editable form.

Runs under the system's Python before anything is installed, so it imports only the standard library.
"""

import fcntl
import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from local_platform import debian
from local_platform.folders import LOCAL, MONGOD_PIN, PROJECT
from local_platform.obstacles import Obstacle

VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = PROJECT / "requirements.txt"
MONGOD = LOCAL / "mongod" / "fiftyone" / "db" / "bin" / "mongod"
DISTRIBUTIONS = (
    "contracts",
    "chassis",
    "services/registry",
    "services/expertise",
    "services/transfer",
    "services/reporting",
    "gateway",
    "deploy/local",
    "tests/testkit",
)


def prepare() -> None:
    """Bring the environment up to date; does next to nothing when it already is.

    Raises:
        Obstacle: Python is too old, a package is missing and may not be installed, or the registry does not answer.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 - nobody has chosen this interpreter yet
        raise Obstacle("Нужен Python 3.11 или новее: установите его и повторите, например make run PYTHON=python3.11")
    LOCAL.mkdir(exist_ok=True)
    with _alone():
        if not PYTHON.exists():
            _create_venv()
        _once(VENV / "locked.stamp", [LOCK], _install_locked)
        _once(LOCAL / "mongod.stamp", [MONGOD_PIN], _unpack_mongod)
        present = [name for name in DISTRIBUTIONS if (PROJECT / name / "pyproject.toml").exists()]
        _once(VENV / "editable.stamp", [LOCK, *(PROJECT / name / "pyproject.toml" for name in present)], _link, present)


@contextmanager
def _alone() -> Iterator[None]:
    with (LOCAL / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _once(stamp: Path, sources: Sequence[Path], step: object, *args: object) -> None:
    digest = hashlib.sha256(b"".join(str(path).encode() + path.read_bytes() for path in sources)).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    assert callable(step)  # noqa: S101 - narrows for the type checker
    step(*args)
    stamp.write_text(digest)


def _create_venv() -> None:
    _say("создаю .venv")
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        debian.install("python3-venv")
    shutil.rmtree(VENV, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(VENV)], "Не удалось создать .venv: установите пакет python3-venv")


def _install_locked() -> None:
    _say("ставлю закреплённые зависимости из requirements.txt")
    remedy = "Зависимости не поставились: проверьте доступ к реестру пакетов PyPI и повторите"
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "-q", "--no-deps"]
    installer = VENV / "installer.txt"
    installer.write_text(_locked_entry("uv"))
    _run([*pip, "-r", str(installer)], remedy)
    _run([str(PYTHON), "-m", "uv", "pip", "sync", "-q", "--require-hashes", str(LOCK)], remedy)
    (VENV / "editable.stamp").unlink(missing_ok=True)


def _locked_entry(name: str) -> str:
    """Cut one package with its hashes out of the lock file: pip is slow, so it installs only the installer."""
    found = re.search(rf"^{name}==(?:.*\\\n)+.*\n", LOCK.read_text(), re.MULTILINE)
    if found is None:
        raise Obstacle(f"В requirements.txt нет {name}: пересоберите его командой make lock")
    return found[0]


def _link(names: Sequence[str]) -> None:
    _say("подключаю пакеты проекта")
    install = [str(PYTHON), "-m", "uv", "pip", "install", "-q", "--no-deps", "--no-build-isolation"]
    failures = []
    for name in names:
        try:
            _run([*install, "-e", str(PROJECT / name)], f"Пакет {name} не подключился")
        except Obstacle as failure:
            failures.append(str(failure))
    if failures:
        raise Obstacle("\n".join(failures))


def _unpack_mongod() -> None:
    _say("распаковываю mongod")
    target = LOCAL / "mongod"
    shutil.rmtree(target, ignore_errors=True)
    install = [
        str(PYTHON),
        "-m",
        "uv",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--require-hashes",
        "--target",
        str(target),
    ]
    _run([*install, "-r", str(MONGOD_PIN)], "mongod не скачался: проверьте доступ к реестру пакетов PyPI и повторите")
    MONGOD.chmod(0o755)


def _run(command: Sequence[str], remedy: str) -> None:
    done = subprocess.run(command, cwd=PROJECT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = (done.stderr.strip() or done.stdout.strip())[-2000:]
        raise Obstacle(f"{remedy}.\n{reason}")


def _say(text: str) -> None:
    print(f"  {text} …", file=sys.stderr, flush=True)  # noqa: T201 - nothing richer is installed yet


if __name__ == "__main__":
    try:
        prepare()
    except Obstacle as obstacle:
        sys.exit(str(obstacle))
