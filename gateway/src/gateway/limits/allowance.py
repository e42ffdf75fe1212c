"""One limit for many keys: who has which window, in bounded memory."""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass

from gateway.limits.leases import LeaseStore
from gateway.limits.measures import Tally
from gateway.limits.patience import Patience
from gateway.limits.policies import Kind, Policy
from gateway.limits.windows import Window

_ROOM = {"address": 32, "subject": 64, "partner": 64}
"""Leases under way at most: many new addresses must not crowd out those who have signed in."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Where replicas count together."""

    store: LeaseStore
    patience: Patience


@dataclass(slots=True)
class _Queue:
    """Requests of one key that wait for one lease."""

    waiting: int = 0
    task: asyncio.Task[None] | None = None


class Allowance:
    """Weighs requests of one kind of one rate class, with other replicas or, when `shared` is None, alone."""

    def __init__(self, policy: Policy, tally: Tally, shared: Shared | None, *, keys: int) -> None:
        """`keys` is how many are remembered at most; the one not heard of for longest is forgotten."""
        self.policy, self.tally = policy, tally
        self._shared, self._most = shared, keys
        self._windows: OrderedDict[str, Window] = OrderedDict()
        self._queues: dict[str, _Queue] = {}
        named = f'"{tally.rate}-{tally.kind}";q={policy.limit};w={policy.seconds}'
        self.headers = ((b"ratelimit-policy", named.encode()), (b"ratelimit-limit", b"%d" % policy.limit))
        """Of every answer alike: the policy as draft-ietf-httpapi-ratelimit-headers names it, and its limit."""

    @property
    def kind(self) -> Kind:
        """Return what is counted."""
        return self.tally.kind

    def at_once(self, key: str) -> Window | None:
        """Count one request of a key whose window has a token; None: `admit` has to look further."""
        window = self._windows.get(key)
        if window is None or not window.take(time.monotonic()):
            return None
        self._windows.move_to_end(key)
        self.tally.admitted += 1
        return window

    def window(self, key: str) -> Window | None:
        """Return what is known of a key; counts nothing."""
        return self._windows.get(key)

    async def admit(self, key: str) -> tuple[bool, Window]:
        """Count one request of a key; tell whether it is within the limit. Waits only when a lease has to be taken."""
        window = self._windows.get(key)
        if window is None:
            window = self._remembered(key)
        else:
            self._windows.move_to_end(key)
        admitted = window.take(time.monotonic())
        while admitted is None:
            await self._fill(key, window)
            admitted = window.take(time.monotonic())
        if admitted:
            self.tally.admitted += 1
        else:
            self.tally.refused += 1
        return admitted, window

    def _remembered(self, key: str) -> Window:
        window = self._windows[key] = Window()
        if len(self._windows) > self._most:
            self._windows.popitem(last=False)
        self.tally.held = len(self._windows)
        return window

    async def _fill(self, key: str, window: Window) -> None:
        """Put a lease into a window, the same one for all who wait; without the store, what this replica grants."""
        if self._shared is None:
            window.go_on_alone(self.policy, time.monotonic())
            return
        queue = self._queues.setdefault(key, _Queue())
        queue.waiting += 1
        try:
            if queue.task is None:
                room = _ROOM[self.tally.kind]
                queue.task = self._shared.patience.begin(lambda: self._lease(key, window, queue), room=room)
            if not await self._shared.patience.answered(queue.task):
                window.go_on_alone(self.policy, time.monotonic())
                self._shared.patience.measures.alone += 1
        finally:
            queue.waiting -= 1
            self._leave(key, queue)

    async def _lease(self, key: str, window: Window, queue: _Queue) -> None:
        assert self._shared is not None  # noqa: S101 - narrows for the type checker
        try:
            name = f"{self.tally.kind}:{self.tally.rate}:{key}"
            sent = time.monotonic()
            window.fill(await self._shared.store.take(name, self.policy, queue.waiting + window.owed), sent)
            self._shared.patience.measures.leases += 1
        finally:
            queue.task = None
            self._leave(key, queue)

    def _leave(self, key: str, queue: _Queue) -> None:
        if not queue.waiting and queue.task is None and self._queues.get(key) is queue:
            del self._queues[key]
