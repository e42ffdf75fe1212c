"""One run at a time on one folder. Imports only the standard library."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local_platform.obstacles import Obstacle

LOCK = "lock"


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the folder; the hold ends with the process, however it ends.

    Raises:
        Obstacle: another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise Obstacle(f"Папка {folder} занята другим запуском: остановите его (Ctrl-C там, где он идёт)") from busy
        yield
