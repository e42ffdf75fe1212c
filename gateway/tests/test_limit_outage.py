"""The store of limits frozen, gone and back again: clients are answered all the while."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from structlog.testing import capture_logs

from chassis.identity import Caller
from chassis.mongo import Mongo
from chassis.problem import Problem
from gateway.limits.admission import Bounds, Limits
from gateway.limits.policies import rate_classes
from gateway.limits.upkeep import up
from testkit import Processes, eventually, fresh_database
from testkit.databases import DedicatedMongo

LIMIT = 40


@pytest.fixture
async def frozen(dedicated_mongo: DedicatedMongo) -> AsyncIterator[tuple[DedicatedMongo, Limits, Mongo]]:
    """A store to be frozen, before a replica that has counted in it already."""
    async with fresh_database(dedicated_mongo.access, "gateway") as url:
        mongo = Mongo(url)
        await mongo.ping()
        limits = Limits(rate_classes({"read": {"subject": (LIMIT, 60)}}), mongo, Bounds(streams=2))
        yield dedicated_mongo, limits, mongo
        dedicated_mongo.thaw()
        await mongo.close()


async def asked(limits: Limits, subject: str) -> float:
    """Make a request; return how long it was weighed."""
    started = time.perf_counter()
    await limits.caller("read", Caller(subject=subject), [])
    return time.perf_counter() - started


async def admissions(limits: Limits, subject: str, requests: int) -> int:
    answers = await asyncio.gather(*(asked(limits, subject) for _ in range(requests)), return_exceptions=True)
    assert all(isinstance(answer, float | Problem) for answer in answers), answers
    return sum(isinstance(answer, float) for answer in answers)


async def test_a_frozen_store_delays_one_moment_and_nobody_exceeds_the_limit_of_a_replica(
    frozen: tuple[DedicatedMongo, Limits, Mongo],
):
    store, limits, _ = frozen
    await asked(limits, "known")
    store.freeze()
    alone, failures = limits.measures.alone, limits.measures.failures
    with capture_logs() as logs:
        assert await asked(limits, "first") < 0.3
        waits = [await asked(limits, f"newcomer-{number}") for number in range(200)]
        assert sorted(waits)[100] < 0.005
        assert await admissions(limits, "greedy", 2 * LIMIT) == LIMIT
        assert await admissions(limits, "known", 2 * LIMIT) == LIMIT - 1
    assert [line["event"] for line in logs] == ["the store of limits is silent: each replica counts alone"]
    assert limits.measures.alone > alone
    assert limits.measures.failures > failures
    store.thaw()
    leases = limits.measures.leases

    async def counts_together_again() -> bool:
        await asked(limits, f"late-{time.monotonic_ns()}")
        return limits.measures.leases >= leases + 5

    await eventually(counts_together_again, 15)
    other = Limits(rate_classes({"read": {"subject": (LIMIT, 60)}}), frozen[2])
    assert await admissions(limits, "together", 30) + await admissions(other, "together", 30) == LIMIT


async def test_a_silent_store_is_asked_by_one_question_at_a_time(frozen: tuple[DedicatedMongo, Limits, Mongo]):
    store, limits, _ = frozen
    store.freeze()
    await asyncio.gather(*(asked(limits, f"crowd-{number}") for number in range(500)))
    begun = len(limits._patience._running)
    assert begun <= 64
    await eventually(lambda: asked_often(limits), 5)
    assert len(limits._patience._running) <= begun


async def asked_often(limits: Limits) -> bool:
    unasked = limits.measures.unasked
    await asyncio.gather(*(asked(limits, f"more-{number}-{unasked}") for number in range(50)))
    return limits.measures.unasked >= unasked + 49


async def test_streams_open_and_close_while_the_store_is_frozen(frozen: tuple[DedicatedMongo, Limits, Mongo]):
    store, limits, _ = frozen
    store.freeze()
    async with limits.streams.open("anna"), limits.streams.open("anna"):
        with pytest.raises(Problem, match="too-many-streams"):
            async with limits.streams.open("anna"):
                pass


async def test_a_gateway_whose_store_was_never_there_counts_alone(free_port):
    mongo = Mongo(f"mongodb://127.0.0.1:{free_port()}/gateway?replicaSet=rs0")
    limits = Limits(rate_classes({"read": {"subject": (LIMIT, 60)}}), mongo)
    async with up(limits):
        assert await admissions(limits, "anna", 2 * LIMIT) == LIMIT
    await mongo.close()


async def test_a_running_gateway_answers_while_its_store_is_frozen(
    dedicated_mongo: DedicatedMongo, upstream, gateway_env, processes: Processes
):
    async with fresh_database(dedicated_mongo.access, "gateway") as url, aiohttp.ClientSession() as http:
        env = gateway_env(registry=upstream.url) | {"MONGO_URL": url, "GATEWAY_TRUSTED_PROXIES": "127.0.0.1"}
        gateway = processes.start("gateway", "serve", env=env)
        base = f"http://127.0.0.1:{env['GATEWAY_PORT']}"

        async def ask(number: int) -> tuple[int, float]:
            """Be a client that nobody has seen before."""
            started = time.perf_counter()
            headers = {"X-Forwarded-For": f"203.0.113.{number}"}
            async with http.get(f"{base}/.well-known/jwks.json", headers=headers) as answer:
                await answer.read()
                return answer.status, time.perf_counter() - started

        async def answers() -> bool:
            try:
                return (await ask(0))[0] == 200
            except aiohttp.ClientError:
                return False

        await eventually(answers, 30)
        dedicated_mongo.freeze()
        try:
            asked = [await ask(number) for number in range(1, 100)]
        finally:
            dedicated_mongo.thaw()
        assert {status for status, _ in asked} == {200}
        assert sorted(seconds for _, seconds in asked)[50] < 0.05
        assert "the store of limits is silent" in gateway.log()
        await gateway.stop()
