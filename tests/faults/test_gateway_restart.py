"""Two gateways behind one address are restarted one after the other while clients ask: no request is lost."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from tests.faults.ailing import Ailing, running_service
from tests.faults.front import Front, Fronts
from tests.faults.traffic import Caller, Crowd, pause

from testkit import eventually
from testkit.balancer import taking_turns

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
CLIENTS, PAUSE_SECONDS = 8, 0.01
DRAIN_SECONDS, NOTICED_SECONDS = 1.0, 0.2
"""A balancer learns that a replica leaves some time after the replica has begun to."""


@dataclass
class Kept:
    """What clients sent, and what they were told of it."""

    statuses: Counter[int] = field(default_factory=Counter)
    changes: list[str] = field(default_factory=list)
    moved: int = 0
    """How often a client was asked to open another connection."""
    _over: bool = False
    _begun: int = 0

    @asynccontextmanager
    async def asking(self, callers: Iterable[Caller]) -> AsyncIterator[None]:
        """Let clients ask beside the block; at its end each waits for its last answer."""
        tasks = [asyncio.create_task(self._ask_on(caller)) for caller in callers]
        try:
            yield
        finally:
            self._over = True
            await asyncio.gather(*tasks)

    async def _ask_on(self, caller: Caller) -> None:
        """Read and change in turns, each request once."""
        while not self._over:
            self._begun += 1
            await self._ask(caller, self._begun)
            await pause(PAUSE_SECONDS)

    async def _ask(self, caller: Caller, number: int) -> None:
        target, method = f"/v1/well?n={number}", "POST" if number % 2 else "GET"
        told = await caller.ask(target, method=method, body=b"{}" if number % 2 else b"")
        self.statuses[told.status] += 1
        self.moved += told.closing
        if method == "POST":
            self.changes.append(target)

    def lost(self, service: Ailing) -> list[str]:
        """Return every request without its answer, and every change that reached the service but once."""
        found = [f"{count} told {status}" for status, count in self.statuses.items() if status != 200]
        return found + [f"{change}: {service.asked[change]}" for change in self.changes if service.asked[change] != 1]


@dataclass
class Pair:
    """Two gateways behind one address."""

    fronts: Fronts
    service: Ailing
    ports: list[int] = field(default_factory=list)
    """Those that get new connections."""
    running: list[Front] = field(default_factory=list)

    async def begin(self) -> None:
        """Start both."""
        self.running[:] = await asyncio.gather(*(self._start() for _ in range(2)))
        self.ports[:] = [front.port for front in self.running]

    async def restart(self, place: int) -> None:
        """Restart one as a rollout does: told to end, out of the rotation a moment later, back when it is ready."""
        front = self.running[place]
        ending = asyncio.create_task(front.process.stop())
        await pause(NOTICED_SECONDS)
        self.ports.remove(front.port)
        await ending
        self.running[place] = await self._start(front.port)
        self.ports.append(front.port)

    async def _start(self, port: int | None = None) -> Front:
        return await self.fronts.start({"registry": self.service}, port=port, GATEWAY_DRAIN_SECONDS=str(DRAIN_SECONDS))


@pytest.fixture(scope="module")
async def pair(module_fronts: Fronts, free_port: Callable[[], int]) -> AsyncIterator[Pair]:
    async with running_service(free_port()) as service:
        both = Pair(module_fronts, service)
        await both.begin()
        yield both


async def test_a_rolling_restart_of_two_gateways_under_load_loses_no_request(pair: Pair, crowd: Crowd) -> None:
    kept = Kept()
    async with taking_turns(pair.ports) as address:
        async with kept.asking([crowd.caller(address) for _ in range(CLIENTS)]):
            for place in (0, 1) * ROUNDS:
                await pair.restart(place)
        await crowd.leave()
    assert not kept.lost(pair.service)
    assert kept.statuses[200] > 200
    assert kept.moved >= 2


async def test_a_gateway_that_is_killed_instead_is_seen_to_lose_requests(pair: Pair, crowd: Crowd) -> None:
    """The last test of the module: one gateway is gone."""
    kept, front = Kept(), pair.running[0]
    async with taking_turns(pair.ports) as address:
        async with kept.asking([crowd.caller(address) for _ in range(CLIENTS)]):
            await eventually(lambda: kept.statuses[200] > 50)
            front.process.kill()
            pair.ports.remove(front.port)
            await eventually(lambda: kept.statuses[0] > 0)
        await crowd.leave()
    assert kept.lost(pair.service)
