"""The public stream on a real broker: what partners' queues and the log receive, and whom nobody's outage holds up."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import aio_pika
import pytest
from prometheus_client import REGISTRY
from pydantic import SecretStr

from chassis import outbox
from chassis.app import prepare
from chassis.mongo import Mongo
from contracts.catalogue import CATALOGUE as EVERY
from contracts.envelope import Envelope
from contracts.public import UNSAID
from reporting.feed import store
from reporting.feed.domain import Pseudonyms, told
from reporting.feed.numbering import keep_numbering
from reporting.feed.publishing import keep_publishing
from reporting.feed.watching import lag, measure
from reporting.settings import ReportingSettings
from reporting.wiring import wire
from services.reporting.tests.conftest import FEED_KEY, Announcer
from testkit import eventually, fresh_vhost
from testkit.bench import running as running_beside

SECONDS = 30
MODEL = EVERY["transfer.event.held.v1"]


@pytest.fixture
def settings_for(mongo_url, issuer):
    def made(url: str) -> ReportingSettings:
        return ReportingSettings(
            mongo_url=SecretStr(mongo_url),
            rabbitmq_url=SecretStr("amqp://127.0.0.1:1"),
            public_rabbitmq_url=SecretStr(url),
            feed_pseudonym_key=SecretStr(FEED_KEY),
            environment="test",
            relay_poll_seconds=0.1,
            relay_backoff_limit_seconds=0.5,
            **issuer.settings,
        )

    return made


@asynccontextmanager
async def opened(settings):
    mongo = Mongo(settings.mongo_url.get_secret_value())
    try:
        await prepare(wire(settings), mongo)
        yield mongo
    finally:
        await mongo.close()


@asynccontextmanager
async def fed(settings):
    """Numberer and public relay at work on a prepared database."""
    async with opened(settings) as mongo:
        duties = keep_numbering(mongo, settings), keep_publishing(mongo, settings, settings.public_amqp)
        async with running_beside(*duties):
            yield mongo


async def append(mongo: Mongo, announce: Announcer, count: int) -> None:
    rows = []
    for number in range(count):
        envelope, fact = announce(MODEL.model_validate(MODEL.example()), f"event-{number}")
        rows.append(store.row(*told(fact, envelope, Pseudonyms(FEED_KEY)), at=datetime.now(UTC)))
    await mongo.plain[store.FEED].insert(*rows)


async def all_sent(mongo: Mongo, count: int) -> None:
    rows = await store.between(mongo.plain, 0, 10_000, None, 0)
    # Counted, not listed: pytest explains how two long lists differ at each of the many tries.
    assert (len(rows), sum(row["state"] == "sent" for row in rows)) == (count, count)


def gauge(name: str) -> float:
    value = REGISTRY.get_sample_value(f"feed_{name}")
    assert value is not None
    return value


async def logged(url: str, offset: str | datetime, count: int) -> list[aio_pika.abc.AbstractIncomingMessage]:
    read: asyncio.Queue[aio_pika.abc.AbstractIncomingMessage] = asyncio.Queue()

    async def keep(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        await message.ack()
        read.put_nowait(message)

    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=100)
        log = await channel.get_queue("public.log")
        await log.consume(keep, arguments={"x-stream-offset": offset})
        async with asyncio.timeout(SECONDS):
            return [await read.get() for _ in range(count)]


async def test_the_log_tells_from_its_start_and_from_a_moment_what_the_feed_tells_over_http(
    mongo_url, vhost, settings_for, reporting_on, year_2023
):
    settings = settings_for(vhost.partners.url("reporting"))
    async with reporting_on(mongo_url) as running, fed(settings) as mongo:
        began = datetime.now(UTC)
        await running.hears_all(year_2023)
        partner = running.client.acting_as("partner")

        async def published() -> int:
            found = await lag(mongo.plain, datetime.now(UTC), published=True)
            assert found.position > 100
            assert (found.unnumbered, found.unpublished) == ((0, 0.0), (0, 0.0))
            return found.position

        count = await eventually(published, SECONDS)
        page = (await partner.get("/v1/feed", limit=500)).expect(200)
        told = {event["id"]: event for event in page["items"]}
        assert len(told) == count
        for offset in ("first", began - timedelta(minutes=1)):
            messages = await logged(vhost.partners.admin_url, offset, count)
            assert {message.message_id for message in messages} == told.keys()
        for message in messages:
            event, envelope = told[message.message_id], Envelope.from_headers(message.headers)
            assert envelope == Envelope.model_validate(event)
            assert (message.type, message.routing_key) == (envelope.type, envelope.type)
            assert (message.delivery_mode, message.content_type) == (2, "application/json")
            assert not {f"cloudEvents:{name}" for name in UNSAID} & message.headers.keys()
            assert message.correlation_id is None


async def test_a_dead_partner_fills_its_own_queue_and_nobody_else_notices(vhost, settings_for, announce):
    partners, count, limit = vhost.partners, 300, 20_000
    dead = {"max-length-bytes": limit, "overflow": "drop-head"}
    policy = {"pattern": "^partner\\.dead$", "apply-to": "queues", "priority": 20, "definition": dead}
    await vhost.access.call("PUT", f"policies/{partners.name}/dead", policy)
    async with await aio_pika.connect(partners.admin_url) as connection:
        channel = await connection.channel()
        for name in ("partner.dead", "partner.alive"):
            queue = await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})
            await queue.bind("public", MODEL.type)

    async def the_limit_is_in_force() -> None:
        assert (await partners.queue("partner.dead")).get("policy") == "dead"

    await eventually(the_limit_is_in_force)
    async with fed(settings_for(partners.url("reporting"))) as mongo:
        await append(mongo, announce, count)
        await eventually(partial(all_sent, mongo, count), SECONDS)

    async def only_the_dead_one_lacks_something() -> None:
        assert await partners.depth("partner.alive") == count
        kept = await partners.depth("partner.dead")
        assert 0 < kept < count
        assert (await partners.queue("partner.dead"))["message_bytes"] <= limit

    await eventually(only_the_dead_one_lacks_something, SECONDS)
    assert len(await logged(partners.admin_url, "first", count)) == count


async def test_while_the_partners_broker_is_away_everything_else_goes_on_and_nothing_is_lost(
    mongo_url, vhost, dedicated_broker, settings_for, reporting_on, processes, issuer, announce
):
    async with fresh_vhost(dedicated_broker.access) as away:
        settings = settings_for(away.partners.url("reporting"))
        env = {
            "MONGO_URL": mongo_url,
            "RABBITMQ_URL": vhost.url("reporting"),
            "PUBLIC_RABBITMQ_URL": away.partners.url("reporting"),
            "FEED_PSEUDONYM_KEY": FEED_KEY,
            "ENVIRONMENT": "test",
            **issuer.env,
        }
        await processes.run("reporting", "migrate", env=env)
        processes.start("reporting", "relay", env=env)
        async with reporting_on(mongo_url) as running, opened(settings) as mongo:
            await append(mongo, announce, 5)
            await eventually(partial(all_sent, mongo, 5), SECONDS)
            dedicated_broker.flush()
            await dedicated_broker.stop()
            await append(mongo, announce, 7)
            envelope, fact = announce(MODEL.model_validate(MODEL.example()))
            own = outbox.row(envelope, fact.model_dump_json().encode(), at=datetime.now(UTC))
            await mongo.plain[outbox.COLLECTION].insert(own)

            async def numbered_read_and_relayed_beside_the_outage() -> None:
                page = (await running.client.acting_as("partner").get("/v1/feed")).expect(200)
                assert len(page["items"]) == 12
                await measure(mongo.plain, datetime.now(UTC), published=True)
                assert (gauge("position"), gauge("unnumbered_rows"), gauge("unpublished_rows")) == (12, 0, 7)
                assert gauge("oldest_unpublished_age_seconds") > 0
                assert await vhost.depth("reporting.inbox") == 1

            await eventually(numbered_read_and_relayed_beside_the_outage, SECONDS)
            await dedicated_broker.start_again()
            await eventually(partial(all_sent, mongo, 12), 60)
            messages = await logged(away.partners.admin_url, "first", 12)
            assert len({message.message_id for message in messages}) == 12


async def test_without_a_numberer_nothing_is_published_and_the_operator_sees_why(settings_for, vhost, announce):
    settings = settings_for(vhost.partners.url("reporting"))
    async with opened(settings) as mongo:
        await append(mongo, announce, 3)
        async with running_beside(keep_publishing(mongo, settings, settings.public_amqp)):
            await measure(mongo.plain, datetime.now(UTC), published=True)
            assert gauge("unnumbered_rows") == 3
            assert gauge("oldest_unnumbered_age_seconds") > 0
            assert gauge("unpublished_rows") == 0


def test_publishing_without_pseudonyms_is_refused_at_the_start(issuer):
    with pytest.raises(ValueError, match="FEED_PSEUDONYM_KEY"):
        ReportingSettings(
            mongo_url=SecretStr("mongodb://x/y"),
            rabbitmq_url=SecretStr("amqp://x"),
            public_rabbitmq_url=SecretStr("amqp://x"),
            **issuer.settings,
        )


def test_a_key_that_could_be_guessed_is_refused_at_the_start(issuer):
    with pytest.raises(ValueError, match="at least 32"):
        ReportingSettings(
            mongo_url=SecretStr("mongodb://x/y"),
            rabbitmq_url=SecretStr("amqp://x"),
            feed_pseudonym_key=SecretStr("x" * 31),
            **issuer.settings,
        )
