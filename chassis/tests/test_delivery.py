"""From a committed change to its effect elsewhere, through a real broker."""

import asyncio
import random
from contextlib import suppress

import pytest

from chassis import bus, parked, receive
from chassis.app import Service
from chassis.lease import Lease
from chassis.migrations import Migration, migrate
from chassis.mongo import Mongo
from chassis.work import Work
from testkit import Vhost, eventually, samples
from testkit.bench import consumer, perform, quiet, raised_counters, relay, rows, running, sums


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
    await asyncio.gather(*(migrate(mongo, steps) for _ in range(3)))
    assert await sums(mongo) == {"runs": 1}


async def test_the_inbox_is_declared_the_same_however_often(declared: Service, vhost: Vhost) -> None:
    await bus.declare(declared.settings.amqp("again"), declared.name, declared.known)
    assert await vhost.bindings("registry.inbox") == {"samples.counter.opened.v1", "samples.counter.raised.v1"}
