"""From a committed change to its effect elsewhere, through a real broker."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import TypeVar

import aio_pika
import pytest

from chassis import bus, outbox, parked, receive
from chassis.app import Service
from chassis.consumer import Consumer
from chassis.documents import Database, Document
from chassis.identity import Caller
from chassis.lease import Lease
from chassis.migrations import Migration, migrate
from chassis.mongo import Mongo
from chassis.relay import Relay
from chassis.work import Cause, Change, Work
from testkit import Vhost, eventually, samples

C = TypeVar("C")
T = TypeVar("T")


@asynccontextmanager
async def running(*tasks: Coroutine[None, None, None]) -> AsyncIterator[None]:
    started = [asyncio.create_task(task) for task in tasks]
    try:
        yield
    finally:
        for task in started:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
async def declared(service: Service, mongo: Mongo) -> Service:
    await bus.declare(service.settings.amqp("test"), service.name, service.known)
    return service


def consumer(service: Service, mongo: Mongo) -> Consumer:
    return Consumer(mongo, service.settings, service.name, service.known)


def relay(service: Service, mongo: Mongo) -> Relay:
    return Relay(mongo, service.settings, service.name)


async def perform(mongo: Mongo, handler: Callable[[C, Work], Awaitable[T]], command: C) -> T:
    async def body(db: Database) -> T:
        caller = Caller(subject="operator-1", roles=frozenset({"operator"}))
        work = Work(db=db, now=datetime.now(UTC), caller=caller, cause=Cause("correlation-1"))
        result = await handler(command, work)
        await outbox.write(work, source="registry")
        return result

    return await mongo.transact(body)


async def rows(mongo: Mongo) -> list[Document]:
    return await mongo.plain["outbox"].find({"aggregate_id": {"$gte": ""}}, sort=[("aggregate_id", 1), ("sequence", 1)])


async def the_parked(mongo: Mongo) -> Document:
    found = await parked.listing(mongo.plain)
    assert len(found) == 1
    return found[0]


async def sums(mongo: Mongo) -> dict[str, int]:
    return {row["_id"]: row["raises"] for row in await mongo.plain["sums"].find({"_id": {"$gte": ""}})}


async def quiet(mongo: Mongo) -> None:
    async def nothing_waits() -> None:
        assert not [row for row in await rows(mongo) if row["state"] == "new"]

    await eventually(nothing_waits)


async def raised_counters(mongo: Mongo, *, count: int, raises: int) -> dict[str, int]:
    expected = {}
    for number in range(count):
        counter = await perform(mongo, samples.open_counter, samples.OpenCounter(name=f"c{number}"))
        for _ in range(raises):
            await perform(mongo, samples.raise_counter, Change(counter.id, None, samples.Nothing()))
        expected[counter.id] = raises
    return expected


async def test_every_change_has_its_effect_once_in_the_order_of_its_versions(declared: Service, mongo: Mongo) -> None:
    expected = await raised_counters(mongo, count=5, raises=3)
    async with running(relay(declared, mongo).run(), consumer(declared, mongo).run()):

        async def all_summed() -> None:
            assert await sums(mongo) == expected

        await eventually(all_summed, 15)
        await quiet(mongo)


async def test_the_whole_outbox_again_and_shuffled_changes_nothing(declared: Service, mongo: Mongo) -> None:
    expected = await raised_counters(mongo, count=4, raises=3)
    receiver = receive.Receiver(mongo, declared.settings, declared.name, declared.known)
    published = [row for row in await rows(mongo) for _ in range(3)]
    random.Random(18).shuffle(published)  # noqa: S311 a fixed order, not a secret
    for row in published:
        await receiver.receive(row["headers"], row["body"])

    async with running(consumer(declared, mongo).run()):

        async def all_summed() -> None:
            assert await sums(mongo) == expected

        await eventually(all_summed, 15)


async def test_a_fact_that_nobody_takes_stays_and_is_delivered_when_somebody_does(
    service: Service, mongo: Mongo
) -> None:
    expected = await raised_counters(mongo, count=1, raises=2)
    async with running(relay(service, mongo).run()):

        async def deferred_without_being_sent() -> None:
            found = await rows(mongo)
            assert all(row["state"] == "new" for row in found)
            assert all(row["attempts"] for row in found)

        await eventually(deferred_without_being_sent)
        async with running(consumer(service, mongo).run()):

            async def all_summed() -> None:
                assert await sums(mongo) == expected

            await eventually(all_summed, 15)


async def test_a_fact_ahead_of_what_it_refers_to_waits_and_is_applied_later(declared: Service, mongo: Mongo) -> None:
    await raised_counters(mongo, count=1, raises=1)
    opened, raised = await rows(mongo)
    receiver = receive.Receiver(mongo, declared.settings, declared.name, declared.known)
    assert await receiver.receive(raised["headers"], raised["body"]) == "waiting"
    assert await sums(mongo) == {}
    assert await receiver.receive(opened["headers"], opened["body"]) == "applied"
    async with running(consumer(declared, mongo).run()):

        async def applied_and_forgotten() -> None:
            assert len(await sums(mongo)) == 1
            assert not await parked.listing(mongo.plain)

        await eventually(applied_and_forgotten)


async def test_a_message_that_breaks_a_rule_is_parked_at_once_and_the_others_flow(
    declared: Service, mongo: Mongo
) -> None:
    await perform(mongo, samples.open_counter, samples.OpenCounter(name="poison"))
    expected = await raised_counters(mongo, count=1, raises=1)
    async with running(relay(declared, mongo).run(), consumer(declared, mongo).run()):

        async def parked_and_the_rest_applied() -> None:
            message = await the_parked(mongo)
            assert (message["state"], message["reason"], message["error"]) == (
                "parked",
                "counter-full",
                "No more than 5.",
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
    await parked.keep(mongo.plain, parked.Message({}, b"x"), "e1", parked.Failure("invalid", "", 0, None))
    assert await parked.discard(mongo.plain, "e1", why="отправлено по ошибке")
    assert await parked.listing(mongo.plain) == []
    kept = await mongo.plain["parked"].find_one({"_id": "e1"})
    assert kept is not None
    assert kept["discarded_because"] == "отправлено по ошибке"
    assert await parked.discard(mongo.plain, "unknown", why="") is False


async def test_what_the_broker_gave_up_on_is_parked_with_that_reason(declared: Service, mongo: Mongo) -> None:
    await perform(mongo, samples.open_counter, samples.OpenCounter(name="a"))
    (row,) = await rows(mongo)
    async with await aio_pika.connect(declared.settings.amqp("test")) as connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange(bus.FACTS)
        await exchange.publish(aio_pika.Message(row["body"], headers=row["headers"]), routing_key=str(row["type"]))
        inbox = await channel.get_queue(bus.inbox_queue(declared.name))
        message = await inbox.get(timeout=5)
        await message.reject(requeue=False)
    async with running(consumer(declared, mongo).run()):

        async def parked_by_the_broker() -> None:
            kept = await the_parked(mongo)
            assert (kept["_id"], kept["reason"]) == (row["_id"], "delivery_limit")

        await eventually(parked_by_the_broker)


async def test_of_two_relays_one_works_and_the_other_takes_over(declared: Service, mongo: Mongo) -> None:
    first, second = (Lease(mongo, "relay", seconds=1) for _ in range(2))
    assert await first.hold()
    assert not await second.hold()
    assert await first.hold()

    async def taken_over() -> None:
        assert await second.hold()

    await eventually(taken_over, 5)
    assert not await first.hold()
    await second.release()
    assert await first.hold()


async def test_two_relays_and_two_consumers_at_once_have_each_effect_once(declared: Service, mongo: Mongo) -> None:
    expected = await raised_counters(mongo, count=6, raises=4)
    pair = [relay(declared, mongo).run(), relay(declared, mongo).run()]
    async with running(*pair, consumer(declared, mongo).run(), consumer(declared, mongo).run()):

        async def all_summed() -> None:
            assert await sums(mongo) == expected

        await eventually(all_summed, 15)
        await quiet(mongo)


async def test_a_later_fact_never_overtakes_an_earlier_one_of_the_same_record(service: Service, mongo: Mongo) -> None:
    """The first fact finds no queue; the second, which has one, waits behind it."""
    await raised_counters(mongo, count=1, raises=1)
    await bus.declare(service.settings.amqp("test"), service.name, ["samples.counter.raised.v1"])
    async with running(relay(service, mongo).run()):

        async def deferred() -> None:
            assert all(row["attempts"] for row in await rows(mongo))

        await eventually(deferred)
        assert [row["state"] for row in await rows(mongo)] == ["new", "new"]


async def test_a_failed_use_case_leaves_neither_state_nor_fact(mongo: Mongo) -> None:
    async def fail_late(command: samples.OpenCounter, work: Work) -> None:
        await samples.open_counter(command, work)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await perform(mongo, fail_late, samples.OpenCounter(name="a"))
    assert await mongo.plain["counters"].count({}) == 0
    assert await rows(mongo) == []


async def test_a_caller_that_goes_away_does_not_tear_its_transaction(mongo: Mongo) -> None:
    running_change = asyncio.ensure_future(perform(mongo, samples.open_counter, samples.OpenCounter(name="a")))
    await asyncio.sleep(0)
    running_change.cancel()
    with suppress(asyncio.CancelledError):
        await running_change

    async def whole() -> None:
        assert await mongo.plain["counters"].count({"name": "a"}) == len(await rows(mongo)) == 1

    await eventually(whole)


async def test_a_migration_runs_once_however_many_processes_start(mongo: Mongo) -> None:
    async def count(db: object) -> None:
        await mongo.plain["sums"].update({"_id": "runs"}, {"$inc": {"raises": 1}}, upsert=True)

    steps = [Migration("001-count", count)]
    applied = await asyncio.gather(*(migrate(mongo, steps) for _ in range(3)))
    assert sorted(map(len, applied)) == [0, 0, 1]
    assert await sums(mongo) == {"runs": 1}


async def test_the_inbox_is_declared_the_same_however_often(declared: Service, vhost: Vhost) -> None:
    await bus.declare(declared.settings.amqp("again"), declared.name, declared.known)
    assert await vhost.bindings("registry.inbox") == {"samples.counter.opened.v1", "samples.counter.raised.v1"}
