"""Messages that could not be applied are kept with their reason, never dropped."""

from datetime import UTC, datetime

import aio_pika
import pytest

from chassis import bus, parked, receive
from chassis.app import Service
from chassis.mongo import Mongo
from testkit import eventually, samples
from testkit.bench import consumer, perform, raised_counters, relay, rows, running, sums, the_parked


async def test_a_message_that_breaks_a_rule_is_parked_at_once_and_the_others_flow(
    declared: Service, mongo: Mongo
) -> None:
    await perform(mongo, samples.open_counter, samples.OpenCounter(name="poison"))
    expected = await raised_counters(mongo, count=1, raises=1)
    async with running(relay(declared, mongo).run(), consumer(declared, mongo).run()):

        async def parked_and_the_rest_applied() -> None:
            message = await the_parked(mongo)
            assert (message["state"], message["reason"], message["error"], message["attempts"]) == (
                "parked",
                "counter-full",
                "No more than 5.",
                0,
            )
            assert await sums(mongo) == expected

        await eventually(parked_and_the_rest_applied, 15)


async def test_a_failing_reaction_is_tried_again_and_then_parked_with_its_error(
    declared: Service, mongo: Mongo
) -> None:
    await perform(mongo, samples.open_counter, samples.OpenCounter(name="broken"))
    async with running(relay(declared, mongo).run(), consumer(declared, mongo).run()):

        async def parked_after_all_tries() -> None:
            message = await the_parked(mongo)
            tries = len(declared.settings.retry_seconds)
            assert (message["state"], message["reason"], message["attempts"]) == ("parked", "failed", tries)
            assert "ZeroDivisionError" in message["error"]

        await eventually(parked_after_all_tries, 15)


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ({}, b"{}", "invalid"),
        ({"cloudEvents:specversion": "0.3"}, b"{}", "invalid"),
        (None, b"not json", "invalid"),
        (None, b'{"counter_id": 1}', "invalid"),
    ],
    ids=["no attributes", "another CloudEvents", "not JSON", "another shape"],
)
async def test_a_message_that_cannot_be_read_is_parked_and_never_dropped(
    declared: Service, mongo: Mongo, headers: dict[str, str] | None, body: bytes, reason: str
) -> None:
    await perform(mongo, samples.open_counter, samples.OpenCounter(name="a"))
    (row,) = await rows(mongo)
    async with running(consumer(declared, mongo).run()):
        async with await aio_pika.connect(declared.settings.amqp("test")) as connection:
            channel = await connection.channel()
            exchange = await channel.get_exchange(bus.FACTS)
            message = aio_pika.Message(body, headers=dict(row["headers"] if headers is None else headers))
            await exchange.publish(message, routing_key="samples.counter.opened.v1")

        async def kept() -> None:
            message = await the_parked(mongo)
            assert (message["state"], message["reason"], message["body"]) == ("parked", reason, body)

        await eventually(kept)


async def test_a_replayed_message_is_applied_when_its_cause_is_gone(declared: Service, mongo: Mongo) -> None:
    await raised_counters(mongo, count=1, raises=1)
    opened, raised = await rows(mongo)
    await parked.keep(
        mongo.plain,
        parked.Message(raised["headers"], raised["body"]),
        str(raised["_id"]),
        parked.Failure("counter-unknown", "", 3, None),
    )
    receiver = receive.Receiver(mongo, declared.settings, declared.name, declared.known)
    await receiver.receive(opened["headers"], opened["body"])
    assert await parked.replay(mongo.plain, str(raised["_id"]))
    async with running(consumer(declared, mongo).run()):

        async def applied() -> None:
            assert len(await sums(mongo)) == 1
            assert not await parked.listing(mongo.plain)

        await eventually(applied)


async def test_a_discarded_message_is_kept_with_the_reason_and_tried_no_more(declared: Service, mongo: Mongo) -> None:
    message = parked.Message({"a": "1", "b": 2, "c": b"3"}, b"x")
    assert await parked.keep(mongo.plain, message, "e1", parked.Failure("invalid", "", 0, None)) == "parked"
    assert await parked.claim_due(mongo.plain) is None, "what is parked waits for an operator"
    assert await parked.discard(mongo.plain, "e1", why="отправлено по ошибке")
    assert await parked.listing(mongo.plain) == []
    assert await parked.discard(mongo.plain, "e1", why="ещё раз") is False
    kept = await mongo.plain["parked"].find_one({"_id": "e1"})
    assert kept is not None
    assert kept["discarded_because"] == "отправлено по ошибке"
    assert kept["headers"] == {"a": "1"}, "only those that are text"
    assert await parked.discard(mongo.plain, "unknown", why="") is False


async def test_what_waits_is_taken_by_one_when_it_is_due_and_is_as_new_when_replayed(mongo: Mongo) -> None:
    for event_id, delay in [("later", -1), ("earlier", -2), ("not yet", 60)]:
        failure = parked.Failure("counter-unknown", "", 2, delay)
        assert await parked.keep(mongo.plain, parked.Message({}, b""), event_id, failure) == "waiting"
    taken = [await parked.claim_due(mongo.plain) for _ in range(3)]
    assert [row and row["_id"] for row in taken] == ["earlier", "later", None]
    for event_id in ("not yet", "later"):
        assert await parked.replay(mongo.plain, event_id)
        row = await parked.claim_due(mongo.plain)
        assert row is not None
        assert (row["_id"], row["attempts"], row["claims"]) == (event_id, 0, 1)


async def test_what_the_broker_gave_up_on_is_tried_alone_for_it_may_only_have_been_near(
    declared: Service, mongo: Mongo
) -> None:
    expected = await raised_counters(mongo, count=1, raises=1)
    async with await aio_pika.connect(declared.settings.amqp("test")) as connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange(bus.FACTS)
        inbox = await channel.get_queue(bus.inbox_queue(declared.name))
        for row in await rows(mongo):
            await exchange.publish(aio_pika.Message(row["body"], headers=row["headers"]), routing_key=str(row["type"]))
            message = await inbox.get(timeout=5)
            await message.reject(requeue=False)
    async with running(consumer(declared, mongo).run()):

        async def applied() -> None:
            assert await sums(mongo) == expected
            assert not await parked.listing(mongo.plain)

        await eventually(applied)


@pytest.mark.parametrize("deaths", [2, 3])
async def test_a_message_on_which_consumers_die_alone_too_is_parked_after_three_of_them(
    declared: Service, mongo: Mongo, deaths: int
) -> None:
    await perform(mongo, samples.open_counter, samples.OpenCounter(name="a"))
    (row,) = await rows(mongo)
    receiver = receive.Receiver(mongo, declared.settings, declared.name, declared.known)
    assert await receiver.give_up(parked.Message(row["headers"], row["body"])) == "waiting"
    for _ in range(deaths):
        assert await parked.claim_due(mongo.plain), "a consumer takes it and is never heard of again"
        assert not await receiver.retry_due()
        await a_minute_passes(mongo)
    assert await receiver.retry_due()
    if deaths == 3:
        kept = await the_parked(mongo)
        assert (kept["_id"], kept["state"], kept["reason"]) == (row["_id"], "parked", "delivery_limit")
        assert await parked.replay(mongo.plain, str(row["_id"]))
        assert await receiver.retry_due()
    assert not await parked.listing(mongo.plain)
    assert await receiver.give_up(parked.Message(row["headers"], row["body"])) == "waiting"
    assert await receiver.retry_due()
    assert not await parked.listing(mongo.plain), "a duplicate of what was applied is not kept"


async def test_a_try_that_ends_with_a_reason_is_no_death(declared: Service, mongo: Mongo) -> None:
    await raised_counters(mongo, count=1, raises=1)
    _, raised = await rows(mongo)
    receiver = receive.Receiver(mongo, declared.settings, declared.name, declared.known)
    assert await receiver.receive(raised["headers"], raised["body"]) == "waiting"
    await parked.claim_due(mongo.plain)
    await a_minute_passes(mongo)
    assert await receiver.retry_due()
    kept = await the_parked(mongo)
    assert (kept["claims"], kept["reason"]) == (0, "counter-unknown")


async def test_what_cannot_be_read_though_the_broker_gave_it_up_is_parked_once(declared: Service, mongo: Mongo) -> None:
    receiver = receive.Receiver(mongo, declared.settings, declared.name, declared.known)
    for body in (b"{}", b"[]"):
        assert await receiver.give_up(parked.Message({}, body)) == "waiting"
        assert await receiver.retry_due()
    kept = await parked.listing(mongo.plain)
    assert sorted((row["body"], row["state"], row["reason"]) for row in kept) == [
        (b"[]", "parked", "invalid"),
        (b"{}", "parked", "invalid"),
    ]


async def a_minute_passes(mongo: Mongo) -> None:
    """Let what waits be due."""
    await mongo.plain["parked"].update({"state": "waiting"}, {"$set": {"next_at": datetime(2026, 1, 1, tzinfo=UTC)}})
