"""Ports on the loopback address."""

import fcntl
import os
import secrets
import socket
import tempfile
from functools import cache
from itertools import chain
from pathlib import Path

from local_platform.obstacles import Obstacle

LOOPBACK = "127.0.0.1"
LEASABLE = range(10_000, 32_000)
"""Below the ports that the kernel gives to outgoing connections (Linux: from 32768).

Any connection of any process may take one of those between its choice and the moment its server binds it.
"""
_mine: set[int] = set()


def free_port() -> int:
    """Answer a port that nothing listens on and that no other process of this user is given while this one lives.

    No call answers the same, so a port where nobody is to listen stays without a listener.

    Raises:
        Obstacle: every port is taken.
    """
    middle = secrets.randbelow(len(LEASABLE))
    for port in chain(LEASABLE[middle:], LEASABLE[:middle]):
        if port not in _mine and lease(port):
            return port
    raise Obstacle(f"Все порты от {LEASABLE[0]} до {LEASABLE[-1]} заняты: остановите лишние запуски и тесты")


def lease(port: int) -> bool:
    """Keep a port for this process to its end, and tell whether a server could listen there now.

    False when another process keeps it, when something listens there, and for what is not `LEASABLE`.
    """
    if port not in LEASABLE:
        return False
    try:
        fcntl.lockf(_leases(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    _mine.add(port)
    return is_free(port)


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


@cache
def _leases() -> int:
    """Open the file whose byte number N is locked by the process that keeps port N.

    The kernel lets the locks go when the process ends, however it ends. The file is opened once and never closed:
    closing any descriptor of a file gives up all locks of the process in it.
    """
    file = Path(tempfile.gettempdir()) / f"technopark-ports-{os.getuid()}"
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
