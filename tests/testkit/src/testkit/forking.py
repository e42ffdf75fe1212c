"""Programs of the platform started by fork, from a process that has imported them and done nothing else.

Of the processor time of a short command nine tenths are imports, and the suite starts some hundreds. What is forked is
a process of its own, with its own environment, words, log and end. That `python -m` starts each of the programs as well
is seen where people's `make run` is tried (tests/partners).
"""

import json
import os
import select
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any, TypedDict

FORKABLE = frozenset({"registry", "expertise", "transfer", "reporting", "gateway", "testkit.samples"})
_MESSAGE_BYTES = 1 << 20
_SERVER = Path(__file__).with_name("fork_server.py")
_running: dict[str, "ForkServer"] = {}


class Order(TypedDict):
    """What is to be started."""

    words: Sequence[str]
    """After the module's name."""
    env: Mapping[str, str]
    """Whole."""
    log: str
    """The file to write to."""


class Forked:
    """A process that a fork server started; it is spoken to as to one of `subprocess`."""

    def __init__(self, server: "ForkServer", pid: int) -> None:
        self.pid = pid
        self._server = server

    def poll(self) -> int | None:
        """Return None while it runs; negative when a signal ended it."""
        return self._server.code(self.pid, wait=False)

    def wait(self) -> int | None:
        """Return its code when it has ended."""
        return self._server.code(self.pid, wait=True)

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


class ForkServer:
    """The process that has imported a program, as the tests see it. It ends with them, and what it started with it."""

    def __init__(self, module: str) -> None:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._codes: dict[int, int] = {}
        with theirs:
            words = [sys.executable, "-P", str(_SERVER), module, str(theirs.fileno())]
            self._process = Popen(words, stdin=DEVNULL, pass_fds=[theirs.fileno()], start_new_session=True)

    def start(self, order: Order) -> Forked:
        """Start a process."""
        self._orders.send(json.dumps(order).encode())
        while "started" not in (told := self._told()):
            pass
        return Forked(self, told["started"])

    def code(self, pid: int, *, wait: bool) -> int | None:
        """Return what a process ended with; None when it runs and is not waited for."""
        while pid not in self._codes and (wait or select.select([self._orders], [], [], 0)[0]):
            self._told()
        return self._codes.get(pid)

    def stop(self) -> None:
        """End it."""
        self._orders.close()
        self._process.wait()

    def _told(self) -> dict[str, Any]:
        message = self._orders.recv(_MESSAGE_BYTES)
        assert message, "the fork server has ended; why is on the standard error of the tests"
        told: dict[str, Any] = json.loads(message)
        if "ended" in told:
            self._codes[told["ended"]] = told["code"]
        return told


def fork_server(module: str) -> ForkServer:
    """Return the one fork server of a program; it starts at the first request."""
    if module not in _running:
        _running[module] = ForkServer(module)
    return _running[module]


def stop_fork_servers() -> None:
    """End those that run."""
    while _running:
        _running.popitem()[1].stop()
