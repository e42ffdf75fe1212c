"""Processes of the platform under test."""

import itertools
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from local_platform.children import Child
from testkit.forking import FORKABLE, fork_server


class Process:
    """One running `python -m <module> <words>`."""

    def __init__(self, child: Child) -> None:
        self._child = child

    @property
    def pid(self) -> int:
        """The process id."""
        return self._child.pid

    @property
    def running(self) -> bool:
        """Tell whether it has not ended."""
        return self._child.running

    @property
    def returncode(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self._child.returncode

    def log(self) -> str:
        """Everything it has printed so far."""
        return self._child.tail(1_000_000)

    async def wait(self, seconds: float = 60.0) -> int:
        """Wait for its end and answer the return code; the test fails with its log when it still runs."""
        code = await self._child.wait(seconds)
        assert code is not None, f"{self._child.name} still runs after {seconds} s:\n{self._child.tail(50)}"
        return code

    async def stop(self, grace_seconds: float = 20.0) -> None:
        """Ask it to stop (SIGTERM) and wait; killed when the grace is over."""
        await self._child.stop(grace_seconds)

    def kill(self) -> None:
        """End it at once (SIGKILL)."""
        self._child.kill()

    def freeze(self) -> None:
        """Stop it without ending it (SIGSTOP)."""
        self._child.send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        self._child.send(signal.SIGCONT)


class Processes:
    """Start processes; those still alive at the end are stopped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = itertools.count(1)
        self._started: list[Process] = []

    def start(self, module: str, *words: str, env: Mapping[str, str]) -> Process:
        """Start `python -m module words…` with exactly this environment (PATH, TMPDIR and HOME are added)."""
        name = "-".join((module, *words[:1]))
        inherited = {known: os.environ[known] for known in ("PATH", "TMPDIR") if known in os.environ}
        environment = {**inherited, "HOME": str(self._folder), "PYTHONUNBUFFERED": "1", **env}
        log = self._folder / f"{next(self._number):02}-{name}.log"
        process = Process(self._child(name, [module, *words], environment, log))
        self._started.append(process)
        return process

    def _child(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path) -> Child:
        """Fork what can be forked: only a new interpreter would heed a further PYTHONPATH and the like."""
        module, *words = command
        if module in FORKABLE and [known for known in env if known.startswith("PYTHON")] == ["PYTHONUNBUFFERED"]:
            return Child(name, fork_server(module).start({"words": words, "env": env, "log": str(log)}), log)
        return Child.start(name, [sys.executable, "-m", *command], env=env, log=log)

    async def run(self, module: str, *words: str, env: Mapping[str, str], seconds: float = 60.0) -> str:
        """Run to the end and answer the output; the test fails with it when the return code is not 0."""
        process = self.start(module, *words, env=env)
        code = await process.wait(seconds)
        assert code == 0, f"python -m {module} {' '.join(words)} ended with {code}:\n{process.log()}"
        return process.log()

    async def stop_all(self) -> None:
        """Stop what still runs, the last started first."""
        for process in reversed(self._started):
            process.thaw()
            await process.stop()


@asynccontextmanager
async def running_processes(folder: Path) -> AsyncIterator[Processes]:
    """Give a starter of processes whose logs lie in the folder."""
    processes = Processes(folder)
    try:
        yield processes
    finally:
        await processes.stop_all()
