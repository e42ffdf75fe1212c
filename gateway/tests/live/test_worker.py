"""From the broker to the stream: the real worker, killed and started again, and gateways that come and go."""

import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import aio_pika
import aiohttp
import pytest

from chassis.mongo import Mongo
from contracts.envelope import Envelope
from contracts.registry import StatusGrantedV1
from gateway.live import journal
from gateway.live.audiences import BY_TYPE
from testkit import eventually

TYPE = StatusGrantedV1.type


@pytest.fixture
def worker_env(mongo_url: str, vhost, issuer, free_port: Callable[[], int]) -> dict[str, str]:
    return {
        "MONGO_URL": mongo_url,
        "RABBITMQ_URL": vhost.url("gateway"),
        "HTTP_PORT": str(free_port()),
        "ENVIRONMENT": "test",
        "LOG_LEVEL": "WARNING",
        **issuer.env,
    }


@pytest.fixture
async def broker(vhost) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """Publish facts as the registry's relay does."""
    async with await aio_pika.connect(vhost.url("registry")) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        facts = await channel.get_exchange("facts", ensure=False)

        async def publish(*numbers: int) -> None:
            fact = StatusGrantedV1.model_validate({**StatusGrantedV1.example(), "institution_id": "mine"})
            for number in numbers:
                envelope = Envelope(
                    id=f"fact-{number}",
                    source="/registry",
                    type=TYPE,
                    subject="s",
                    time=datetime.now(UTC),
                    sequence=number,
                )
                body = fact.model_dump_json().encode()
                message = aio_pika.Message(
                    body, headers={**envelope.headers()}, delivery_mode=2, message_id=envelope.id
                )
                await facts.publish(message, routing_key=TYPE, mandatory=True)

        yield publish


async def test_the_inbox_is_bound_to_every_type_that_anybody_is_told_of_and_to_no_other(processes, worker_env, vhost):
    await processes.run("gateway", "migrate", env=worker_env)
    assert await vhost.bindings("gateway.inbox") == set(BY_TYPE)


async def test_a_worker_killed_between_commit_and_acknowledgement_tells_every_fact_once(
    processes, worker_env, broker, gateways, vhost, mongo: Mongo
):
    await processes.run("gateway", "migrate", env=worker_env)
    async with gateways() as gateway, gateway.listening("/v1/institutions/mine/updates") as client:
        await client.ready()
        dying = processes.start("gateway", "follow", env={**worker_env, "CRASHPOINT": "after_consumer_commit:5"})
        await broker(*range(1, 21))
        await dying.wait(30)
        processes.start("gateway", "follow", env=worker_env)
        told = [await client.update() for _ in range(20)]
        assert sorted(each["data"]["version"] for each in told) == list(range(1, 21))
        assert [int(each["id"]) for each in told] == list(range(1, 21))
    assert await journal.last(mongo.plain) == 20
    assert await vhost.depth("gateway.parked") == 0


async def test_two_workers_at_once_tell_every_fact_once(processes, worker_env, broker, free_port, mongo: Mongo):
    await processes.run("gateway", "migrate", env=worker_env)
    await broker(*range(1, 101))
    for _ in range(2):
        processes.start("gateway", "follow", env={**worker_env, "HTTP_PORT": str(free_port())})

    async def all_are_there() -> None:
        assert await journal.last(mongo.plain) == 100

    await eventually(all_are_there, 30)
    entries = await journal.following(mongo.plain, 0, limit=500)
    assert [entry.number for entry in entries] == list(range(1, 101))
    assert {entry.update.version for entry in entries} == set(range(1, 101))


async def test_a_gateway_that_leaves_ends_its_streams_with_a_hint_and_another_one_goes_on_where_they_stood(
    processes, live_env, gateways, tell
):
    env = live_env() | {"GATEWAY_DRAIN_SECONDS": "1"}
    leaving = processes.start("gateway", "serve", env=env)
    base = f"http://127.0.0.1:{env['GATEWAY_PORT']}"
    async with gateways() as staying, aiohttp.ClientSession() as http:

        async def is_up() -> None:
            try:
                async with http.get(f"{base}/readyz") as answer:
                    assert answer.status == 200
            except aiohttp.ClientError as error:
                raise AssertionError from error

        await eventually(is_up, 30)
        there = type(staying)(base, http, staying._issuer)
        async with there.listening() as client:
            await client.ready()
            await tell()
            assert await client.updates(1) == [1]
            os.kill(leaving.pid, signal.SIGTERM)
            last = (await client.end())[-1]
            assert last[":"] == "leaving"
            assert 500 <= int(last["retry"]) <= 5000
        await tell()
        async with staying.listening(after=client.last_id) as again:
            assert await again.updates(1) == [2]
    assert await leaving.wait(20) in (0, -signal.SIGTERM)


async def test_a_replica_that_is_behind_reads_on_before_it_takes_a_client_of_another_one(gateways, tell):
    async with gateways() as first, gateways() as second, first.listening() as client:
        await client.ready()
        for number in range(1, 6):
            await tell()
            assert await client.updates(1) == [number]
            async with second.listening(after=client.last_id) as moved:
                assert (await moved.block(), await moved.block()) == ({"retry": "2000"}, {"id": str(number)})
