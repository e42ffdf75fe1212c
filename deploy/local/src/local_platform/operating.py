"""The operator's commands on the platform that `make run` has started: they need its addresses and passwords."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from local_platform.obstacles import Obstacle

_FOLDER = "environment"


def remember(folder: Path, service: str, environment: Mapping[str, str]) -> None:
    """Keep the environment of a service for the length of the run; only its owner may read it."""
    kept = folder / _FOLDER / f"{service}.json"
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    kept.touch(mode=0o600)
    kept.write_text(json.dumps(dict(environment), indent=2))


def operate(folder: Path, service: str, words: Sequence[str]) -> NoReturn:
    """Become `python -m service words…` with the environment of the running platform.

    Raises:
        Obstacle: nothing was started on this folder, or there is no such service.
    """
    kept = folder / _FOLDER / f"{service}.json"
    if not kept.exists():
        raise Obstacle(f"Нет запущенной службы «{service}»: сначала make run, потом make operate SERVICE=transfer …")
    os.execve(sys.executable, [sys.executable, "-m", service, *words], json.loads(kept.read_text()))  # noqa: S606
