"""The virtual host where partners come: what is there before anybody, and what the services may do in it."""

import asyncio

import aio_pika
import pytest
from aio_pika.exceptions import DeliveryError
from aiormq.exceptions import ChannelAccessRefused

from testkit import Vhost, eventually

TYPE = "transfer.event.held.v1"


async def publish(url: str, exchange: str, body: bytes = b"{}") -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        found = await channel.get_exchange(exchange, ensure=False)
        await found.publish(aio_pika.Message(body, delivery_mode=2), routing_key=TYPE, mandatory=True)


async def test_what_reporting_publishes_stands_in_the_log_for_every_reader_from_the_start(vhost: Vhost):
    partners = vhost.partners
    for number in range(3):
        await publish(partners.url("reporting"), "public", str(number).encode())
    for _ in range(2):
        assert await logged(partners.admin_url, 3) == [b"0", b"1", b"2"]


async def logged(url: str, count: int) -> list[bytes]:
    read: asyncio.Queue[bytes] = asyncio.Queue()

    async def keep(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        await message.ack()
        read.put_nowait(message.body)

    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=10)
        log = await channel.get_queue("public.log")
        await log.consume(keep, arguments={"x-stream-offset": "first"})
        async with asyncio.timeout(10):
            return [await read.get() for _ in range(count)]


async def test_what_partners_say_waits_in_the_inbound_queue_that_transfer_reads(vhost: Vhost):
    partners = vhost.partners
    await publish(partners.admin_url, "inbound", b"told")
    async with await aio_pika.connect(partners.url("transfer")) as connection:
        channel = await connection.channel()
        message = await (await channel.get_queue("inbound")).get()
        assert message.body == b"told"
        await message.reject(requeue=False)

    async def it_is_parked() -> None:
        assert await partners.depth("inbound.parked") == 1

    await eventually(it_is_parked)


@pytest.mark.parametrize(
    ("service", "exchange"), [("reporting", "inbound"), ("transfer", "public"), ("transfer", "inbound")]
)
async def test_a_service_may_not_say_what_is_not_its_to_say(vhost: Vhost, service: str, exchange: str):
    with pytest.raises((ChannelAccessRefused, DeliveryError)):
        await publish(vhost.partners.url(service), exchange)


@pytest.mark.parametrize("service", ["registry", "expertise", "gateway"])
async def test_a_service_without_business_there_is_not_let_in(vhost: Vhost, service: str):
    with pytest.raises((ConnectionError, aio_pika.exceptions.AMQPError)):
        await publish(vhost.partners.url(service), "public")


@pytest.mark.parametrize(
    ("queue", "policy", "said"),
    [
        ("public.log", "public-log", {"max-age": "1Y"}),
        ("inbound", "inbound", {"overflow": "reject-publish", "dead-letter-routing-key": "inbound.parked"}),
        ("partner.anybody", "partners", {"overflow": "drop-head"}),
    ],
)
async def test_every_queue_of_partners_has_its_limit(vhost: Vhost, queue: str, policy: str, said: dict[str, str]):
    partners = vhost.partners
    async with await aio_pika.connect(partners.admin_url) as connection:
        channel = await connection.channel()
        if queue == "partner.anybody":
            await channel.declare_queue(queue, durable=True, arguments={"x-queue-type": "quorum"})

    async def it_is_in_force() -> None:
        found = await partners.queue(queue)
        assert found.get("policy") == policy
        assert said.items() <= found["effective_policy_definition"].items()
        assert found["effective_policy_definition"]["max-length-bytes"] > 0

    await eventually(it_is_in_force)
