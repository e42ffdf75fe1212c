"""One ailing service leaves the other routes alone; slow clients leave the other clients alone."""

import asyncio
import os
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack

import pytest
from tests.faults.ailing import Ailing, running_service
from tests.faults.front import Front, Fronts
from tests.faults.traffic import Caller, Crowd, in_background, pause, percentile

from gateway.resilience.breaker import PROBES
from testkit import eventually

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
SAMPLES = 500 * ROUNDS
"""Of each gateway: the 99th percentile is then the fifth longest."""
TIMES, FLOOR_SECONDS = 2.0, 0.025
"""The 99th percentile may double; where it is so short that a busy machine doubles it, it may grow by so much."""
AILMENTS = ("slow", "silent", "dead", "resetting", "refusing")
CONTROL = "its own"
SUFFERERS, PACE_SECONDS = {"slow": 120, "silent": 120}, 0.1


def suffers(seconds: Mapping[str, list[float]]) -> set[str]:
    """Return the gateways whose well routes are slower than those of the one before healthy services."""
    normal = percentile(seconds["well"], 0.99)
    allowed = max(normal * TIMES, normal + FLOOR_SECONDS)
    return {name for name, samples in seconds.items() if percentile(samples, 0.99) > allowed}


@pytest.fixture(scope="module")
async def services(free_port: Callable[[], int]) -> AsyncIterator[dict[str, Ailing]]:
    """`registry` is well, each other ails by its name; `its own` is a registry of which every 40th answer is late."""
    async with AsyncExitStack() as stack:
        names = ("registry", "well", *AILMENTS, CONTROL)
        yield {name: await stack.enter_async_context(running_service(free_port())) for name in names}


@pytest.fixture(scope="module")
async def gateways(module_fronts: Fronts, services: dict[str, Ailing]) -> dict[str, Front]:
    """One gateway for each ailment, and one before healthy services."""
    before = {name: {"registry": services["registry"], "expertise": services[name]} for name in ("well", *AILMENTS)}
    before[CONTROL] = {"registry": services[CONTROL], "expertise": services["well"]}
    started = await asyncio.gather(*(module_fronts.start(before[name]) for name in before))
    return dict(zip(before, started, strict=True))


async def _measured(crowd: Crowd, gateways: Mapping[str, Front]) -> dict[str, list[float]]:
    """Return how long the gateways' well routes took, asked in turns; the best of three measurements.

    A busy machine stops for a while now and then, a gateway that is held up is held up each time.
    """
    seconds, statuses = defaultdict[str, list[float]](list), set[int]()
    for _ in range(3):
        seconds.clear()
        askers = [_ask_in_turns(crowd, gateways, seconds, statuses) for _ in range(4)]
        async with in_background(*askers):
            await eventually(lambda: all(len(seconds[name]) >= SAMPLES for name in gateways), 60 * ROUNDS)
        if suffers(seconds) == {CONTROL}:
            break
    assert statuses == {200}
    return seconds


async def _ask_in_turns(
    crowd: Crowd, gateways: Mapping[str, Front], seconds: Mapping[str, list[float]], statuses: set[int]
) -> None:
    """Ask every gateway's well route, one after another in an order drawn anew each time."""
    callers = [(name, crowd.caller(front.port)) for name, front in gateways.items()]
    while True:
        random.shuffle(callers)
        for name, caller in callers:
            told = await caller.ask("/v1/well")
            seconds[name].append(told.seconds)
            statuses.add(told.status)


def _shown(seconds: Mapping[str, list[float]]) -> dict[str, str]:
    return {name: f"{percentile(samples, 0.99) * 1000:.1f} ms" for name, samples in seconds.items()}


async def _suffer(caller: Caller) -> None:
    while True:
        await caller.ask("/v1/ailing")
        await pause(PACE_SECONDS)


async def test_a_slow_silent_dead_resetting_or_refusing_service_leaves_the_p99_of_the_other_routes_within_twice_normal(
    gateways: dict[str, Front], services: dict[str, Ailing], crowd: Crowd
) -> None:
    for name in AILMENTS:
        services[name].ailment = name  # type: ignore[assignment]
    await services["dead"].die()
    services[CONTROL].delay_every = 40
    sufferers = [
        _suffer(crowd.caller(front.port)) for name, front in gateways.items() for _ in range(SUFFERERS.get(name, 8))
    ]
    async with in_background(*sufferers):
        seconds = await _measured(crowd, gateways)
    assert suffers(seconds) == {CONTROL}, _shown(seconds)


@pytest.mark.parametrize("ailment", ["dead", "resetting", "refusing"])
async def test_a_service_that_keeps_failing_is_asked_no_more_and_operators_see_it(
    gateways: dict[str, Front], crowd: Crowd, ailment: str
) -> None:
    """Runs after the storm above."""
    front = gateways[ailment]
    assert await front.measure("gateway_breaker_transitions_total", upstream="expertise", to="open") >= 1
    assert await front.measure("gateway_breaker_state", upstream="registry") == 0
    caller = crowd.caller(front.port)
    told = [await caller.ask("/v1/ailing") for _ in range(10)]
    assert {each.status for each in told} == {503}
    assert any(b"service-failing" in each.body for each in told)


async def test_a_silent_service_holds_a_hundred_requests_and_the_others_are_turned_away_at_once(
    gateways: dict[str, Front], services: dict[str, Ailing], crowd: Crowd
) -> None:
    front = gateways["silent"]
    assert services["silent"].reached <= 100
    assert await front.measure("gateway_shed_total", upstream="expertise", bulkhead="short") > 0


async def test_three_hundred_half_heads_and_as_many_half_bodies_cost_the_other_clients_nothing(
    gateways: dict[str, Front], crowd: Crowd
) -> None:
    chosen = {name: gateways[name] for name in ("well", "slow", CONTROL)}
    head = b"POST /v1/%b HTTP/1.1\r\nHost: gateway\r\nContent-Length: %d\r\n"
    begun = [head % (b"well", 5), head % (b"well", 50_000) + b"\r\n{", head % (b"well", 150_000) + b"\r\n{"]
    for number in range(600):
        await crowd.begin(chosen["slow"].port, begun[0] if number < 300 else begun[1 + number % 2])
    seconds = await _measured(crowd, chosen)
    assert suffers(seconds) == {CONTROL}, _shown(seconds)


async def test_a_service_given_up_is_looked_at_by_three_and_no_crowd_and_trusted_again_when_it_is_well(
    gateways: dict[str, Front], services: dict[str, Ailing], crowd: Crowd
) -> None:
    """Nobody has asked the resetting service since the storm."""
    front, service = gateways["resetting"], services["resetting"]
    service.ailment = "slow"
    service.asked.clear()

    async def somebody_looks() -> None:
        await crowd.at_once(front.port, 20, "/v1/ailing", "X-Request-Timeout: 0.2")
        assert service.reached

    await eventually(somebody_looks, 8)
    assert service.reached <= PROBES
    service.ailment = "well"
    caller = crowd.caller(front.port)

    async def it_is_trusted() -> None:
        assert (await caller.ask("/v1/ailing")).status == 200
        assert await front.measure("gateway_breaker_state", upstream="expertise") == 0

    await eventually(it_is_trusted, 8)
