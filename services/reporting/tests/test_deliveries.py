"""Deliveries to real receivers: order, tries, what a receiver may do to us, and what it may not."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from standardwebhooks import Webhook

from contracts.envelope import Envelope
from contracts.registry import IntegrationAmendedV1, IntegrationRevokedV1
from reporting.deliveries.domain import Patience
from services.reporting.tests.receivers import (
    GIVEN,
    HELD,
    INTEGRATION,
    PARTNER,
    SOON,
    Feed,
    Names,
    Received,
    Receiver,
    delivering,
    granted,
    receiving,
)
from testkit import Client, eventually


@pytest.fixture
def feed(running):
    return Feed(running.mongo)


@pytest.fixture
async def partner(running, announce, feed):
    await running.hears(announce(granted(), INTEGRATION))
    return running.client.acting_as("api-key:1", memberships={PARTNER: ("specialist",)}, scope="webhooks.manage")


@pytest.fixture
async def receiver():
    async with receiving() as found:
        yield found


async def registered(
    partner: Client, receiver: Receiver, types: Iterable[str] = ("*",), *, host: str = "127.0.0.1"
) -> dict[str, Any]:
    url = receiver.url.replace("127.0.0.1", host)
    made: dict[str, Any] = (await partner.post("/v1/webhooks", {"url": url, "types": list(types)})).expect(201)
    return made


async def log(partner: Client, webhook: dict[str, Any], *, state: str | None = None) -> dict[str, dict[str, Any]]:
    found = (await partner.get(f"/v1/webhooks/{webhook['id']}/deliveries", state=state)).expect(200)["items"]
    return {one["event_id"]: one for one in found}


async def shown_of(partner: Client, webhook: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await partner.get(f"/v1/webhooks/{webhook['id']}")).expect(200)
    return found


@pytest.mark.seed("R3", "R4")
async def test_every_wanted_event_arrives_signed_as_cloudevents_json(running, partner, receiver, feed):
    before = await feed.tell("earlier")
    webhook = await registered(partner, receiver, [HELD])
    wanted = await feed.tell("a", "b")
    await feed.tell("c", event_type=GIVEN)
    async with delivering(running.mongo):
        await eventually(lambda: len(receiver.received) == 2)
    assert sorted(receiver.ids) == sorted(wanted)
    assert before[0] not in receiver.ids
    for one in receiver.received:
        assert Webhook(webhook["secret"]).verify(one.body, one.headers) == one.event
        assert one.headers["content-type"].startswith("application/cloudevents+json")
        envelope = Envelope.model_validate(one.event)
        assert (envelope.id, envelope.type, one.event["specversion"]) == (one.id, HELD, "1.0")
    shown = await log(partner, webhook)
    assert {one["state"] for one in shown.values()} == {"delivered"}
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


async def test_the_answer_410_ends_the_webhook_and_the_platform_says_so(running, partner, receiver, feed):
    receiver.saying(410, "нас больше нет")
    webhook = await registered(partner, receiver)
    await feed.tell("a")
    async with delivering(running.mongo):

        async def it_is_ended() -> None:
            shown = await shown_of(partner, webhook)
            assert (shown["state"], shown["reason"]) == ("ended", "gone")

        await eventually(it_is_ended)
    assert (await partner.post(f"/v1/webhooks/{webhook['id']}/resumption")).code == "webhook-not-in-state"
    facts = [row["type"] for row in await running.documents("outbox")]
    assert facts == ["reporting.webhook.suspended.v1"]


async def test_a_webhook_that_fails_too_long_is_suspended_and_resumes_without_loss(running, partner, receiver, feed):
    receiver.saying(503)
    webhook = await registered(partner, receiver)
    events = await feed.tell("a", "a", "b")
    impatient = Patience(first=SOON.first, longest=SOON.longest, suspend=timedelta(seconds=0.3))
    async with delivering(running.mongo, patience=impatient):

        async def it_is_suspended() -> None:
            shown = await shown_of(partner, webhook)
            assert (shown["state"], shown["reason"]) == ("suspended", "failing")

        await eventually(it_is_suspended)
        asked = len(receiver.received)
        events += await feed.tell("c")
        assert (await shown_of(partner, webhook))["failing_since"] is not None
        async with receiving() as witness:
            await registered(partner, witness)
            (seen,) = await feed.tell("d")
            events.append(seen)
            await eventually(lambda: seen in witness.ids)
        assert len(receiver.received) <= asked + 3
        receiver.answer = None
        (await partner.post(f"/v1/webhooks/{webhook['id']}/resumption")).expect(200)
        await eventually(lambda: set(events) <= set(receiver.ids[asked:]))
    facts = [row for row in await running.documents("outbox") if row["aggregate_id"] == webhook["id"]]
    assert [row["type"] for row in facts] == ["reporting.webhook.suspended.v1"]


async def test_an_event_whose_time_is_over_is_marked_failed_and_its_aggregate_goes_on(running, partner, receiver, feed):
    webhook = await registered(partner, receiver)
    bad, good = await feed.tell("a", "a")

    async def answer(one: Received) -> web.StreamResponse | None:
        return web.Response(status=500) if one.id == bad else None

    receiver.answer = answer
    hasty = Patience(first=SOON.first, longest=SOON.longest, give_up=timedelta(seconds=0.4))
    async with delivering(running.mongo, patience=hasty):
        await eventually(lambda: good in receiver.ids)
    shown = await log(partner, webhook)
    assert (shown[bad]["state"], shown[good]["state"]) == ("failed", "delivered")
    assert shown[bad]["next_at"] is None
    assert (await log(partner, webhook, state="failed")).keys() == {bad}


async def test_a_revoked_integration_and_a_withdrawn_type_stop_deliveries(running, partner, receiver, feed, announce):
    webhook = await registered(partner, receiver)
    async with delivering(running.mongo):
        await running.hears(announce(amended([HELD]), INTEGRATION))
        (held, given) = (await feed.tell("a"))[0], (await feed.tell("b", event_type=GIVEN))[0]
        await eventually(lambda: held in receiver.ids)
        (after,) = await feed.tell("c")
        await eventually(lambda: after in receiver.ids)
        assert given not in receiver.ids
        gone = {"integration_id": INTEGRATION, "institution_id": PARTNER, "revoked_on": "2026-01-01"}
        await running.hears(announce(IntegrationRevokedV1.model_validate(gone), INTEGRATION))
        (never,) = await feed.tell("d")
        async with receiving() as witness:
            await other_partner(running, announce, witness)
            (seen,) = await feed.tell("e")
            await eventually(lambda: seen in witness.ids)
    assert never not in receiver.ids
    assert (await shown_of(partner, webhook))["held_back"] is not None


def amended(receives: Iterable[str]) -> IntegrationAmendedV1:
    return IntegrationAmendedV1.model_validate(granted(receives).model_dump())


async def other_partner(running: Any, announce: Any, receiver: Receiver) -> dict[str, Any]:
    integration, institution = "0190a000-0000-7000-8000-00000000ab02", "0190a000-0000-7000-8000-000000000102"
    told = granted(integration_id=integration, institution_id=institution, name="the-other-one")
    await running.hears(announce(told, integration))
    other = running.client.acting_as("api-key:2", memberships={institution: ("head",)}, scope="webhooks.manage")
    return await registered(other, receiver)


async def test_a_delivered_event_comes_again_on_request_by_itself_and_since_a_point(running, partner, receiver, feed):
    webhook = await registered(partner, receiver)
    events = await feed.tell("a", "b", "a")
    path = f"/v1/webhooks/{webhook['id']}"
    async with delivering(running.mongo):
        await eventually(lambda: len(receiver.received) == 3)

        async def all_is_marked() -> None:
            assert {one["state"] for one in (await log(partner, webhook)).values()} == {"delivered"}

        await eventually(all_is_marked)
        delivery = (await log(partner, webhook))[events[1]]
        (await partner.post(f"{path}/deliveries/{delivery['id']}/redelivery")).expect(200)
        await eventually(lambda: receiver.ids.count(events[1]) == 2)
        (await partner.post(f"{path}/redelivery", {"after_event": events[0]})).expect(200)
        await eventually(lambda: receiver.ids.count(events[1]) == 3 and receiver.ids.count(events[2]) == 2)
        (await partner.post(f"{path}/redelivery", {"since": "2020-01-01T00:00:00Z"})).expect(200)
        await eventually(lambda: receiver.ids.count(events[0]) == 2)
    unknown = await partner.post(f"{path}/deliveries/{webhook['id']}/redelivery")
    assert (unknown.status, unknown.code) == (404, "delivery-unknown")


async def test_a_test_event_on_request_is_signed_like_any_other(running, partner, receiver):
    webhook = await registered(partner, receiver)
    sent = (await partner.post(f"/v1/webhooks/{webhook['id']}/test")).expect(201)
    async with delivering(running.mongo):
        await eventually(lambda: receiver.ids == [sent["event_id"]])
    one = receiver.received[0]
    assert Webhook(webhook["secret"]).verify(one.body, one.headers)["type"] == "reporting.webhook.tested.v1"


async def test_while_secrets_are_exchanged_a_receiver_accepts_by_either(running, partner, receiver, feed):
    webhook = await registered(partner, receiver)
    changed = (await partner.post(f"/v1/webhooks/{webhook['id']}/secret", {"overlap_hours": 1})).expect(200)
    await feed.tell("a")
    async with delivering(running.mongo):
        await eventually(lambda: len(receiver.received) == 1)
    one = receiver.received[0]
    for secret in (webhook["secret"], changed["secret"]):
        assert Webhook(secret).verify(one.body, one.headers)


async def test_a_receiver_that_is_down_is_asked_by_one_event_and_told_all_when_it_is_back(
    running, partner, receiver, feed
):
    receiver.saying(500)
    await registered(partner, receiver)
    events = await feed.tell(*(f"s{number}" for number in range(30)))
    patience = Patience(first=timedelta(seconds=1), longest=timedelta(seconds=1))
    async with delivering(running.mongo, patience=patience, per_host=1):
        await eventually(lambda: len(receiver.received) >= 10)
        assert len(receiver.received) <= 30
        receiver.answer = None
        await eventually(lambda: set(events) <= set(receiver.ids))


async def test_events_that_were_told_while_nobody_delivered_all_arrive_in_order(running, partner, receiver, feed):
    await registered(partner, receiver)
    events = [(await feed.tell(f"s{number % 3}"))[0] for number in range(240)]
    async with delivering(running.mongo):
        await eventually(lambda: len(receiver.received) == 240, 60)
    for subject in range(3):
        chain = events[subject::3]
        assert [one for one in receiver.ids if one in set(chain)] == chain
