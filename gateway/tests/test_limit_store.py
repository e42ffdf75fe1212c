"""Replicas that count together in a real database, and alone when it is silent."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from prometheus_client import CollectorRegistry

from chassis.identity import Caller
from chassis.mongo import Mongo
from chassis.problem import Problem
from gateway.limits.admission import Bounds, Limits
from gateway.limits.leases import COLLECTION, LeaseStore
from gateway.limits.policies import Policy, rate_classes
from gateway.limits.upkeep import up
from gateway.limits.windows import SHARES, share
from testkit import eventually

ANNA = Caller(subject="anna")
LIMIT = 200
Headers = list[tuple[bytes, bytes]]
Replicas = Callable[..., Awaitable[list[Limits]]]


@pytest.fixture
async def mongo(mongo_url: str) -> AsyncIterator[Mongo]:
    opened = Mongo(mongo_url)
    await opened.ping()
    yield opened
    await opened.close()


def limits(mongo: Mongo | None, limit: int = LIMIT, seconds: int = 60, keys: int = 1000) -> Limits:
    policy = (limit, seconds)
    return Limits(rate_classes({"read": {"address": policy, "subject": policy}}), mongo, Bounds(keys=keys, patience=5))


async def admitted(replica: Limits, caller: Caller = ANNA) -> bool:
    try:
        await replica.caller("read", caller, [])
    except Problem:
        return False
    return True


async def admissions(replica: Limits, requests: int, caller: Caller = ANNA) -> int:
    return sum(await asyncio.gather(*(admitted(replica, caller) for _ in range(requests))))


@pytest.mark.parametrize("seed", range(3))
async def test_three_replicas_hammered_at_once_admit_the_limit_together_and_hardly_less(mongo: Mongo, seed: int):
    replicas = [limits(mongo) for _ in range(3)]
    caller = Caller(subject=f"anna-{seed}")

    async def hammer(replica: Limits) -> int:
        return sum([await admissions(replica, 10, caller) for _ in range(30)])

    total = sum(await asyncio.gather(*(hammer(replica) for replica in replicas)))
    assert total == LIMIT


async def test_a_caller_that_settles_at_one_replica_loses_at_most_what_the_others_hold(mongo: Mongo):
    first, second, third = (limits(mongo) for _ in range(3))
    assert await admitted(first)
    assert await admitted(second)
    total = 2 + await admissions(third, LIMIT)
    assert LIMIT - 2 * -(-LIMIT // SHARES) <= total <= LIMIT


async def test_a_warm_request_asks_the_store_nothing(mongo: Mongo):
    replica = limits(mongo)
    assert await admitted(replica)
    leases = replica.measures.leases
    assert await admissions(replica, LIMIT // SHARES - 1) == LIMIT // SHARES - 1
    assert replica.measures.leases == leases
    assert await admitted(replica)
    assert replica.measures.leases == leases + 1


async def test_requests_that_need_a_lease_at_once_share_one(mongo: Mongo):
    replica = limits(mongo)
    assert await admissions(replica, 150) == 150
    assert replica.measures.leases == 1


async def test_a_refused_caller_costs_the_store_nothing_until_its_window_ends(mongo: Mongo):
    replica = limits(mongo, limit=3)
    assert await admissions(replica, 5) == 3
    leases = replica.measures.leases
    assert await admissions(replica, 100) == 0
    assert replica.measures.leases == leases


async def test_the_next_window_begins_anew_for_all_replicas_together(mongo: Mongo):
    first, second = limits(mongo, limit=10, seconds=1), limits(mongo, limit=10, seconds=1)
    assert await admissions(first, 20) == 10
    assert not await admitted(second)
    await eventually(lambda: admitted(second), 5)
    assert 1 + await admissions(first, 20) + await admissions(second, 20) == 10


async def test_callers_addresses_and_classes_are_counted_apart(mongo: Mongo):
    replica = limits(mongo, limit=1)
    assert await admitted(replica)
    assert not await admitted(replica)
    assert await admitted(replica, Caller(subject="boris"))
    await replica.caller("write", ANNA, [])
    await replica.address("read", "192.0.2.1", [])
    await replica.address("read", "192.0.2.2", [])
    with pytest.raises(Problem, match="too-many-requests"):
        await replica.address("read", "192.0.2.2", [])


async def test_a_program_in_its_own_name_has_the_limit_of_partners(mongo: Mongo):
    replica = limits(mongo, limit=1)
    partner = Caller(subject="exchange", client="exchange")
    assert await admissions(replica, 3, partner) == 3
    on_behalf = Caller(subject="person", client="exchange")
    assert await admissions(replica, 3, on_behalf) == 1


async def test_the_answer_tells_what_remains_and_when_it_begins_anew(mongo: Mongo):
    replica, told = limits(mongo, limit=2), Headers()
    await replica.address("read", "192.0.2.1", told)
    await replica.caller("read", ANNA, told)
    assert dict(told)[b"ratelimit-policy"] == b'"read-subject";q=2;w=60'
    assert (dict(told)[b"ratelimit-limit"], dict(told)[b"ratelimit-remaining"]) == (b"2", b"1")
    assert 1 <= int(dict(told)[b"ratelimit-reset"]) <= 60
    assert len(told) == len(dict(told)) == 4


async def test_a_refusal_says_in_russian_when_to_come_again(mongo: Mongo):
    replica, told = limits(mongo, limit=1), Headers()
    await replica.caller("read", ANNA, [])
    with pytest.raises(Problem) as refused:
        await replica.caller("read", ANNA, told)
    headers = refused.value.headers or {}
    assert 1 <= int(headers["Retry-After"]) <= 60
    assert refused.value.detail.ru.endswith(f"Повторите через {headers['Retry-After']} с.")
    assert dict(told)[b"ratelimit-remaining"] == b"0"
    assert dict(told)[b"ratelimit-reset"].decode() == headers["Retry-After"]


async def test_the_store_shares_out_exactly_as_the_rule_says(mongo: Mongo):
    store, left = LeaseStore(mongo), 100
    for wanted in (1, 1, 5, 40, 1, 1, 1, 1, 100, 1):
        lease = await store.take("key", Policy(100), wanted)
        assert lease.granted == share(left, wanted)
        left -= lease.granted
        assert lease.left == left
        assert 0 < lease.seconds <= 60


async def test_a_limit_lowered_while_a_window_runs_grants_nothing_more(mongo: Mongo):
    store = LeaseStore(mongo)
    assert (await store.take("key", Policy(100), 60)).granted == 60
    lowered = await store.take("key", Policy(50), 1)
    assert (lowered.granted, lowered.left) == (0, 0)


async def test_windows_that_are_over_are_dropped_by_an_index(mongo: Mongo):
    replica = limits(mongo)
    async with up(replica):

        async def indexed() -> None:
            found = await mongo.motor[COLLECTION].index_information()
            assert any(index.get("expireAfterSeconds") == 60 for index in found.values())

        await eventually(indexed, 10)


async def test_many_addresses_take_a_bounded_memory_and_the_oldest_is_forgotten():
    replica = limits(None, limit=1, keys=100)
    for number in range(1000):
        await replica.address("read", f"198.51.{number // 250}.{number % 250}", [])
    held = sum(tally.held for tally in replica.measures.tallies)
    assert held == 100
    with pytest.raises(Problem):
        await replica.address("read", "198.51.3.249", [])
    await replica.address("read", "198.51.0.0", [])


async def test_an_address_still_in_use_outlives_newcomers():
    replica = limits(None, limit=1, keys=3)
    await replica.address("read", "192.0.2.1", [])
    for number in range(9):
        await replica.address("read", f"198.51.100.{number}", [])
        with pytest.raises(Problem):
            await replica.address("read", "192.0.2.1", [])


async def test_a_long_subject_of_a_foreign_issuer_is_kept_short(mongo: Mongo):
    await limits(mongo).caller("read", Caller(subject="s" * 5000), [])

    async def it_is_stored_short() -> None:  # the store is told behind the request's back when it is slow
        stored = [len(each["_id"]) for each in await mongo.plain[COLLECTION].find({"_id": {"$gt": ""}})]
        assert stored
        assert stored[0] < 100

    await eventually(it_is_stored_short)


async def test_without_a_store_each_replica_counts_alone():
    first, second = limits(None, limit=5), limits(None, limit=5)
    assert (await admissions(first, 9), await admissions(second, 9)) == (5, 5)


async def test_a_warm_request_takes_less_than_three_microseconds():
    replica = limits(None, limit=10_000_000)
    told = Headers()

    async def fastest() -> float:
        times = []
        for _ in range(20):
            started = time.perf_counter()
            for _ in range(500):
                told.clear()
                await replica.address("read", "192.0.2.1", told)
            times.append((time.perf_counter() - started) / 500)
        return min(times)

    assert await fastest() < 3e-6


async def test_an_operator_sees_what_was_admitted_and_refused_by_class_and_kind(mongo: Mongo):
    replica = limits(mongo, limit=2)
    await admissions(replica, 5)
    registry = CollectorRegistry()
    registry.register(replica.measures)

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, labels)

    assert value("gateway_limit_total", rate="read", kind="subject", result="admitted") == 2
    assert value("gateway_limit_total", rate="read", kind="subject", result="refused") == 3
    assert value("gateway_limit_total", rate="write", kind="subject", result="refused") == 0
    assert value("gateway_limit_keys", rate="read", kind="subject") == 1
    assert value("gateway_limit_leases_total") == 1
    assert value("gateway_limit_store_failures_total") == 0
