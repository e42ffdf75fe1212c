"""The order of the feed: whoever follows the cursor meets every event once, while many write and numberers die."""

import asyncio
from datetime import UTC, datetime

import pytest

from chassis.mongo import Mongo
from contracts.catalogue import CATALOGUE
from contracts.envelope import Envelope
from reporting.feed import store
from services.reporting.tests.conftest import FEED_KEY, Announcer
from testkit import eventually

WRITERS, EACH = 20, 15
MODEL = CATALOGUE["transfer.event.held.v1"]


def env_of(mongo_url, vhost, issuer) -> dict[str, str]:
    return {
        "MONGO_URL": mongo_url,
        "RABBITMQ_URL": vhost.url("reporting"),
        "ENVIRONMENT": "test",
        "RELAY_LEASE_SECONDS": "1",
        "RELAY_POLL_SECONDS": "0.1",
        "FEED_PSEUDONYM_KEY": FEED_KEY,
        **issuer.env,
    }


async def follow(client, wanted: int) -> list[str]:
    met: list[str] = []
    page = (await client.get("/v1/feed", limit=20)).expect(200)
    while len(met) < wanted:
        met += [event["id"] for event in page["items"]]
        page = (await client.get("/v1/feed", limit=20, after=page["next"])).expect(200)
    return met


async def test_a_reader_behind_twenty_writers_misses_nothing_while_numberers_are_killed(
    mongo_url, vhost, processes, issuer, reporting_on
):
    env = env_of(mongo_url, vhost, issuer)
    async with reporting_on(mongo_url) as running:
        announce = Announcer()
        facts = [announce(MODEL.model_validate(MODEL.example()), f"event-{n}") for n in range(WRITERS * EACH)]
        first = processes.start("reporting", "relay", env=env)

        async def write(share: int) -> None:
            for one in facts[share::WRITERS]:
                await running.hears(one)

        async def die_and_be_followed() -> None:
            async def some_are_numbered() -> None:
                assert (await store.head(running.mongo.plain)).position > EACH

            await eventually(some_are_numbered, 60)
            first.kill()
            processes.start("reporting", "relay", env=env)

        reader = asyncio.create_task(follow(running.client.acting_as("partner"), len(facts)))
        other = asyncio.create_task(follow(running.client.acting_as("another"), len(facts)))
        await asyncio.gather(die_and_be_followed(), *(write(share) for share in range(WRITERS)))
        met = await asyncio.wait_for(reader, 60)
        assert sorted(met) == sorted(envelope.id for envelope, _ in facts)
        assert await asyncio.wait_for(other, 60) == met
        rows = await store.between(running.mongo.plain, 0, 10_000, None, 0)
        assert [row["position"] for row in rows] == list(range(1, len(facts) + 1))
        assert [row["_id"] for row in rows] == met
        moments = [row["numbered_at"] for row in rows]
        assert moments == sorted(moments)


@pytest.fixture
async def mongo(mongo_url):
    opened = Mongo(mongo_url)
    await opened.plain[store.FEED].ensure(store.INDEXES)
    yield opened
    await opened.close()


async def test_many_numberers_at_once_number_every_event_once_without_a_gap(mongo):
    announce = Announcer()
    for number in range(60):
        envelope, fact = announce(MODEL.model_validate(MODEL.example()), f"event-{number}")
        await store.append(mongo.plain, store.row(envelope, fact.model_dump_json().encode(), at=envelope.time))

    numberers = (mongo.transact(store.number, seconds=20) for _ in range(8))
    counted = await asyncio.gather(*numberers, return_exceptions=True)
    assert sum(count for count in counted if isinstance(count, int)) == 60
    rows = await store.between(mongo.plain, 0, 1000, None, 0)
    assert [row["position"] for row in rows] == list(range(1, 61))


async def test_waiting_events_are_numbered_in_the_order_of_their_time(mongo):
    rows = []
    for day in (3, 1, 2):
        envelope = Envelope(
            id=f"id-{day}", source="/transfer", type=MODEL.type, subject=f"s-{day}", sequence=1,
            time=datetime(2024, 1, day, tzinfo=UTC),
        )  # fmt: skip
        rows.append(store.row(envelope, b"{}", at=envelope.time))
    await mongo.plain[store.FEED].insert(*rows)
    await mongo.transact(store.number)
    assert [row["_id"] for row in await store.between(mongo.plain, 0, 9, None, 0)] == ["id-1", "id-2", "id-3"]


async def test_an_event_taken_twice_stays_as_it_was_with_its_number(mongo):
    envelope, fact = Announcer()(MODEL.model_validate(MODEL.example()))
    event = store.row(envelope, fact.model_dump_json().encode(), at=envelope.time)
    await store.append(mongo.plain, event)
    await mongo.transact(store.number)
    await store.append(mongo.plain, event)
    assert await mongo.transact(store.number) == 0
    assert [row["position"] for row in await store.between(mongo.plain, 0, 9, None, 0)] == [1]


def test_no_index_of_the_feed_lets_a_row_expire():
    assert not [index for index in store.INDEXES if "expireAfterSeconds" in index.options]
