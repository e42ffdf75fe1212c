"""What ends deliveries, what begins them again, and what a partner does with the log."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from standardwebhooks import Webhook

from contracts.registry import IntegrationAmendedV1, IntegrationRevokedV1
from reporting.deliveries.domain import Patience
from services.reporting.tests.receivers import (
    GIVEN,
    HELD,
    INTEGRATION,
    PARTNER,
    SOON,
    Received,
    Receiver,
    delivering,
    granted,
    log,
    receiving,
    registered,
    shown_of,
)
from testkit import eventually


async def test_the_answer_410_ends_the_webhook_and_the_platform_says_so(running, partner, receiver, feed):
    receiver.saying(410, "нас больше нет")
    webhook = await registered(partner, receiver)
    await feed.tell("a")
    async with delivering(running.mongo):

        async def it_is_ended() -> None:
            shown = await shown_of(partner, webhook)
            assert (shown["state"], shown["reason"]) == ("ended", "gone")

        await eventually(it_is_ended)

        async def nothing_waits_any_more() -> None:
            assert {one["state"] for one in (await log(partner, webhook)).values()} == {"withdrawn"}

        await eventually(nothing_waits_any_more)
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


async def test_what_waits_is_withdrawn_when_its_type_may_no_longer_be_told(running, partner, receiver, feed, announce):
    receiver.saying(503)
    webhook = await registered(partner, receiver)
    (held, given) = (await feed.tell("a"))[0], (await feed.tell("b", event_type=GIVEN))[0]
    async with delivering(running.mongo):
        await eventually(lambda: {held, given} <= set(receiver.ids))
        await running.hears(announce(amended([HELD]), INTEGRATION))

        async def only_one_waits() -> None:
            shown = await log(partner, webhook)
            assert (shown[held]["state"], shown[given]["state"]) == ("waiting", "withdrawn")

        await eventually(only_one_waits)


@pytest.mark.parametrize("point", ["after_event", "since"])
async def test_going_back_to_a_point_that_is_still_ahead_leaves_nothing_out(running, partner, receiver, feed, point):
    path = f"/v1/webhooks/{(await registered(partner, receiver))['id']}"
    (await partner.post(f"{path}/pause")).expect(200)
    events = await feed.tell("a", "b")
    ahead = {"after_event": events[-1], "since": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}
    (await partner.post(f"{path}/redelivery", {point: ahead[point]})).expect(200)
    (await partner.post(f"{path}/resumption")).expect(200)
    async with delivering(running.mongo):
        await eventually(lambda: set(events) <= set(receiver.ids))


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
