"""A process that imports a program, does nothing else, and forks at every order: `fork_server.py MODULE SOCKET`.

Run by its path: the package around it imports what the program does not.
"""

import ctypes
import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from importlib import import_module
from typing import Any

_MESSAGE_BYTES = 1 << 20
_PR_SET_PDEATHSIG = 1
_IMPORTED_WHEN_NEEDED = (
    "{}.__main__", "{}.wiring", "{}.routers", "{}.delivering", "{}.live.follower",
    "chassis.serving", "chassis.relay", "chassis.consumer", "uvicorn.protocols.http.auto", "uvloop",
)  # fmt: skip
"""Modules that a program has or has not, and what its commands import when they run."""


def _import(module: str) -> None:
    """Import what a program imports, but leave the program itself to be run; the collector spares what is shared."""
    for name in _IMPORTED_WHEN_NEEDED:
        with suppress(ModuleNotFoundError):
            import_module(name.format(module))
    sys.modules.pop(f"{module}.__main__", None)
    gc.collect()
    gc.freeze()


def _attend(orders: socket.socket) -> Any:
    """Fork at each order and tell how each process ends; return the order in the forked, None when the tests ended."""
    awake, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waking)
    watched: list[socket.socket | int] = [orders, awake]
    while True:
        ready = select.select(watched, [], [])[0]
        if awake in ready:
            os.read(awake, _MESSAGE_BYTES)
            _tell_of_the_ended(orders)
        if orders in ready:
            message = orders.recv(_MESSAGE_BYTES)
            if not message:
                return None
            assert threading.active_count() == 1, "threads do not survive a fork"
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.close(awake)
                os.close(waking)
                return json.loads(message)
            os.setpgid(pid, pid)
            orders.send(json.dumps({"started": pid}).encode())


def _tell_of_the_ended(orders: socket.socket) -> None:
    with suppress(ChildProcessError, BrokenPipeError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            code = os.waitstatus_to_exitcode(ended[1])
            orders.send(json.dumps({"ended": ended[0], "code": code}).encode())


def _become(order: dict[str, Any]) -> None:
    """Take on the environment, the words and the log of an order."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.environ.clear()
    os.environ.update(order["env"])
    sys.argv[1:] = order["words"]
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for output in (1, 2):
        os.dup2(log, output)
    os.close(log)


def main() -> None:
    """Import the program and be what is asked for over the socket."""
    module, orders = sys.argv[1], socket.socket(fileno=int(sys.argv[2]))
    _import(module)
    order = _attend(orders)
    orders.close()
    if order:
        _become(order)
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
