"""Asking a store that may fall silent: no request waits longer than a moment, and a silent store is not pressed."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import structlog

from gateway.limits.measures import Measures

T = TypeVar("T")
_PROBE_SECONDS = 1.0
_TURNS = 5
log = structlog.get_logger("limits")


class Patience:
    """Runs questions to the store. Silent after an error or a late answer, until any question is answered again.

    A question is never cancelled: it ends when the driver gives it up, and its late answer is good news. While the
    store is silent one question at a time goes out, for which nobody waits.
    """

    def __init__(self, measures: Measures, *, seconds: float = 0.1) -> None:
        self.measures, self._seconds = measures, seconds
        self._running: set[asyncio.Task[Any]] = set()
        self._silent, self._probe_at = False, 0.0

    def begin(self, question: Callable[[], Coroutine[Any, Any, T]], *, room: int) -> asyncio.Task[T] | None:
        """Start a question unless `room` of them are under way already, or the store is silent and it is not time."""
        now = time.monotonic()
        if len(self._running) >= (1 if self._silent else room) or (self._silent and now < self._probe_at):
            self.measures.unasked += 1
            return None
        self._probe_at = now + _PROBE_SECONDS
        task = asyncio.create_task(question())
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def answered(self, task: asyncio.Task[Any] | None) -> bool:
        """Wait for a question as long as a request may; tell whether its answer has come."""
        if task is None or (self._silent and not task.done()):
            return False
        if not task.done():
            await asyncio.wait({task}, timeout=self._seconds)
        for _ in range(_TURNS):  # this process may have been the slow one: an answer that is here counts
            if not task.done():
                await asyncio.sleep(0)
        if not task.done():
            self._fell_silent(None)
            return False
        return task.exception() is None

    async def close(self) -> None:
        """Give up what is under way."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        if error := task.exception():
            self._fell_silent(error)
        elif self._silent:
            self._silent = False
            log.warning("the store of limits answers again")

    def _fell_silent(self, error: BaseException | None) -> None:
        self.measures.failures += 1
        if not self._silent:
            self._silent = True
            reason = "late" if error is None else repr(error)
            log.warning("the store of limits is silent: each replica counts alone", reason=reason)
