"""The quarantine: who sees what of it, what an operator decides, and how much of it there can be."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.transfer.tests.partnering import Partner
from testkit import eventually
from transfer.contributions.domain import NotJson
from transfer.quarantine.domain import MOST_ENTRIES, Entry, parcel, reason_of
from transfer.quarantine.store import QUARANTINE, set_aside

PATH = "/v1/quarantine"


@pytest.fixture(scope="module")
async def partner(reception: Any) -> Partner:
    found: Partner = await reception.partner("srcn-site", institution="srcn")
    return found


async def quarantined(reception: Any, partner: Partner) -> dict[str, Any]:
    event = partner.event(data={"kind": "gossip"})
    await partner.tell(event)
    found: dict[str, Any] = await reception.refused(event.id)
    return found


async def test_a_partner_sees_its_own_and_operators_see_all(reception, partner):
    entry = await quarantined(reception, partner)
    path = f"{PATH}/{entry['id']}"
    own = reception.client.acting_as("srcn-1", memberships={"srcn": ("specialist",)}, scope="quarantine.read")
    for insider in (own, reception.curator, reception.administrator):
        shown = (await insider.get(path)).expect(200)
        assert shown["reason"]["field"] == "kind"
        assert json.loads(shown["body"])["kind"] == "gossip"
        assert {"name": "cloudEvents:source", "value": "/crm"} in shown["headers"]
        assert entry["id"] in [item["id"] for item in (await insider.get(PATH)).expect(200)["items"]]
    other = reception.client.acting_as("vesta-1", memberships={"vesta": ("head",)}, scope="quarantine.read")
    unscoped = reception.client.acting_as("srcn-2", memberships={"srcn": ("head",)})
    assert (await other.get(path)).code == "quarantine-entry-unknown"
    assert (await other.get(PATH)).expect(200)["items"] == []
    for address in (path, PATH):
        refused = await unscoped.get(address)
        assert (refused.status, refused.code) == (403, "insufficient-scope")
        assert "quarantine.read" in refused.json["detail"]


async def test_the_list_is_filtered_by_reason_state_and_partner(reception, partner):
    await quarantined(reception, partner)
    for wanted in (
        {"code": "body-invalid"},
        {"state": "quarantined"},
        {"integration_id": partner.integration_id},
        {"institution_id": "srcn"},
    ):
        assert (await reception.curator.get(PATH, **wanted)).expect(200)["items"]
    assert (await reception.curator.get(PATH, code="clock-ahead")).expect(200)["items"] == []


async def test_a_partner_asks_whether_one_event_of_its_own_is_there(reception, partner):
    entry = await quarantined(reception, partner)
    system = reception.client.acting_as("srcn-1", memberships={"srcn": ("specialist",)}, scope="quarantine.read")
    for asking in (system, reception.curator):
        found = (await asking.get(PATH, event_id=entry["event_id"])).expect(200)["items"]
        assert [one["id"] for one in found] == [entry["id"]]
        assert (await asking.get(PATH, event_id="never-told")).expect(200)["items"] == []


async def test_only_an_administrator_decides_and_the_decision_is_told(reception, partner):
    entry = await quarantined(reception, partner)
    path = f"{PATH}/{entry['id']}"
    own = reception.client.acting_as("srcn-1", memberships={"srcn": ("head",)})
    for outsider in (own, reception.curator):
        assert (await outsider.post(f"{path}/retry")).code == "not-permitted"
        assert (await outsider.post(f"{path}/discard", {"reason": "нет"})).code == "not-permitted"
    set_by = (await reception.administrator.post(f"{path}/discard", {"reason": "Прислано заново"})).expect(200)
    told = (set_by["state"], set_by["discarded_because"], set_by["decided_by"])
    assert told == ("discarded", "Прислано заново", "administrator-1")
    stale = await reception.administrator.post(f"{path}/retry", if_match='"v1"')
    assert stale.status == 412


async def test_what_was_discarded_stays_so_when_the_same_message_comes_again(reception, partner):
    event = partner.event(data={"kind": "gossip"})
    await partner.tell(event)
    entry = await reception.refused(event.id)
    discarded = await reception.administrator.post(f"{PATH}/{entry['id']}/discard", {"reason": "Прислано заново"})
    discarded.expect(200)
    await partner.tell(event)

    async def it_came_twice() -> dict[str, Any]:
        shown: dict[str, Any] = (await reception.administrator.get(f"{PATH}/{entry['id']}")).expect(200)
        assert shown["times"] == 2
        return shown

    shown = await eventually(it_came_twice, 20)
    told = (shown["state"], shown["discarded_because"], shown["decided_by"])
    assert told == ("discarded", "Прислано заново", "administrator-1")


async def test_what_is_tried_again_without_change_is_refused_again(reception, partner):
    entry = await quarantined(reception, partner)
    (await reception.administrator.post(f"{PATH}/{entry['id']}/retry")).expect(200)
    again = await reception.refused(entry["event_id"])
    assert (again["reason"]["code"], again["times"]) == ("body-invalid", 1)


async def test_a_message_that_comes_again_is_the_same_entry(reception, partner):
    event = partner.event(data={"kind": "gossip"})
    await partner.tell(event, event, event)

    await reception.refused(event.id)
    rows = reception.inbox.mongo.motor["quarantine"]
    entries = [row for row in await rows.find({"_id": {"$gt": ""}}).to_list(None) if row["event_id"] == event.id]
    assert len(entries) == 1


def entry_of(name: str) -> Entry:
    """Return a refused message of a partner whose others are not asked for."""
    now = datetime.now(UTC)
    came = parcel(user_id="u", routing_key="k", content_type="x", headers={}, body=b"{}")
    return Entry(
        id=f"{name}-0000",
        integration_id=f"integration-{name}",
        institution_id="site-1",
        partner=name,
        state="quarantined",
        reason=reason_of(NotJson(content_type="x"), field="content_type"),
        event_id=None,
        type=None,
        parcel=came,
        received_at=now,
        last_at=now,
        next_at=None,
        attempts=0,
        times=1,
    )


async def test_a_flood_of_refused_messages_leaves_the_newest_thousand_and_whatever_waits(reception):
    pattern = entry_of("flood")
    long_ago = replace(pattern, id="waits", state="waiting", last_at=pattern.last_at - timedelta(hours=1))
    await set_aside(reception.inbox.mongo.plain, long_ago, again=False)
    rows = [QUARANTINE.write(replace(pattern, id=f"flood-{number:04}")) for number in range(MOST_ENTRIES - 1)]
    mongo = reception.inbox.mongo
    await mongo.motor["quarantine"].insert_many(rows)
    for number in range(MOST_ENTRIES - 1, MOST_ENTRIES + 3):
        await set_aside(mongo.plain, replace(pattern, id=f"flood-{number:04}"), again=False)
    kept = await mongo.plain["quarantine"].find({"integration_id": "integration-flood"})
    assert len(kept) == MOST_ENTRIES + 1
    assert "waits" in {row["_id"] for row in kept}
    assert "flood-0002" not in {row["_id"] for row in kept}
    assert f"flood-{MOST_ENTRIES + 2:04}" in {row["_id"] for row in kept}

    async def told() -> None:
        metrics = (await reception.client.get("/metrics")).body.decode()
        assert 'quarantine_dropped_total{partner="flood"} 3.0' in metrics
        assert 'quarantine_dropped_age_seconds{partner="flood"}' in metrics

    await eventually(told, 30)


async def test_what_would_wait_beside_a_thousand_that_wait_is_refused_at_once(reception):
    mongo = reception.inbox.mongo
    later = datetime.now(UTC) + timedelta(hours=1)
    pattern = replace(entry_of("queue"), state="waiting", next_at=later)
    rows = [QUARANTINE.write(replace(pattern, id=f"queue-{number:04}")) for number in range(MOST_ENTRIES - 1)]
    await mongo.motor["quarantine"].insert_many(rows)
    last = await set_aside(mongo.plain, replace(pattern, id=f"queue-{MOST_ENTRIES - 1:04}"), again=False)
    beyond = await set_aside(mongo.plain, replace(pattern, id=f"queue-{MOST_ENTRIES:04}"), again=False)
    assert (last.state, beyond.state, beyond.next_at) == ("waiting", "quarantined", None)
    tried = await set_aside(mongo.plain, replace(last, attempts=1), again=True)
    assert tried.state == "waiting"
