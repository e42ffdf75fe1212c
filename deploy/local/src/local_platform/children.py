"""Processes that this one starts, watches and stops."""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from local_platform.obstacles import Obstacle

POLL_SECONDS = 0.05


class Handle(Protocol):
    """What a child is held by, such as `subprocess.Popen`."""

    pid: int

    def poll(self) -> int | None:
        """Answer the return code once it has ended."""

    def wait(self) -> int | None:
        """Answer the return code when it has ended."""

    def send_signal(self, number: int) -> None:
        """Send a signal."""


class Child:
    """One process with its log file. It is told to stop when its parent dies, however the parent died."""

    def __init__(self, name: str, process: Handle, log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process
        self._reaped = False

    @classmethod
    def start(cls, name: str, command: Sequence[str], *, env: Mapping[str, str], log: Path) -> "Child":
        """Start the command in a session of its own.

        A Ctrl-C in the terminal then reaches only the parent, which stops its children in order.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        orphan_guard = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
        with log.open("ab") as output:
            process = subprocess.Popen(
                [*orphan_guard, *command],
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return cls(name, process, log)

    @property
    def pid(self) -> int:
        """The process id, also the id of its session."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self._process.poll()

    @property
    def running(self) -> bool:
        """Tell whether it has not ended."""
        return self.returncode is None

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process alone; nothing happens when it has ended."""
        if self.running:
            self._process.send_signal(number)

    def send_to_all(self, number: signal.Signals) -> None:
        """Send a signal to the process and to what it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """End the process and what it started at once (SIGKILL), and reap it; the second call does nothing."""
        if not self._reaped:
            self.send_to_all(signal.SIGKILL)
            self._process.wait()
            self._reaped = True

    async def wait(self, seconds: float) -> int | None:
        """Wait for the end, at most so long; answer the return code, or None when it still runs."""
        deadline = time.monotonic() + seconds
        while self.running and time.monotonic() < deadline:  # noqa: ASYNC110 - a process sets no event
            await asyncio.sleep(POLL_SECONDS)
        return self.returncode

    async def stop(self, grace_seconds: float = 30.0) -> None:
        """Ask it to stop (SIGTERM), wait, and kill it when the grace is over."""
        self.send(signal.SIGTERM)
        await self.wait(grace_seconds)
        self.kill()

    def tail(self, lines: int = 15) -> str:
        """Answer the last lines of its log."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


async def until_ready(child: Child, probe: Callable[[], Awaitable[bool]], *, seconds: float) -> None:
    """Poll the probe until it answers True.

    Raises:
        Obstacle: the process ended first, or the time was over; with the last lines of its log.
    """
    deadline = time.monotonic() + seconds
    while not await probe():
        if not child.running:
            raise Obstacle(f"{child.name} завершился с кодом {child.returncode}. Журнал {child.log}:\n{child.tail()}")
        if time.monotonic() > deadline:
            raise Obstacle(f"{child.name} не готов за {seconds:.0f} с. Журнал {child.log}:\n{child.tail()}")
        await asyncio.sleep(POLL_SECONDS)
