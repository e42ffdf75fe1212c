"""Deliveries to real receivers: order, tries, what a receiver may do to us, and what it may not."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from standardwebhooks import Webhook

from contracts.envelope import Envelope
from reporting.deliveries.domain import Patience
from services.reporting.tests.receivers import (
    GIVEN,
    HELD,
    Names,
    Received,
    delivering,
    log,
    receiving,
    registered,
)
from testkit import eventually


async def test_every_wanted_event_arrives_signed_as_cloudevents_json(running, partner, receiver, feed):
    before = await feed.tell("earlier")
    webhook = await registered(partner, receiver, [HELD])
    wanted = await feed.tell("a", "b")
    await feed.tell("c", event_type=GIVEN)
    async with delivering(running.mongo):

        async def all_are_delivered() -> None:
            assert [one["state"] for one in (await log(partner, webhook)).values()] == ["delivered"] * 2

        await eventually(all_are_delivered)
    assert sorted(receiver.ids) == sorted(wanted)
    assert before[0] not in receiver.ids
    for one in receiver.received:
        assert Webhook(webhook["secret"]).verify(one.body, one.headers) == one.event
        assert one.headers["content-type"].startswith("application/cloudevents+json")
        envelope = Envelope.model_validate(one.event)
        assert (envelope.id, envelope.type, one.event["specversion"]) == (one.id, HELD, "1.0")
    shown = await log(partner, webhook)
    assert {(one["attempts"], one["answer"]["status"], one["answer"]["text"]) for one in shown.values()} == {
        (1, 200, "ok")
    }


async def test_a_failing_event_holds_back_its_aggregate_and_no_other(running, partner, receiver, feed):
    await registered(partner, receiver)
    first, second, third, other = await feed.tell("a", "a", "a", "b")
    closed = asyncio.Event()

    async def answer(one: Received) -> web.StreamResponse | None:
        return None if closed.is_set() or one.id != first else web.Response(status=500, text="потом")

    receiver.answer = answer
    async with delivering(running.mongo):
        await eventually(lambda: receiver.ids.count(first) >= 3 and other in receiver.ids)
        assert second not in receiver.ids
        (late,) = await feed.tell("a")
        (apart,) = await feed.tell("c")
        await eventually(lambda: apart in receiver.ids)
        assert late not in receiver.ids
        closed.set()
        await eventually(lambda: late in receiver.ids)
    taken = [one for one in receiver.ids if one in (second, third, late)]
    assert taken == [second, third, late]
    assert receiver.ids.index(second) > receiver.ids.index(first) + 2


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_an_answer_and_never_followed(running, partner, receiver, feed, status):
    async with receiving("127.0.0.2") as inside:
        receiver.saying(status, Location=inside.url)
        webhook = await registered(partner, receiver)
        (event,) = await feed.tell("a")
        async with delivering(running.mongo):
            await eventually(lambda: receiver.ids.count(event) >= 2)
        assert inside.received == []
    shown = (await log(partner, webhook))[event]
    assert (shown["state"], shown["answer"]["status"]) == ("waiting", status)


async def test_an_answer_without_end_is_read_no_further_than_its_beginning(running, partner, receiver, feed):
    async def answer(one: Received) -> web.StreamResponse | None:
        response = web.StreamResponse()
        await response.prepare(one.request)
        try:
            while True:
                await response.write(b"x" * 65536)
        finally:
            closed.set()

    closed, receiver.answer = asyncio.Event(), answer
    webhook = await registered(partner, receiver)
    (event,) = await feed.tell("a")
    async with delivering(running.mongo, total_seconds=30):
        await eventually(closed.is_set)
    shown = (await log(partner, webhook))[event]
    assert (shown["state"], len(shown["answer"]["text"])) == ("delivered", 300)


async def test_a_slow_receiver_is_left_and_holds_up_no_other(running, partner, receiver, feed):
    never = asyncio.Event()

    async def answer(_: Received) -> None:
        await never.wait()

    async with receiving() as quick:
        receiver.answer = answer
        slow = await registered(partner, receiver, host="slow.example")
        fast = await registered(partner, quick, host="fast.example")
        events = await feed.tell(*(f"s{number}" for number in range(12)))
        names = Names({"slow.example": [["127.0.0.1"]], "fast.example": [["127.0.0.1"]]})
        async with delivering(running.mongo, resolver=names, total_seconds=0.5, per_host=2, at_once=3):
            await eventually(lambda: len(quick.received) == 12)
            await eventually(lambda: len(receiver.received) >= 4)
        never.set()
    assert receiver.most_at_once == 2
    shown = await log(partner, slow)
    assert shown[receiver.ids[0]]["answer"]["text"] == "получатель не ответил вовремя"
    assert (await log(partner, fast)).keys() == set(events)


async def test_a_connection_that_is_reset_is_tried_again(running, partner, receiver, feed):
    async def answer(one: Received) -> web.StreamResponse | None:
        if len(receiver.received) < 3:
            one.request.transport.abort()  # type: ignore[union-attr]
        return None

    receiver.answer = answer
    webhook = await registered(partner, receiver)
    (event,) = await feed.tell("a")
    async with delivering(running.mongo):
        await eventually(lambda: len(receiver.received) == 3)

        async def it_is_delivered() -> None:
            assert (await log(partner, webhook))[event]["state"] == "delivered"

        await eventually(it_is_delivered)
    assert len({one.body for one in receiver.received}) == 1


async def test_a_receiver_that_is_down_is_asked_by_one_event_at_a_time(running, partner, receiver, feed):
    together = asyncio.Event()

    async def answer(_: Received) -> web.StreamResponse:
        if receiver.now > 1:
            together.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(together.wait(), 0.2)
        return web.Response(status=500)

    receiver.saying(500)
    await registered(partner, receiver)
    events = await feed.tell(*(f"s{number}" for number in range(30)))
    async with delivering(running.mongo):
        await eventually(lambda: len(receiver.received) > len(events))
        receiver.answer, asked, receiver.most_at_once = answer, len(receiver.received), 0
        await eventually(lambda: len(receiver.received) >= asked + 5)
        assert receiver.most_at_once == 1
        receiver.answer = None


@pytest.mark.parametrize(("failed", "woken"), [(9, False), (10, True)])
async def test_the_first_event_taken_after_ten_failures_brings_at_once_what_waits(
    running, partner, receiver, feed, failed, woken
):
    receiver.saying(500)
    webhook = await registered(partner, receiver)
    waiting = await feed.tell(*(f"s{number}" for number in range(failed)))
    patient = Patience(first=timedelta(hours=1), longest=timedelta(hours=1))
    async with delivering(running.mongo, patience=patient):

        async def every_one_was_tried() -> None:
            assert [one["attempts"] for one in (await log(partner, webhook)).values()] == [1] * failed

        await eventually(every_one_was_tried)
        receiver.answer = None
        (later,) = await feed.tell("later")
        await eventually(lambda: later in receiver.ids)
        (last,) = await feed.tell("last")
        await eventually(lambda: last in receiver.ids)
        if woken:
            await eventually(lambda: all(receiver.ids.count(one) >= 2 for one in waiting), 30)

            async def a_try_more_was_counted() -> None:
                shown = await log(partner, webhook)
                assert {shown[one]["attempts"] for one in waiting} == {2}

            await eventually(a_try_more_was_counted)
            return
        shown, soon = await log(partner, webhook), datetime.now(UTC) + timedelta(minutes=20)
        assert all(datetime.fromisoformat(shown[one]["next_at"]) > soon for one in waiting)


async def test_events_that_were_told_while_nobody_delivered_all_arrive_in_order(running, partner, receiver, feed):
    await registered(partner, receiver)
    events = [(await feed.tell(f"s{number % 3}"))[0] for number in range(240)]
    async with delivering(running.mongo):
        await eventually(lambda: len(receiver.received) == 240, 60)
    for subject in range(3):
        chain = events[subject::3]
        assert [one for one in receiver.ids if one in set(chain)] == chain
