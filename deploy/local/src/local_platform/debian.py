"""Install a missing Debian package when this user may.

Imports only the standard library: it also runs before anything is installed.
"""

import os
import shutil
import subprocess
from functools import cache

from local_platform.obstacles import Obstacle


@cache
def _root_prefix() -> tuple[str, ...] | None:
    """Answer the words to put before a command that needs root, or None when this user may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ()
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ("sudo", "-n")
    return None


def install(*packages: str) -> None:
    """Install Debian packages; a system service that one of them starts is left alone.

    Raises:
        Obstacle: this user may not install, or apt could not.
    """
    names = " ".join(packages)
    remedy = f"установите их сами: sudo apt-get install {names}"
    prefix = _root_prefix()
    if prefix is None:
        raise Obstacle(f"Не хватает пакетов Debian ({names}), а права на установку нет; {remedy}")
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y"]
    for step in (["update"], ["install", "--no-install-recommends", *packages]):
        done = subprocess.run([*command, *step], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["apt-get не ответил"])[-1]
        raise Obstacle(f"apt-get не поставил {names}: {last}; {remedy}")
