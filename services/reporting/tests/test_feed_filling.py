"""What the chronicle knew before there was a feed comes into the feed once, in order."""

from datetime import UTC, datetime, timedelta

import pytest
import uuid_utils

from contracts.catalogue import CATALOGUE as EVERY
from contracts.public import CATALOGUE
from reporting.feed import store
from reporting.feed.domain import Pseudonyms, moment_of
from reporting.feed.filling import fill
from services.reporting.tests.conftest import FEED_KEY

PSEUDONYMS = Pseudonyms(FEED_KEY)


def clock() -> datetime:
    return datetime.now(UTC)


COLUMNS = ("_id", "aggregate_id", "sequence", "ordinal", "type", "body", "attempts")


@pytest.fixture
async def heard_before(running, announce):
    """Every published fact, with ids as the services give them; what the feed made of them is returned and gone."""
    for model in EVERY.values():
        envelope, fact = announce(model.model_validate(model.example()), at=datetime.now(UTC))
        await running.hears((envelope.model_copy(update={"id": str(uuid_utils.uuid7())}), fact))
    before = await running.documents("feed")
    await running.mongo.plain["feed"].delete({})
    return before


async def test_filling_gives_the_same_events_as_hearing_them_gave(running, heard_before):
    filled = await fill(running.mongo.plain, PSEUDONYMS, clock)
    after = await running.documents("feed")
    assert (filled.taken, filled.there, filled.timeless) == (len(CATALOGUE), 0, [])
    assert [[row[name] for name in COLUMNS] for row in after] == [
        [row[name] for name in COLUMNS] for row in heard_before
    ]
    for old, new in zip(heard_before, after, strict=True):
        assert abs(new["time"] - old["time"]) < timedelta(seconds=5)
        assert old["headers"] | {"cloudEvents:time": ""} == new["headers"] | {"cloudEvents:time": ""}


async def test_filling_twice_and_hearing_beside_it_takes_each_event_once(running, heard_before, announce):
    model = EVERY["transfer.event.held.v1"]
    envelope, fact = announce(model.model_validate(model.example()), "a-later-one")
    await running.hears((envelope.model_copy(update={"id": str(uuid_utils.uuid7())}), fact))
    assert (await fill(running.mongo.plain, PSEUDONYMS, clock)).taken == len(heard_before)
    again = await fill(running.mongo.plain, PSEUDONYMS, clock)
    assert (again.taken, again.there) == (0, len(heard_before) + 1)
    while await running.mongo.transact(store.number):
        pass
    rows = await store.between(running.mongo.plain, 0, 1000, None, 0)
    assert len({row["_id"] for row in rows}) == len(rows) == len(heard_before) + 1
    assert [row["time"] for row in rows[: len(heard_before)]] == sorted(
        row["time"] for row in rows[: len(heard_before)]
    )


async def test_an_event_whose_id_tells_no_time_is_named_instead_of_being_made_up(running, announce):
    model = EVERY["transfer.event.held.v1"]
    envelope, fact = announce(model.model_validate(model.example()))
    await running.hears((envelope, fact))
    await running.mongo.plain["feed"].delete({})
    filled = await fill(running.mongo.plain, PSEUDONYMS, clock)
    assert (filled.taken, filled.timeless) == (0, [envelope.id])


def test_the_time_in_an_id_is_that_of_its_making():
    before = datetime.now(UTC) - timedelta(milliseconds=2)
    made = moment_of(str(uuid_utils.uuid7()))
    assert made is not None
    assert before <= made <= datetime.now(UTC) + timedelta(milliseconds=2)
    assert moment_of("0190a000-0000-4000-8000-000000000001") is None
    assert moment_of("event-1") is None


@pytest.mark.parametrize("source", sorted({name.partition(".")[0] for name in CATALOGUE}))
def test_the_first_word_of_a_type_is_the_service_that_announces_it(source):
    assert source in ("registry", "expertise", "transfer", "reporting")


async def test_the_operator_fills_the_feed_and_sees_how_far_it_is_behind(mongo_url, vhost, processes, issuer):
    env = {
        "MONGO_URL": mongo_url,
        "RABBITMQ_URL": vhost.url("reporting"),
        "PUBLIC_RABBITMQ_URL": vhost.partners.url("reporting"),
        "ENVIRONMENT": "test",
        "FEED_PSEUDONYM_KEY": FEED_KEY,
        **issuer.env,
    }
    await processes.run("reporting", "migrate", env=env)
    assert "внесено: 0; уже были в ленте: 0; не внесено: 0" in await processes.run("reporting", "feed", "fill", env=env)
    lag = await processes.run("reporting", "feed", "lag", env=env)
    assert lag.splitlines() == [
        "последний номер: 0",
        "ждут номера: 0; первое ждёт 0 с",
        "ждут брокера партнёров: 0; первое ждёт 0 с",
    ]
    del env["FEED_PSEUDONYM_KEY"], env["PUBLIC_RABBITMQ_URL"]
    without = processes.start("reporting", "feed", "lag", env=env)
    assert await without.wait() == 1
    assert "задайте FEED_PSEUDONYM_KEY" in without.log()
