"""Keep processes alive: tell when one dies, with the end of its log, and start it again after a growing delay."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from local_platform.children import Child
from local_platform.obstacles import Obstacle

_DELAYS = (1.0, 2.0, 5.0, 10.0, 30.0)
_HEALTHY_SECONDS = 60.0
_POLL_SECONDS = 0.2
_TAIL_LINES = 10
_LINE_LENGTH = 300


class Runnable(Protocol):
    """A process, or a server made of a few, that can be started again."""

    child: Child

    async def start_again(self) -> None:
        """Start it after a death."""

    async def stop(self) -> None:
        """Stop it cleanly."""

    def kill(self) -> None:
        """End it at once."""


class ServiceProcess:
    """One process of a service."""

    def __init__(self, start: Callable[[], Child]) -> None:
        self._start = start
        self.child = start()

    async def start_again(self) -> None:
        """Start it after a death."""
        self.child = self._start()

    async def stop(self) -> None:
        """Stop it cleanly."""
        await self.child.stop()

    def kill(self) -> None:
        """End it at once."""
        self.child.kill()


class Supervisor:
    """Watches everything that was started, and stops it in reverse order of its stages."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._stages: list[list[Runnable]] = []
        self._watches: list[asyncio.Task[None]] = []

    def add_stage(self, runnables: Sequence[Runnable]) -> None:
        """Watch these from now on; they are stopped side by side, before everything that was added earlier."""
        self._stages.append(list(runnables))
        self._watches += [asyncio.create_task(self._watch(runnable)) for runnable in runnables]

    async def stop(self) -> None:
        """Stop watching, then stop everything."""
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        for stage in reversed(self._stages):
            await asyncio.gather(*(runnable.stop() for runnable in stage))

    def kill(self) -> None:
        """End everything at once."""
        for runnable in (runnable for stage in reversed(self._stages) for runnable in stage):
            runnable.kill()

    async def _watch(self, runnable: Runnable) -> None:
        deaths = 0
        while True:
            since = time.monotonic()
            while runnable.child.running:  # noqa: ASYNC110 - a process sets no event
                await asyncio.sleep(_POLL_SECONDS)
            deaths = 0 if time.monotonic() - since > _HEALTHY_SECONDS else deaths + 1
            delay = _DELAYS[min(deaths, len(_DELAYS)) - 1] if deaths else _DELAYS[0]
            self._report(runnable.child, delay)
            await asyncio.sleep(delay)
            with suppress(Obstacle):
                await runnable.start_again()

    def _report(self, child: Child, delay: float) -> None:
        self._say(f"✗ {child.name} завершился с кодом {child.returncode}, перезапуск через {delay:.0f} с. {child.log}:")
        for line in child.tail(_TAIL_LINES).splitlines():
            self._say(f"    {line[:_LINE_LENGTH]}")
