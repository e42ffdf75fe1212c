"""How partners' webhooks fare, in metrics that move with what really happens, and how far the feed is behind."""

import re
from datetime import timedelta

import pytest

from contracts.registry import IntegrationRevokedV1
from reporting.deliveries.domain import Patience
from services.reporting.tests.conftest import FEED_KEY
from services.reporting.tests.receivers import (
    INTEGRATION,
    PARTNER,
    SOON,
    Feed,
    delivering,
    granted,
    receiving,
    registered,
    shown_of,
)
from testkit import eventually

LABELS = 'partner="omsk-resource-centre"'


@pytest.fixture
async def partner(running, announce):
    await running.hears(announce(granted(), INTEGRATION))
    return running.client.acting_as("api-key:1", memberships={PARTNER: ("specialist",)}, scope="webhooks.manage")


@pytest.fixture
def measured(running):
    async def read() -> dict[str, float]:
        """Return the measures of the one partner: `name` or `name/state` → value."""
        text = (await running.client.get("/metrics")).body.decode()
        rows = re.findall(rf'^(webhook_\w+){{{LABELS}(?:,state="(\w+)")?}} (\S+)$', text, re.MULTILINE)
        return {f"{name}/{state}" if state else name: float(value) for name, state, value in rows}

    return read


async def test_what_arrived_and_what_was_given_up_in_a_day_moves_with_each_delivery(
    running, partner, measured, announce
):
    feed = Feed(running.mongo)
    hasty = Patience(first=SOON.first, longest=SOON.longest, give_up=timedelta(seconds=0.3))
    async with receiving() as receiver, delivering(running.mongo, patience=hasty):
        await registered(partner, receiver)
        assert (await measured())["webhook_day_rows/delivered"] == 0
        await feed.tell("a", "b", "c")

        async def three_arrived() -> None:
            found = await measured()
            assert (found["webhook_day_rows/delivered"], found["webhook_waiting_rows"]) == (3, 0)

        await eventually(three_arrived)
        receiver.saying(500)
        await feed.tell("d")

        async def it_fails() -> None:
            assert (await measured())["webhook_failing_seconds"] > 0

        await eventually(it_fails)

        async def one_is_given_up() -> None:
            found = await measured()
            assert (found["webhook_day_rows/delivered"], found["webhook_day_rows/failed"]) == (3, 1)

        await eventually(one_is_given_up)
        receiver.answer = None
        await feed.tell("e")

        async def all_is_well() -> None:
            found = await measured()
            assert (found["webhook_day_rows/delivered"], found["webhook_failing_seconds"]) == (4, 0)

        await eventually(all_is_well)
    gone = {"integration_id": INTEGRATION, "institution_id": PARTNER, "revoked_on": "2026-01-01"}
    await running.hears(announce(IntegrationRevokedV1.model_validate(gone), INTEGRATION))
    assert await measured() == {}, "nobody is called for a partner that was let go"


async def test_a_suspended_webhook_is_counted_falls_behind_the_feed_and_comes_back(running, partner, measured):
    feed = Feed(running.mongo)
    impatient = Patience(first=SOON.first, longest=SOON.longest, suspend=timedelta(seconds=0.2))
    async with receiving() as receiver, delivering(running.mongo, patience=impatient):
        receiver.saying(503)
        webhook = await registered(partner, receiver)
        assert (await measured())["webhook_rows/active"] == 1
        await feed.tell("a")

        async def it_is_suspended() -> None:
            assert (await shown_of(partner, webhook))["state"] == "suspended"

        await eventually(it_is_suspended)
        await feed.tell("b", "c")
        found = await measured()
        assert (found["webhook_rows/suspended"], found["webhook_stopped"]) == (1, 1)
        assert "webhook_rows/active" not in found
        assert (found["webhook_behind_events"], found["webhook_waiting_rows"]) == (2, 1)
        assert found["webhook_oldest_waiting_age_seconds"] > 0
        receiver.answer = None
        (await partner.post(f"/v1/webhooks/{webhook['id']}/resumption")).expect(200)

        async def it_has_caught_up() -> None:
            found = await measured()
            assert (found["webhook_behind_events"], found["webhook_day_rows/delivered"]) == (0, 3)
            assert found["webhook_stopped"] == 0

        await eventually(it_has_caught_up)
    (await partner.post(f"/v1/webhooks/{webhook['id']}/removal")).expect(200)
    assert await measured() == {}, "of a partner without webhooks nothing is told"


async def test_an_operator_is_told_how_far_the_feed_is_behind(mongo_url, vhost, processes, issuer):
    told = {"MONGO_URL": mongo_url, "RABBITMQ_URL": vhost.url("reporting"), "ENVIRONMENT": "test", **issuer.env}
    unfed = processes.start("reporting", "feed", "lag", env=told)
    assert await unfed.wait() == 1
    assert "лента не ведётся: задайте FEED_PSEUDONYM_KEY" in unfed.log()
    told |= {"FEED_PSEUDONYM_KEY": FEED_KEY}
    await processes.run("reporting", "migrate", env=told)
    over_http = await processes.run("reporting", "feed", "lag", env=told)
    assert over_http.splitlines() == [
        "последний номер: 0",
        "ждут номера: 0; первое ждёт 0 с",
        "брокер партнёров не задан (PUBLIC_RABBITMQ_URL): лента читается только по HTTP",
    ]
    told |= {"PUBLIC_RABBITMQ_URL": vhost.partners.url("reporting")}
    published = await processes.run("reporting", "feed", "lag", env=told)
    assert "ждут брокера партнёров: 0; первое ждёт 0 с" in published
