"""Webhooks over HTTP: who registers them, what is shown once, what is refused."""

from datetime import date
from typing import Any

import pytest

from contracts.registry import IntegrationRevokedV1
from services.reporting.tests.receivers import GIVEN, HELD, INTEGRATION, PARTNER, granted
from testkit import Client

OTHER = "0190a000-0000-7000-8000-000000000777"
URL = "https://portal.example.org/events"


@pytest.fixture
def administrator(running):
    return running.client.acting_as("admin", roles=("administrator",))


async def registered(client: Client, **fields: object) -> dict[str, Any]:
    made: dict[str, Any] = (await client.post("/v1/webhooks", {"url": URL, "types": [HELD], **fields})).expect(201)
    return made


async def test_a_partner_registers_a_webhook_and_sees_its_secret_once(partner, running):
    answer = await partner.post("/v1/webhooks", {"url": URL, "types": [HELD, GIVEN]}, idempotency_key="register-1")
    made = answer.expect(201)
    assert made["secret"].startswith("whsec_")
    assert (made["state"], made["types"], made["integration_id"]) == ("active", [GIVEN, HELD], INTEGRATION)
    assert answer.headers["Cache-Control"] == "no-store"
    again = await partner.post("/v1/webhooks", {"url": URL, "types": [HELD, GIVEN]}, idempotency_key="register-1")
    assert (again.expect(201)["id"], again.json["secret"]) == (made["id"], None)
    assert "secret" not in str((await partner.get(f"/v1/webhooks/{made['id']}")).expect(200))
    assert made["secret"] not in str(await running.everything())


async def test_a_person_of_the_institution_needs_the_scope_and_an_administrator_does_not(
    partner, running, administrator
):
    without = running.client.acting_as("specialist", memberships={PARTNER: ("specialist",)}, scope="api.write")
    refused = await without.post("/v1/webhooks", {"url": URL, "types": [HELD]})
    assert (refused.status, refused.code) == (403, "insufficient-scope")
    assert "webhooks.manage" in refused.json["detail"]
    assert (await without.get("/v1/webhooks")).code == "insufficient-scope"
    assert (await registered(administrator, integration_id=INTEGRATION))["institution_id"] == PARTNER


async def test_another_institution_neither_sees_nor_touches_a_webhook(partner, running, administrator):
    made = await registered(partner)
    other = running.client.acting_as("other", memberships={OTHER: ("head",)}, scope="webhooks.manage")
    path = f"/v1/webhooks/{made['id']}"
    for answer in (
        await other.get(path),
        await other.get(f"{path}/deliveries"),
        await other.patch(path, {"types": ["*"]}, if_match='"v1"'),
        await other.post(f"{path}/pause"),
        await other.post(f"{path}/secret", {}),
        await other.post(f"{path}/removal"),
        await other.post(f"{path}/test"),
        await other.post(f"{path}/redelivery", {"since": "2026-01-01T00:00:00Z"}),
        await other.post(f"{path}/deliveries/{made['id']}/redelivery"),
    ):
        assert (answer.status, answer.code) == (404, "webhook-unknown")
    assert (await other.get("/v1/webhooks")).expect(200)["items"] == []
    refused = await other.post("/v1/webhooks", {"url": URL, "types": [HELD], "integration_id": INTEGRATION})
    assert (refused.status, refused.code) == (404, "integration-unknown")
    for viewer in (partner, administrator):
        shown = (await viewer.get("/v1/webhooks", institution_id=PARTNER)).expect(200)["items"]
        assert [one["id"] for one in shown] == [made["id"]]


async def test_a_head_manages_webhooks_too_and_a_role_of_the_platform_but_administrator_does_not(partner, running):
    made = await registered(partner)
    head = running.client.acting_as("head", memberships={PARTNER: ("head",)}, scope="webhooks.manage")
    assert (await head.post(f"/v1/webhooks/{made['id']}/pause")).expect(200)["state"] == "paused"
    official = running.client.acting_as("official", roles=("curator", "official"), scope="webhooks.manage")
    assert (await official.post(f"/v1/webhooks/{made['id']}/resumption")).code == "webhook-unknown"
    assert (await official.get("/v1/webhooks")).expect(200)["items"] == []


async def test_a_removed_webhook_takes_no_command_any_more(partner):
    path = f"/v1/webhooks/{(await registered(partner))['id']}"
    (await partner.post(f"{path}/removal")).expect(200)
    for answer in (
        await partner.patch(path, {"types": ["*"]}, if_match='"v2"'),
        await partner.post(f"{path}/pause"),
        await partner.post(f"{path}/resumption"),
        await partner.post(f"{path}/secret", {}),
        await partner.post(f"{path}/removal"),
        await partner.post(f"{path}/test"),
        await partner.post(f"{path}/redelivery", {"since": "2026-01-01T00:00:00Z"}),
        await partner.get(f"{path}/deliveries"),
    ):
        assert (answer.status, answer.code) == (404, "webhook-unknown")


async def test_a_delivery_is_found_behind_its_own_webhook_only(partner):
    one, other = await registered(partner), await registered(partner)
    sent = (await partner.post(f"/v1/webhooks/{one['id']}/test")).expect(201)
    elsewhere = await partner.post(f"/v1/webhooks/{other['id']}/deliveries/{sent['id']}/redelivery")
    assert (elsewhere.status, elsewhere.code) == (404, "delivery-unknown")
    assert (await partner.get(f"/v1/webhooks/{other['id']}/deliveries")).expect(200)["items"] == []
    (await partner.post(f"/v1/webhooks/{one['id']}/deliveries/{sent['id']}/redelivery")).expect(200)


async def test_an_integration_has_ten_webhooks_and_a_removed_one_makes_room(partner):
    made = [await registered(partner) for _ in range(10)]
    body = {"url": URL, "types": [HELD]}
    (await partner.post(f"/v1/webhooks/{made[0]['id']}/pause")).expect(200)
    refused = await partner.post("/v1/webhooks", body)
    assert (refused.status, refused.code) == (409, "webhooks-enough")
    (await partner.post(f"/v1/webhooks/{made[0]['id']}/removal")).expect(200)
    await registered(partner)


@pytest.mark.parametrize(
    "url", ["https://10.0.0.1/", "https://[::1]/", "https://user@example.org/", "ftp://example.org/", "https://127.1/"]
)
async def test_a_url_that_leads_inside_is_refused_with_the_reason(partner, url):
    answer = await partner.post("/v1/webhooks", {"url": url, "types": [HELD]})
    assert (answer.status, answer.code) == (409, "url-refused")


async def test_types_that_are_not_granted_are_named_in_the_refusal(running, announce):
    await running.hears(announce(granted([HELD]), INTEGRATION))
    partner = running.client.acting_as("key", memberships={PARTNER: ("specialist",)}, scope="webhooks.manage")
    answer = await partner.post("/v1/webhooks", {"url": URL, "types": [HELD, GIVEN]})
    assert (answer.status, answer.code) == (409, "types-not-granted")
    assert GIVEN in answer.json["detail"]


async def test_an_integration_that_is_over_takes_no_webhook(running, announce, administrator):
    await running.hears(announce(granted(until=date(2020, 1, 1)), INTEGRATION))
    body = {"url": URL, "types": [HELD], "integration_id": INTEGRATION}
    answer = await administrator.post("/v1/webhooks", body)
    assert (answer.status, answer.code) == (409, "integration-over")


async def test_of_two_integrations_in_force_one_has_to_be_named(partner, running, announce):
    second = granted(integration_id=OTHER, name="second-system")
    await running.hears(announce(second, OTHER))
    answer = await partner.post("/v1/webhooks", {"url": URL, "types": [HELD]})
    assert (answer.status, answer.code) == (404, "integration-unknown")
    assert (await registered(partner, integration_id=OTHER))["integration_id"] == OTHER


async def test_a_webhook_goes_through_its_states_and_is_removed_for_good(partner):
    path = f"/v1/webhooks/{(await registered(partner))['id']}"
    assert (await partner.post(f"{path}/pause")).expect(200)["state"] == "paused"
    assert (await partner.post(f"{path}/pause")).code == "webhook-not-in-state"
    assert (await partner.post(f"{path}/test")).code == "webhook-not-in-state"
    assert (await partner.post(f"{path}/resumption")).expect(200)["state"] == "active"
    etag = (await partner.get(path)).etag
    assert (await partner.patch(path, {"url": "https://new.example.org/"})).status == 428
    amended = (await partner.patch(path, {"url": "https://new.example.org/"}, if_match=etag)).expect(200)
    assert (amended["url"], amended["types"]) == ("https://new.example.org/", [HELD])
    assert (await partner.post(f"{path}/removal")).expect(200)["state"] == "removed"
    assert (await partner.get(path)).code == "webhook-unknown"
    assert (await partner.get("/v1/webhooks")).expect(200)["items"] == []


async def test_an_exchanged_secret_tells_until_when_the_earlier_one_signs(partner):
    made = await registered(partner)
    changed = (await partner.post(f"/v1/webhooks/{made['id']}/secret", {"overlap_hours": 2})).expect(200)
    assert changed["secret"].startswith("whsec_")
    assert changed["secret"] != made["secret"]
    assert changed["signatures_until"][0] is None
    assert len(changed["signatures_until"]) == 2


async def test_a_revoked_integration_shows_why_its_webhook_stands_still(partner, running, announce):
    made = await registered(partner)
    revoked = {"integration_id": INTEGRATION, "institution_id": PARTNER, "revoked_on": "2026-01-01"}
    await running.hears(announce(IntegrationRevokedV1.model_validate(revoked), INTEGRATION))
    shown = (await partner.get(f"/v1/webhooks/{made['id']}")).expect(200)
    assert (shown["state"], shown["held_back"]) == ("active", "подключение отозвано")


async def test_a_point_to_redeliver_from_is_one_of_time_and_event_and_is_known(partner):
    path = f"/v1/webhooks/{(await registered(partner))['id']}/redelivery"
    for said in ({}, {"since": "2026-01-01T00:00:00Z", "after_event": "e"}):
        refused = await partner.post(path, said)
        assert (refused.status, refused.json["errors"][0]["message"]) == (422, "назовите одно: since или after_event")
    assert (await partner.post(path, {"since": 1767225600})).status == 422
    for reach in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        (await partner.post(path, {"since": reach})).expect(200)
    assert (await partner.post(path, {"after_event": "e"})).code == "feed-event-unknown"
