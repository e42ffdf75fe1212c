"""Deadlines, second attempts, departures, and large bodies, as clients and services see them."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from tests.faults.ailing import Ailing, running_service
from tests.faults.front import Front, Fronts
from tests.faults.traffic import Caller, Crowd, Lateness, Told, in_background

from testkit import Processes, eventually

LONG = "FAULT_ROUNDS" in os.environ
MIB = 1024 * 1024
MEBIBYTES = 1024 if LONG else 128
GROWTH_KIB = 50 * 1024
OVERDRAFT_SECONDS = 0.1


@pytest.fixture(scope="module")
async def registry(free_port: Callable[[], int]) -> AsyncIterator[Ailing]:
    async with running_service(free_port()) as service:
        yield service


@pytest.fixture(scope="module")
async def service(free_port: Callable[[], int]) -> AsyncIterator[Ailing]:
    """The one that ails."""
    async with running_service(free_port()) as service:
        yield service


@pytest.fixture(scope="module")
async def front(module_fronts: Fronts, registry: Ailing, service: Ailing) -> Front:
    return await module_fronts.start({"registry": registry, "expertise": service})


@pytest.fixture(autouse=True)
async def rested(front: Front, service: Ailing, crowd: Crowd) -> None:
    """Let each test begin with a service that is well and trusted."""
    service.ailment = "well"
    caller = crowd.caller(front.port)

    async def trusted() -> None:
        assert (await caller.ask("/v1/ailing")).status == 200
        assert await front.measure("gateway_breaker_state", upstream="expertise") == 0

    await eventually(trusted, 15)
    service.asked.clear()
    service.deadlines.clear()
    service.abandoned = 0


Ask = Callable[[], Awaitable[list[Told]]]


async def overdrawn(ask: Ask, seconds: float) -> list[float]:
    """Return how long those waited that were told too late, in the best of three rounds.

    A busy machine stops for a tenth of a second now and then, a gateway that is late is late each time. What this very
    process was late is not counted.
    """
    late: list[float] = []
    for _ in range(3):
        own = Lateness()
        async with in_background(own.watch()):
            told = await ask()
        late = [each.seconds for each in told if each.seconds > seconds + OVERDRAFT_SECONDS + own.worst]
        if not late:
            break
    return late


@pytest.mark.parametrize(("ailment", "status"), [("silent", 504), ("head-drips", 504), ("body-drips", 0)])
async def test_no_client_waits_longer_than_a_tenth_of_a_second_beyond_its_deadline(
    front: Front, service: Ailing, crowd: Crowd, ailment: str, status: int
) -> None:
    service.ailment = ailment  # type: ignore[assignment]

    async def ask() -> list[Told]:
        told = await crowd.at_once(front.port, 40, "/v1/ailing", "X-Request-Timeout: 0.3")
        assert {each.status for each in told} == {status}
        assert min(each.seconds for each in told) > 0.29
        return told

    assert not await overdrawn(ask, 0.3)
    assert max(service.deadlines) > 200
    assert max(service.deadlines) <= 300
    await eventually(lambda: service.abandoned == service.reached)


async def test_an_answer_that_comes_later_than_that_is_seen_as_late(
    front: Front, service: Ailing, crowd: Crowd
) -> None:
    service.ailment = "slow"
    assert len(await overdrawn(lambda: crowd.at_once(front.port, 3, "/v1/ailing"), 0.3)) == 3


async def test_a_route_has_its_own_deadline_and_a_client_cannot_extend_it(
    front: Front, service: Ailing, crowd: Crowd
) -> None:
    service.ailment = "silent"
    assert not await overdrawn(lambda: crowd.at_once(front.port, 10, "/v1/hasty", "X-Request-Timeout: 60"), 0.4)
    assert max(service.deadlines) <= 400


async def test_clients_that_give_a_service_no_time_open_no_breaker_for_the_others(
    front: Front, service: Ailing, crowd: Crowd
) -> None:
    service.ailment = "slow"
    assert {each.status for each in await crowd.at_once(front.port, 60, "/v1/ailing", "X-Request-Timeout: 0.05")} == {
        504
    }
    assert (await crowd.caller(front.port).ask("/v1/ailing")).status == 200
    assert await front.measure("gateway_deadline_exceeded_total", upstream="expertise") >= 60


@pytest.mark.parametrize("asked", ["0", "-1", "soon", "1e9", "10ms"])
async def test_a_timeout_that_is_not_a_number_of_seconds_is_refused_before_anything_is_asked(
    front: Front, service: Ailing, crowd: Crowd, asked: str
) -> None:
    told = await crowd.caller(front.port).ask("/v1/ailing", headers=[f"X-Request-Timeout: {asked}"])
    assert (told.status, b"bad-timeout" in told.body) == (400, True)
    assert service.reached == 0


async def test_a_client_cannot_tell_a_service_its_deadline(front: Front, service: Ailing, crowd: Crowd) -> None:
    await crowd.caller(front.port).ask("/v1/ailing", headers=["X-Request-Deadline-Ms: 999999"])
    assert 14_000 < service.deadlines[0] <= 15_000


def amplified(reached: int, requests: int, left: float) -> bool:
    """Tell whether a service got more than the requests, a tenth of them and what was left of the budget before."""
    return reached > requests * 1.1 + left


async def _insist(caller: Caller, count: int, *, tries: int, method: str = "GET") -> list[int]:
    """Ask so often, each time repeating a refusal up to `tries` times; return the statuses."""
    statuses = []
    for _ in range(count):
        for _ in range(tries):
            told = await caller.ask("/v1/ailing", method=method)
            if told.status == 200:
                break
        statuses.append(told.status)
    return statuses


async def test_second_attempts_help_some_clients_and_never_multiply_the_load(
    front: Front, service: Ailing, crowd: Crowd
) -> None:
    service.ailment, left = "one-in-three", await front.measure("gateway_retry_budget_left", upstream="expertise")
    statuses = await asyncio.gather(*(_insist(crowd.caller(front.port), 50, tries=1) for _ in range(6)))
    assert service.reached > 300
    assert not amplified(service.reached, 300, left)
    refused = sum(status == 503 for every in statuses for status in every)
    assert 50 < refused < 100
    assert await front.measure("gateway_retries_total", upstream="expertise", outcome="answered") > 0
    assert await front.measure("gateway_retries_total", upstream="expertise", outcome="no-budget") > 0
    assert await front.measure("gateway_retry_budget_left", upstream="expertise") <= 3


async def test_clients_that_repeat_by_themselves_are_seen_to_multiply_the_load(
    front: Front, service: Ailing, crowd: Crowd
) -> None:
    service.ailment, left = "one-in-three", await front.measure("gateway_retry_budget_left", upstream="expertise")
    await asyncio.gather(*(_insist(crowd.caller(front.port), 50, tries=3, method="POST") for _ in range(4)))
    assert amplified(service.reached, 200, left)


async def test_a_change_without_a_key_reaches_the_service_once_and_one_with_a_key_twice_if_refused(
    front: Front, service: Ailing, crowd: Crowd
) -> None:
    service.ailment, caller = "refusing", crowd.caller(front.port)
    body = b'{"a": 1}'
    assert (await caller.ask("/v1/ailing?plain", method="POST", body=body)).status == 503
    keyed = await caller.ask("/v1/ailing?keyed", method="POST", headers=["Idempotency-Key: 12345678"], body=body)
    assert keyed.status == 503
    assert dict(service.asked) == {"/v1/ailing?plain": 1, "/v1/ailing?keyed": 2}


async def test_a_change_whose_answer_was_lost_is_never_sent_again_a_read_is(
    front: Front, service: Ailing, crowd: Crowd
) -> None:
    service.ailment, caller = "resetting", crowd.caller(front.port)
    changed = await caller.ask("/v1/ailing?a", method="POST", headers=["Idempotency-Key: 12345678"], body=b"{}")
    assert b"answer-lost" in changed.body
    assert b"answer-lost" in (await caller.ask("/v1/ailing?b")).body
    assert dict(service.asked) == {"/v1/ailing?a": 1, "/v1/ailing?b": 2}


async def test_a_service_is_left_in_peace_by_clients_that_left_and_is_not_blamed_for_them(
    front: Front, service: Ailing, crowd: Crowd
) -> None:
    service.ailment = "silent"
    request = b"GET /v1/ailing HTTP/1.1\r\nHost: gateway\r\n\r\n"
    begun = [await crowd.begin(front.port, request) for _ in range(60)]
    await eventually(lambda: service.reached == 60, 5, interval=0.01)
    assert await front.measure("gateway_in_flight", upstream="expertise") == 60
    assert service.abandoned == 0
    for _, writer in begun:
        writer.close()
    await eventually(lambda: service.abandoned == 60, 1, interval=0.01)
    assert await front.measure("gateway_in_flight", upstream="expertise") == 0
    service.ailment = "well"
    assert (await crowd.caller(front.port).ask("/v1/ailing")).status == 200


async def test_a_download_whose_client_leaves_in_the_middle_gives_its_place_back(front: Front, crowd: Crowd) -> None:
    reader, writer = await crowd.begin(front.port, b"GET /v1/download?mib=64 HTTP/1.1\r\nHost: gateway\r\n\r\n")
    assert len(await reader.readexactly(MIB)) == MIB

    async def places_taken(count: int) -> None:
        assert await front.measure("gateway_in_flight", upstream="registry", bulkhead="files") == count

    await places_taken(1)
    writer.transport.abort()
    await eventually(lambda: places_taken(0))


async def test_a_body_too_long_is_refused_before_or_while_it_is_sent(
    front: Front, registry: Ailing, crowd: Crowd
) -> None:
    registry.asked.clear()
    head = b"POST /v1/small HTTP/1.1\r\nHost: gateway\r\n"
    reader, _ = await crowd.begin(front.port, head + b"Content-Length: 200001\r\n\r\n")
    assert b" 413 " in await reader.readuntil(b"\r\n")
    assert registry.reached == 0
    reader, writer = await crowd.begin(front.port, head + b"Transfer-Encoding: chunked\r\n\r\n")
    for _ in range(5):
        writer.write(b"%x\r\n%b\r\n" % (50_000, b"a" * 50_000))
    assert b" 413 " in await reader.readuntil(b"\r\n")
    assert registry.reached == 0
    caller = crowd.caller(front.port)
    assert (await caller.ask("/v1/small", method="POST", body=b"a" * 200_000)).status == 200
    assert registry.reached == 1


def _megabyte(number: int) -> bytes:
    return bytes([number % 251]) * MIB


@pytest.mark.timeout(600)
async def test_large_bodies_pass_both_ways_whole_and_the_gateway_does_not_grow(front: Front, crowd: Crowd) -> None:
    before, digest, started = front.peak_kib(), hashlib.sha256(), time.perf_counter()
    head = f"POST /v1/upload HTTP/1.1\r\nHost: gateway\r\nContent-Length: {MEBIBYTES * MIB}\r\n\r\n"
    reader, writer = await crowd.begin(front.port, head.encode(), limit=MIB)
    for number in range(MEBIBYTES):
        writer.write(_megabyte(number))
        digest.update(_megabyte(number))
        await writer.drain()
    assert b" 200 " in await reader.readuntil(b"\r\n")
    assert digest.hexdigest().encode() in await reader.readuntil(b"}")
    writer.write(f"GET /v1/download?mib={MEBIBYTES} HTTP/1.1\r\nHost: gateway\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    received = hashlib.sha256()
    for _ in range(MEBIBYTES):
        received.update(await reader.readexactly(MIB))
    assert received.digest() == digest.digest()
    growth = front.peak_kib() - before
    assert growth < GROWTH_KIB, f"{growth} KiB in {time.perf_counter() - started:.1f} s"


HOARDER = """
import time
held = [b"a" * 2**20 for _ in range(64)]
print("held")
time.sleep(60)
"""


async def test_a_process_that_keeps_what_passes_through_it_is_seen_to_grow(
    module_processes: Processes, tmp_path: Path
) -> None:
    (tmp_path / "hoarder.py").write_text(HOARDER)
    hoarder = Front(module_processes.start("hoarder", env={"PYTHONPATH": str(tmp_path)}), 0, 0)
    await eventually(lambda: "held" in hoarder.process.log())
    assert hoarder.peak_kib() > GROWTH_KIB
    hoarder.process.kill()


async def test_a_service_that_is_late_with_everything_is_given_up(front: Front, service: Ailing, crowd: Crowd) -> None:
    """The last test of the module: it leaves the breaker open."""
    service.ailment = "silent"

    async def it_is_given_up() -> None:
        told = await crowd.at_once(front.port, 90, "/v1/hasty")
        assert any(b"service-failing" in each.body for each in told)

    await eventually(it_is_given_up, 5)
    assert await front.measure("gateway_breaker_state", upstream="expertise") == 2
