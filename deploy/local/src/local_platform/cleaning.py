"""Remove what runs have left: data, logs, passwords. Imports only the standard library."""

import shutil
import sys
from pathlib import Path

from local_platform.exclusive import exclusive
from local_platform.folders import LOCAL
from local_platform.obstacles import Obstacle

_KEPT = {"mongod"}


def clean(local: Path = LOCAL) -> None:
    """Remove the folders of ended runs; the downloaded mongod stays.

    Raises:
        Obstacle: a run still goes on; its folder stays, the others are removed.
    """
    in_use = []
    for folder in [path for path in local.glob("*/") if path.name not in _KEPT]:
        try:
            with exclusive(folder):
                shutil.rmtree(folder)
        except Obstacle as obstacle:
            in_use.append(str(obstacle))
    if in_use:
        raise Obstacle("\n".join(in_use))


if __name__ == "__main__":
    try:
        clean()
    except Obstacle as obstacle:
        sys.exit(f"✗ {obstacle}")
