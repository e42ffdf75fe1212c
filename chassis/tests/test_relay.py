"""One turn of the relay at a time: what goes out in which order, and what becomes of what does not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chassis import bus
from chassis.app import Service
from chassis.mongo import Mongo
from testkit import Vhost
from testkit.bench import raised_counters, relay, rows


async def test_facts_of_a_record_go_out_by_its_versions_and_those_of_one_version_as_they_were_recorded(
    declared: Service, mongo: Mongo, vhost: Vhost
) -> None:
    """Ids tell no order: they are of many clocks."""
    await raised_counters(mongo, count=1, raises=2)
    facts = await rows(mongo)
    await mongo.plain["outbox"].delete({"aggregate_id": facts[0]["aggregate_id"]})
    for fact, place in zip(
        reversed(facts),
        [
            {"_id": "x", "sequence": 2, "ordinal": 1},
            {"_id": "y", "sequence": 2, "ordinal": 0},
            {"_id": "z", "sequence": 1, "ordinal": 0},
        ],
        strict=True,
    ):
        await mongo.plain["outbox"].insert({**fact, **place})
    async with relay(declared, mongo)._session() as turn:
        assert await turn() == 3
        assert await turn() == 0
    sent = [message["properties"] for message in await vhost.peek("registry.inbox")]
    assert [properties["message_id"] for properties in sent] == ["z", "y", "x"]
    assert sent[0].pop("headers").items() >= facts[0]["headers"].items()
    assert sent[0] == {
        "message_id": "z",
        "type": "samples.counter.opened.v1",
        "correlation_id": "correlation-1",
        "content_type": "application/json",
        "delivery_mode": 2,
        "priority": 0,
        "timestamp": int(facts[0]["created_at"].timestamp()),
    }


async def test_a_fact_that_cannot_be_sent_holds_back_only_what_follows_it(
    declared: Service, mongo: Mongo, vhost: Vhost
) -> None:
    await raised_counters(mongo, count=2, raises=2)
    blocked = (await rows(mongo))[1]
    await mongo.plain["outbox"].update({"_id": blocked["_id"]}, {"$set": {"type": "x" * 256}})
    async with relay(declared, mongo)._session() as turn:
        with pytest.raises(bus.Interrupted):
            await turn()
    states = [(row["state"], "sent_at" in row) for row in await rows(mongo)]
    assert states == [("sent", True), ("new", False), ("new", False), ("sent", True), ("sent", True), ("sent", True)]
    await mongo.plain["outbox"].update({"_id": blocked["_id"]}, {"$set": {"type": blocked["type"]}})
    async with relay(declared, mongo)._session() as turn:
        assert await turn() == 2
    assert await vhost.depth("registry.inbox") == 6


async def test_what_no_queue_takes_waits_twice_as_long_each_time_up_to_a_limit(service: Service, mongo: Mongo) -> None:
    await raised_counters(mongo, count=2, raises=0)
    for row, attempts in zip(await rows(mongo), (5, 5000), strict=True):
        await mongo.plain["outbox"].update({"_id": row["_id"]}, {"$set": {"attempts": attempts}})
    settings = service.settings.model_copy(update={"relay_backoff_limit_seconds": 60})
    began = datetime.now(UTC)
    async with relay(replace(service, settings=settings), mongo)._session() as turn:
        assert await turn() == 0
        ended = datetime.now(UTC)
        assert await turn() == 0, "nothing is due"
    for row, attempts, seconds in zip(await rows(mongo), (6, 5001), (16, 60), strict=True):
        assert row["attempts"] == attempts
        assert began - timedelta(seconds=1) < row["next_at"] - timedelta(seconds=seconds) <= ended
