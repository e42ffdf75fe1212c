"""Who answers the requests of one connection."""

import asyncio

from starlette.types import ASGIApp

from gateway.front.cycle import Cycle


class Worker:
    """One task for all requests of a connection, as they come one after another: a task for each costs 5 µs.

    A task that was cancelled and has not taken it back answers nothing more; the next request gets a new one.
    """

    __slots__ = ("_app", "_idle", "_left", "_loop", "_next", "_task", "_tasks")

    def __init__(self, loop: asyncio.AbstractEventLoop, app: ASGIApp, tasks: set[asyncio.Task[None]]) -> None:
        """`tasks` holds the task while there is one: the server waits for those."""
        self._loop, self._app, self._tasks = loop, app, tasks
        self._task: asyncio.Task[None] | None = None
        self._idle: asyncio.Future[None] | None = None
        self._next: Cycle | None = None
        self._left = False

    def begin(self, cycle: Cycle) -> None:
        """Answer a request; the one before, if any, has been answered."""
        self._next = cycle
        if self._task is None:
            self._task = self._loop.create_task(self._work())
            self._tasks.add(self._task)
        elif self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

    def leave(self) -> None:
        """Answer no more requests: the connection is gone."""
        self._left = True
        if self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

    async def _work(self) -> None:
        task = self._task
        try:
            while task is not None and not self._left and not task.cancelling():
                cycle, self._next = self._next, None
                if cycle is None:
                    await self._wait()
                else:
                    cycle.scope["task"] = task
                    await cycle.run(self._app)
        finally:
            if task is not None:
                self._tasks.discard(task)
            self._task = None
            if self._next is not None and not self._left:
                self.begin(self._next)

    async def _wait(self) -> None:
        self._idle = self._loop.create_future()
        try:
            await self._idle
        finally:
            self._idle = None
