"""From a committed change to its effect elsewhere, through a real broker."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest

from chassis import bus, parked, receive
from chassis.app import Service
from chassis.duty import Turn, on_duty
from chassis.lease import Lease
from chassis.migrations import Migration, migrate
from chassis.mongo import Mongo
from chassis.work import Work
from testkit import Vhost, eventually, samples
from testkit.bench import consumer, perform, quiet, raised_counters, relay, rows, running, sums

LONG_AGO, IN_YEARS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2126, 1, 1, tzinfo=UTC)


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


async def test_of_two_relays_one_works_and_the_other_takes_over(mongo: Mongo) -> None:
    first, second, third = (Lease(mongo, "relay", seconds=60) for _ in range(3))
    assert sum(await asyncio.gather(*(lease.hold() for lease in (first, second, third)))) == 1, "all at once"
    await ends(mongo, LONG_AGO)
    assert await first.hold()
    await ends(mongo, IN_YEARS)
    assert not await second.hold()
    (lease,) = await mongo.plain["leases"].find({"_id": "relay"})
    assert lease["until"] == IN_YEARS, "who does not hold it does not renew it"
    assert await first.hold()
    (lease,) = await mongo.plain["leases"].find({"_id": "relay"})
    assert timedelta(seconds=30) < lease["until"] - datetime.now(UTC) < timedelta(seconds=90)
    await ends(mongo, LONG_AGO)
    assert await second.hold()
    assert not await first.hold()
    await first.release()
    assert not await first.hold(), "it was not its own to give up"
    await second.release()
    assert await first.hold()


async def ends(mongo: Mongo, moment: datetime) -> None:
    """Let the lease end, or have ended, at a moment."""
    await mongo.plain["leases"].update({"_id": "relay"}, {"$set": {"until": moment}})


@pytest.mark.parametrize(("poll", "arrive"), [(0.05, False), (60, True)], ids=["it looks", "it is woken"])
async def test_who_is_on_duty_takes_turns_only_with_the_lease_and_gives_it_up_at_the_end(
    service: Service, mongo: Mongo, *, poll: float, arrive: bool
) -> None:
    opened, turns, arrived = asyncio.Event(), list[str](), list[str]()

    async def turn() -> bool:
        turns.append("turn")
        return len(turns) < 3

    @asynccontextmanager
    async def session() -> AsyncIterator[Turn]:
        opened.set()
        yield turn

    async def turns_are_taken() -> None:
        if arrive:
            arrived.append("row")
            await mongo.plain["sums"].insert({"_id": str(len(arrived))})
        assert len(turns) > 5

    lease = Lease(mongo, "duty", seconds=60)
    assert await lease.hold()
    settings = service.settings.model_copy(update={"relay_poll_seconds": poll})
    async with running(on_duty(mongo, settings, "duty", "sums", session)):
        await opened.wait()
        assert turns == []
        await lease.release()
        await eventually(turns_are_taken)
        assert not arrive or len(turns) <= 4 + len(arrived), "one for what arrived, and no more"
        assert not await lease.hold()
    assert await lease.hold()


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
