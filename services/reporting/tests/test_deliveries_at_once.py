"""What happens to a webhook at the same moment: outcomes side by side, requests of its partner during a try."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from chassis.mongo import Mongo
from reporting.deliveries.chains import due_chains
from reporting.deliveries.domain import Answer, Patience
from reporting.deliveries.feeding import feed as move
from reporting.deliveries.standing import Health, standing
from reporting.feed.store import head
from reporting.webhooks.store import CURSORS, UNTROUBLED
from services.reporting.tests.receivers import GIVEN, HELD, Received, delivering, log, registered
from testkit import eventually, late_once

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
REFUSED, TAKEN = Answer(status=500), Answer(status=200)
PATIENT = Patience(first=timedelta(hours=1), longest=timedelta(hours=1))


@pytest.fixture
async def mongo(mongo_url: str) -> AsyncIterator[Mongo]:
    opened = Mongo(f"{mongo_url}&appName=outcomes")
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("answers", "kept"),
    [
        ([REFUSED] * 10, {"failures": 10, "failing_since": NOW}),
        ([REFUSED, TAKEN], UNTROUBLED),
        ([REFUSED, TAKEN, REFUSED], {"failures": 1, "failing_since": NOW + timedelta(seconds=2)}),
    ],
    ids=["ten failures", "a success after a failure", "a failure after a success"],
)
async def test_outcomes_count_in_their_order_though_the_first_is_written_last(servers, mongo, answers, kept):
    await mongo.plain[CURSORS].insert({"_id": "w", "position": 0, **UNTROUBLED})
    health = Health(mongo, "w", PATIENT)
    async with late_once(servers.mongo, "outcomes", "update", "findAndModify", seconds=0.3):
        await asyncio.gather(*(health.note(one, NOW + timedelta(seconds=at)) for at, one in enumerate(answers)))
    found = await mongo.plain[CURSORS].find_one({"_id": "w"})
    assert found is not None
    assert {name: found[name] for name in UNTROUBLED} == kept


async def test_who_comes_back_to_a_webhook_that_another_serves_does_not_bring_old_failures_along(mongo):
    old = {"failures": 7, "failing_since": NOW - timedelta(hours=30)}
    await mongo.plain[CURSORS].insert({"_id": "w", "position": 0, **old})
    paused, successor = (Health(mongo, "w", Patience()) for _ in range(2))
    await paused.load()
    await successor.load()
    await successor.note(TAKEN, NOW)
    await paused.note(REFUSED, NOW)  # it would be suspended: a day without one success
    found = await mongo.plain[CURSORS].find_one({"_id": "w"})
    assert found == {"_id": "w", "position": 0, "failures": 1, "failing_since": NOW}


async def test_a_wish_to_wake_that_comes_while_another_is_carried_out_is_not_forgotten(mongo):
    await mongo.plain[CURSORS].insert({"_id": "w", "position": 0, **UNTROUBLED, "wake": "back"})
    health = Health(mongo, "w", PATIENT)
    await health.load()
    await mongo.plain[CURSORS].update({"_id": "w"}, {"$set": {"wake": True}})  # its partner resumes it
    await health.roused()
    await health.load()
    assert health.wake is True


async def test_a_receiver_that_takes_some_and_refuses_others_gets_all_that_waits_once_an_hour(mongo):
    await mongo.plain[CURSORS].insert({"_id": "w", "position": 0, **UNTROUBLED})
    woken = []
    for minute in (0, 1, 59, 60):
        health, now = Health(mongo, "w", PATIENT), NOW + timedelta(minutes=minute)
        await health.load()
        for answer in [REFUSED] * 10 + [TAKEN]:
            await health.note(answer, now)
        await health.load()
        woken.append(health.wake)
        assert health.failures == 0
        await health.roused()
    assert woken == ["back", False, False, "back"]


async def test_an_event_asked_for_again_while_it_is_tried_in_vain_comes_at_once(running, partner, receiver, feed):
    asked, begun = asyncio.Event(), asyncio.Event()

    async def answer(_: Received) -> web.StreamResponse | None:
        if len(receiver.received) > 1:
            return None
        begun.set()
        await asked.wait()
        return web.Response(status=500)

    receiver.answer = answer
    webhook = await registered(partner, receiver)
    (event,) = await feed.tell("a")
    async with delivering(running.mongo, patience=PATIENT):
        await begun.wait()
        delivery = (await log(partner, webhook))[event]["id"]
        (await partner.post(f"/v1/webhooks/{webhook['id']}/deliveries/{delivery}/redelivery")).expect(200)
        asked.set()
        await eventually(lambda: receiver.ids == [event, event])


async def test_an_earlier_event_asked_for_again_does_not_wait_for_a_later_one_that_fails(
    running, partner, receiver, feed
):
    asked, begun = asyncio.Event(), asyncio.Event()
    webhook = await registered(partner, receiver)
    first, second = await feed.tell("a", "a")

    async def answer(one: Received) -> web.StreamResponse | None:
        if one.id != second:
            return None
        begun.set()
        await asked.wait()
        return web.Response(status=500)

    receiver.answer = answer
    async with delivering(running.mongo, patience=PATIENT):
        await begun.wait()
        delivery = (await log(partner, webhook))[first]["id"]
        (await partner.post(f"/v1/webhooks/{webhook['id']}/deliveries/{delivery}/redelivery")).expect(200)
        asked.set()
        await eventually(lambda: receiver.ids.count(first) == 2)


async def test_what_is_told_after_a_webhook_was_read_waits_until_it_is_read_again(running, partner, receiver, feed):
    webhook = await registered(partner, receiver, [HELD])
    db, path = running.mongo.plain, f"/v1/webhooks/{webhook['id']}"

    async def read() -> tuple[int, datetime]:
        return (await head(db)).position, NOW

    until, before = await read(), await standing(db, webhook["id"], NOW)
    (await partner.patch(path, {"types": [HELD, GIVEN]}, if_match='"1"')).expect(200)
    (given,) = await feed.tell("a", event_type=GIVEN)
    assert before is not None
    assert not await move(running.mongo, before.webhook, before.integration, until)
    until, after = await read(), await standing(db, webhook["id"], NOW)
    assert after is not None
    assert await move(running.mongo, after.webhook, after.integration, until)
    ((due,),) = await due_chains(db, webhook["id"], NOW)
    assert due["event_id"] == given
