"""Processes that die at the worst moment. Each death is at a named point, never a race.

A ledger outside the system holds what clients were told; the checker compares it with what the system holds.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import aiohttp
import pytest

from chassis.mongo import Mongo
from testkit import Client, DedicatedBroker, Issuer, Process, Processes, Vhost, eventually, fresh_vhost

SAMPLES = "testkit.samples"


@dataclass
class Ledger:
    """What clients were told: counter → raises acknowledged with 2xx."""

    acknowledged: dict[str, int] = field(default_factory=dict)

    def opened(self, counter: str) -> None:
        self.acknowledged[counter] = 0

    def raised(self, counter: str) -> None:
        self.acknowledged[counter] += 1


async def violations(ledger: Ledger, mongo: Mongo) -> list[str]:
    """Return every difference between ledger, state, outbox and effects; empty when nothing was lost or doubled."""
    everything = {"_id": {"$gte": ""}}
    counters = {row["_id"]: row for row in await mongo.plain["counters"].find(everything)}
    sums = {row["_id"]: row["raises"] for row in await mongo.plain["sums"].find(everything)}
    names = {row["_id"] for row in await mongo.plain["names"].find(everything)}
    rows = await mongo.plain["outbox"].find(everything)
    found = [f"unsent: {row['_id']}" for row in rows if row["state"] != "sent"]
    for counter, raises in ledger.acknowledged.items():
        stored = counters.get(counter)
        if stored is None:
            found.append(f"lost: counter {counter}")
            continue
        versions = sorted(row["sequence"] for row in rows if row["aggregate_id"] == counter)
        if stored["value"] != raises:
            found.append(f"state: {counter} is {stored['value']}, acknowledged {raises}")
        if versions != list(range(1, stored["version"] + 1)):
            found.append(f"facts: {counter} has {versions}, version {stored['version']}")
        if (sums.get(counter, 0), counter in names) != (stored["value"], True):
            found.append(f"effects: {counter} {sums.get(counter, 0)}, state {stored['value']}")
    return found + [f"ghost: {counter}" for counter in counters if counter not in ledger.acknowledged]


@dataclass
class Samples:
    """The sample service as processes."""

    processes: Processes
    env: Mapping[str, str]
    port: int
    mongo: Mongo
    client: Client
    ledger: Ledger = field(default_factory=Ledger)

    def start(self, role: str, *, crash: str = "") -> Process:
        return self.processes.start(SAMPLES, role, env={**self.env, "CRASHPOINT": crash})

    async def serve(self, *, crash: str = "") -> Process:
        process = self.start("serve", crash=crash)

        async def ready() -> None:
            assert process.running, process.log()
            try:
                assert (await self.client.get("/readyz")).status == 200
            except aiohttp.ClientError as error:
                raise AssertionError(repr(error)) from error

        await eventually(ready, 30)
        return process

    async def open(self, name: str) -> str:
        counter: str = (await self.client.post("/v1/counters", {"name": name})).expect(201)["id"]
        self.ledger.opened(counter)
        return counter

    async def raise_(self, counter: str, key: str) -> None:
        """Repeat a raise with its key until it is acknowledged, as a client does after 503 or a broken connection."""

        async def acknowledged() -> None:
            try:
                (await self.client.post(f"/v1/counters/{counter}/raise", idempotency_key=key)).expect(200)
            except aiohttp.ClientError as error:
                raise AssertionError(repr(error)) from error

        await eventually(acknowledged, 30, interval=0.2)
        self.ledger.raised(counter)

    async def nothing_lost_or_doubled(self, seconds: float = 30) -> None:
        async def holds() -> None:
            assert await violations(self.ledger, self.mongo) == []

        await eventually(holds, seconds)


@asynccontextmanager
async def samples_on(
    vhost: Vhost, mongo_url: str, issuer: Issuer, port: int, processes: Processes
) -> AsyncIterator[Samples]:
    env = {
        **issuer.env,
        "ENVIRONMENT": "test",
        "MONGO_URL": mongo_url,
        "RABBITMQ_URL": vhost.url("registry"),
        "HTTP_PORT": str(port),
        "RELAY_LEASE_SECONDS": "2",
        "RELAY_POLL_SECONDS": "0.2",
    }
    mongo = Mongo(mongo_url)
    async with aiohttp.ClientSession() as session:
        client = Client(session, f"http://127.0.0.1:{port}", issuer).acting_as("operator-1", roles=("operator",))
        try:
            yield Samples(processes, env, port, mongo, client)
        finally:
            await mongo.close()


@pytest.fixture(scope="module")
async def migrated(
    module_vhost: Vhost,
    module_mongo_url: str,
    issuer: Issuer,
    free_port: Callable[[], int],
    module_processes: Processes,
) -> AsyncIterator[Samples]:
    async with samples_on(module_vhost, module_mongo_url, issuer, free_port(), module_processes) as running:
        await module_processes.run(SAMPLES, "migrate", env=running.env)
        yield running


@pytest.fixture
def samples(migrated: Samples, processes: Processes) -> Samples:
    """Processes of the test's own on one database; the ledger goes on from test to test."""
    return replace(migrated, processes=processes)


async def test_a_death_after_commit_before_the_answer_loses_nothing_and_doubles_nothing(samples: Samples) -> None:
    samples.start("relay")
    process = await samples.serve(crash="after_commit:3")
    counter = await samples.open("after commit")
    await samples.raise_(counter, "key-00001")
    with pytest.raises(aiohttp.ClientError):
        await samples.client.post(f"/v1/counters/{counter}/raise", idempotency_key="key-00002")
    assert await process.wait() == 137
    await samples.serve()
    await samples.raise_(counter, "key-00002")
    await samples.nothing_lost_or_doubled()


async def test_a_relay_that_dies_after_the_confirm_before_the_mark_publishes_twice_with_one_effect(
    samples: Samples,
) -> None:
    await samples.serve()
    relay = samples.start("relay", crash="after_confirm_before_mark")
    counter = await samples.open("after confirm")
    for number in range(4):
        await samples.raise_(counter, f"key-0000{number}")
    assert await relay.wait() == 137
    samples.start("relay")
    await samples.nothing_lost_or_doubled()


@pytest.mark.parametrize("point", ["inside_consumer_transaction", "after_consumer_commit"])
async def test_a_consumer_that_dies_inside_or_after_its_transaction_has_one_effect(
    samples: Samples, point: str
) -> None:
    process = await samples.serve(crash=point)
    counter = await samples.open(point)
    await samples.raise_(counter, "key-00001")
    samples.start("relay")
    assert await process.wait() == 137
    await samples.serve()
    await samples.raise_(counter, "key-00002")
    await samples.nothing_lost_or_doubled()


async def test_two_replicas_of_service_and_relay_at_once_lose_and_double_nothing(
    samples: Samples, free_port: Callable[[], int]
) -> None:
    await samples.serve()
    samples.processes.start(SAMPLES, "serve", env={**samples.env, "HTTP_PORT": str(free_port())})
    first = samples.start("relay")
    samples.start("relay")
    counters = [await samples.open(f"c{number}") for number in range(5)]
    for number in range(3):
        for counter in counters:
            await samples.raise_(counter, f"key-{number}-{counter[-6:]}")
    first.kill()
    await samples.raise_(counters[0], "key-after-kill")
    await samples.nothing_lost_or_doubled()


async def test_the_checker_sees_a_lost_a_doubled_and_a_ghost_effect(samples: Samples) -> None:
    """The last test on the common database: it spoils it."""
    samples.start("relay")
    await samples.serve()
    counter = await samples.open("checked")
    await samples.raise_(counter, "key-00001")
    await samples.nothing_lost_or_doubled()

    samples.ledger.raised(counter)
    assert "acknowledged 2" in "".join(await violations(samples.ledger, samples.mongo))
    samples.ledger.acknowledged[counter] = 1
    await samples.mongo.plain["sums"].update({"_id": counter}, {"$inc": {"raises": 1}})
    assert "effects" in "".join(await violations(samples.ledger, samples.mongo))
    await samples.mongo.plain["outbox"].delete({"aggregate_id": counter, "sequence": 2})
    assert "facts" in "".join(await violations(samples.ledger, samples.mongo))
    del samples.ledger.acknowledged[counter]
    assert await violations(samples.ledger, samples.mongo) == [f"ghost: {counter}"]


@pytest.mark.timeout(240)
async def test_http_works_while_the_broker_is_away_and_the_backlog_drains_when_it_returns(
    dedicated_broker: DedicatedBroker,
    mongo_url: str,
    issuer: Issuer,
    free_port: Callable[[], int],
    processes: Processes,
) -> None:
    """The broker is absent at start, comes, goes away under writes, and comes back."""
    async with (
        fresh_vhost(dedicated_broker.access) as vhost,
        samples_on(vhost, mongo_url, issuer, free_port(), processes) as samples,
    ):
        await processes.run(SAMPLES, "migrate", env=samples.env)
        await dedicated_broker.stop()
        await samples.serve()
        samples.start("relay")
        migration = samples.start("migrate")
        counter = await samples.open("a")
        await dedicated_broker.start_again()
        assert await migration.wait(90) == 0, migration.log()
        await samples.nothing_lost_or_doubled(60)

        await dedicated_broker.stop()
        counters = [counter]
        for number in range(5):
            counters.append(await samples.open(f"c{number}"))
            await samples.raise_(counters[-1], f"key-{number:05}")
            await paced(samples)
        assert (await samples.client.get("/readyz")).expect(200)["status"] == "ok"
        await dedicated_broker.start_again()
        await samples.nothing_lost_or_doubled(60)


async def paced(samples: Samples) -> None:
    """Let one second pass between writes, by the database's clock."""
    before = (await samples.mongo.motor.command("hello"))["localTime"]

    async def a_second_later() -> None:
        assert ((await samples.mongo.motor.command("hello"))["localTime"] - before).total_seconds() >= 1

    await eventually(a_second_later, 5, interval=0.2)
