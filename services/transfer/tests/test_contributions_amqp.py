"""Partners' messages through a real broker: what is taken in, and each reason for which one is not."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiormq.exceptions import ChannelPreconditionFailed

from contracts.inbound import MAX_BODY_BYTES
from contracts.registry import IntegrationRevokedV1
from services.transfer.tests.partnering import (
    ATTENDANCE,
    CONSULTATION,
    CONTACT,
    PUBLICATION,
    Partner,
    soon,
)
from testkit import eventually

NEVER = "0190a000-0000-7000-8000-00000000dead"


@pytest.fixture(scope="module")
async def vesta(reception: Any) -> Partner:
    found: Partner = await reception.partner("vesta-crm")
    return found


async def test_a_consultation_that_a_partner_tells_is_recorded_and_announced_with_its_origin(reception, vesta):
    event = vesta.event(data={"topic": "Как описать практику", "given_on": "2023-10-12"})
    await vesta.tell(event)
    (row,) = await reception.taken(event.id)
    shown = (await reception.curator.get(f"/v1/consultations/{row['record_id']}")).expect(200)
    told = (shown["institution_id"], shown["consultant_id"], shown["topic"], shown["origin"])
    assert told == ("vesta", CONTACT, "Как описать практику", vesta.integration_id)
    (fact,) = await reception.inbox.announced("transfer.consultation.given.v1", row["record_id"])
    assert (fact["origin"], fact["given_on"], fact["consultant_id"]) == (vesta.integration_id, "2023-10-12", CONTACT)


async def test_a_publication_and_an_attendance_carry_their_origin_too(reception, vesta):
    held = {
        "institution_id": "umc",
        "kind": "round_table",
        "scope": "system",
        "title": "Опыт",
        "online": True,
        "held_on": "2023-11-20",
    }
    meeting = (await reception.curator.post("/v1/events", held)).expect(201)
    published = vesta.event(PUBLICATION, data={"title": "Новость"})
    attended = vesta.event(ATTENDANCE, data={"event_id": meeting["id"], "persons": 7})
    await vesta.tell(published, attended)
    rows = {row["event_id"]: row for row in await reception.taken(published.id, attended.id)}
    publication = (await reception.curator.get(f"/v1/publications/{rows[published.id]['record_id']}")).expect(200)
    assert (publication["origin"], publication["content"]["title"]) == (vesta.integration_id, "Новость")
    event = (await reception.curator.get(f"/v1/events/{meeting['id']}")).expect(200)
    assert event["attendance"] == [{"institution_id": "vesta", "persons": 7, "origin": vesta.integration_id}]
    (fact,) = await reception.inbox.announced("transfer.attendance.recorded.v1", meeting["id"])
    assert (fact["origin"], fact["host_institution_id"], fact["persons"]) == (vesta.integration_id, "umc", 7)


async def test_what_was_corrected_here_still_tells_where_it_came_from(reception, vesta):
    event = vesta.event(PUBLICATION)
    await vesta.tell(event)
    (row,) = await reception.taken(event.id)
    path = f"/v1/publications/{row['record_id']}"
    found = (await reception.curator.get(path)).expect(200)["content"]
    (await reception.curator.put(path, found | {"title": "Исправлено"}, if_match="*")).expect(200)
    (fact,) = await reception.inbox.announced("transfer.publication.corrected.v1", row["record_id"])
    assert (fact["title"], fact["origin"]) == ("Исправлено", vesta.integration_id)


PADDED = json.dumps({"institution_id": "vesta", "kind": "implementation", "channel": "zoom", "topic": "т",
                     "given_on": "2023-01-01", "note": ""}, ensure_ascii=False).encode()  # fmt: skip


def padded(size: int) -> bytes:
    return PADDED[:-2] + b"x" * (size - len(PADDED)) + PADDED[-2:]


@pytest.mark.parametrize(
    "said",
    [
        {"data": padded(MAX_BODY_BYTES)},
        {"content_type": "application/json; charset=utf-8"},
        {"prefix": "cloudEvents_"},
        {"time": timedelta(minutes=4, seconds=55)},
        {"time": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)},
        {"time": 1_700_470_800_000, "prefix": "cloudEvents_"},  # as the SDK of CloudEvents binds to AMQP
        {"data": {"given_on": timedelta()}},
        {"data": {"given_on": "2000-01-01"}},
        {"data": {"of_the_future": "v1.1"}},
        {"data": {"recipient_institution_id": "site-1"}},
        {"id": "x" * 64},
        {"subject": "что угодно"},
    ],
    ids=lambda said: next(iter(said)),
)
async def test_what_is_just_within_the_bounds_is_taken_in(reception, vesta, said):
    event = vesta.event(CONSULTATION, **said)
    await vesta.tell(event)
    (row,) = await reception.taken(
        event.headers.get("cloudEvents:id") or event.headers["cloudEvents_id"],
    )
    assert row["integration_id"] == vesta.integration_id


def outside(code: str, field: str, event_type: str = CONSULTATION, **said: Any) -> Any:
    return pytest.param(code, field, event_type, said, id=f"{code} {field} {str(said)[:40]}")


@pytest.mark.parametrize(
    ("code", "field", "event_type", "said"),
    [
        outside("contribution-too-large", "body", data=padded(MAX_BODY_BYTES + 1)),
        outside("content-type-not-json", "content_type", content_type="text/plain"),
        outside("content-type-not-json", "content_type", content_type="application/json; charset=cp1251"),
        outside("content-type-not-json", "content_type", content_type=None),
        outside("attributes-invalid", "specversion", specversion="0.3"),
        outside("attributes-invalid", "source", source=None),
        outside("attributes-invalid", "time", time="вчера"),
        outside("attributes-invalid", "time", time="2023-01-01T10:00:00"),
        outside("attributes-invalid", "id", id="x" * 65),
        outside("attributes-invalid", "id", id="с пробелом"),
        outside("type-unknown", "type", type="partner.consultation.given.v2"),
        outside("routing-key-differs", "routing_key", routing_key=PUBLICATION),
        outside("clock-ahead", "time", time=timedelta(minutes=5, seconds=5)),
        outside("body-invalid", "body", data=b"not json"),
        outside("body-invalid", "body", data=b"\xff\xfe\x00"),
        outside("body-invalid", "body", data=b"[" * 20_000),
        outside("body-invalid", "kind", data={"kind": "gossip"}),
        outside("body-invalid", "topic", data={"topic": ""}),
        outside("body-invalid", "topic", data={"topic": "   "}),
        outside("body-invalid", "topic", data={"topic": "т" * 501}),
        outside("institution-foreign", "institution_id", data={"institution_id": "srcn"}),
        outside("date-in-future", "given_on", data={"given_on": timedelta(days=1)}),
        outside("date-too-early", "given_on", data={"given_on": "1999-12-31"}),
        outside("reference-unknown", "recipient_institution_id", data={"recipient_institution_id": NEVER}),
        outside("publication-outlet-missing", "outlet", PUBLICATION, data={"channel": "journal", "outlet": None}),
        outside("practice-unknown", "practice_id", PUBLICATION, data={"practice_id": NEVER}),
        outside("event-unknown", "event_id", ATTENDANCE, data={"event_id": NEVER}),
        outside("body-invalid", "persons", ATTENDANCE, data={"persons": 0}),
    ],
)
async def test_what_is_just_outside_the_bounds_is_kept_with_its_reason(reception, vesta, code, field, event_type, said):
    event = vesta.event(event_type, **said)
    await vesta.tell(event)
    entry = await reception.refused(event.id)
    reason = entry["reason"]
    assert (reason["code"], reason["field"]) == (code, field)
    assert reason["detail_ru"] != reason["detail_en"]
    assert re.search("[а-я]", reason["detail_ru"].partition(": ")[2] or reason["detail_ru"])
    assert (entry["partner"], entry["institution_id"]) == ("vesta-crm", "vesta")
    assert entry["size"] == len(event.body)
    assert entry["body"] == event.body[:MAX_BODY_BYTES].decode("utf-8", "replace")


async def test_attributes_in_headers_of_another_form_are_told_where_they_belong(reception, vesta):
    event = vesta.event(prefix="ce-")
    await vesta.tell(event)

    wanted = {"integration_id": vesta.integration_id, "code": "attributes-invalid", "limit": 1}

    async def latest() -> Any:
        items = (await reception.administrator.get("/v1/quarantine", **wanted)).expect(200)["items"]
        assert [one["event_id"] for one in items] == [None]
        return items[0]["reason"]

    reason = await eventually(latest)
    assert reason["detail_ru"].startswith("Атрибут id: заголовков cloudEvents:… нет")
    assert reason["detail_en"].startswith("Attribute id: no header begins with cloudEvents:")


async def test_a_type_that_is_not_granted_is_refused_and_taken_in_after_the_grant_was_widened(reception):
    partner = await reception.partner("narrow", PUBLICATION)
    event = partner.event(CONSULTATION)
    await partner.tell(event)
    entry = await reception.refused(event.id)
    assert (entry["reason"]["code"], entry["reason"]["field"]) == ("type-not-granted", "type")
    wider = partner.grant(PUBLICATION, CONSULTATION)
    assert await reception.inbox.tell(wider, partner.integration_id, sequence=2) == "applied"
    answer = await reception.administrator.post(f"/v1/quarantine/{entry['id']}/retry")
    assert answer.expect(200)["state"] == "waiting"
    (row,) = await reception.taken(event.id)
    assert row["integration_id"] == partner.integration_id
    assert (await reception.administrator.get(f"/v1/quarantine/{entry['id']}")).code == "quarantine-entry-unknown"


async def test_an_integration_tells_until_its_last_day_and_nothing_after(reception):
    partner = await reception.partner("short")
    today = datetime.now(UTC).date()
    for sequence, (last_day, code) in enumerate(
        [(today, None), (today - timedelta(days=1), "integration-not-in-force")], 2
    ):
        terms = partner.grant(valid_until=last_day.isoformat())
        assert await reception.inbox.tell(terms, partner.integration_id, sequence=sequence) == "applied"
        event = partner.event()
        await partner.tell(event)
        if code is None:
            assert await reception.taken(event.id)
        else:
            assert (await reception.refused(event.id))["reason"]["code"] == code


async def test_a_revoked_integration_tells_nothing_more(reception):
    partner = await reception.partner("revoked")
    end = IntegrationRevokedV1(
        integration_id=partner.integration_id, institution_id="vesta", revoked_on=datetime.now(UTC).date()
    )
    assert await reception.inbox.tell(end, partner.integration_id, sequence=2) == "applied"
    event = partner.event()
    await partner.tell(event)
    entry = await reception.refused(event.id)
    assert (entry["reason"]["code"], entry["institution_id"]) == ("integration-not-in-force", "vesta")


async def test_the_broker_refuses_the_name_of_another_as_origin(vesta, reception):
    other = await reception.partner("other-crm", institution="srcn")
    with pytest.raises(ChannelPreconditionFailed, match="user_id"):
        await vesta.tell(vesta.event(user_id=other.user))


async def test_a_message_without_its_origin_is_seen_by_operators_only(reception, vesta):
    event = vesta.event(user_id="")
    await vesta.tell(event)
    entry = await reception.refused(event.id)
    assert (entry["reason"]["code"], entry["institution_id"], entry["partner"]) == ("origin-missing", None, "")
    staff = reception.client.acting_as("vesta-1", memberships={"vesta": ("specialist",)}, scope="quarantine.read")
    assert (await staff.get(f"/v1/quarantine/{entry['id']}")).status == 404
    assert event.id not in [item["event_id"] for item in (await staff.get("/v1/quarantine")).expect(200)["items"]]


async def test_a_partner_whose_grant_has_not_arrived_waits_for_it(reception):
    partner = Partner(reception.vhost, "early", "vesta", "integration-early")
    await partner.open_account()
    event = partner.event()
    await partner.tell(event)
    assert (await reception.refused(event.id, state="waiting"))["reason"]["code"] == "origin-unknown"
    assert await reception.inbox.tell(partner.grant(), partner.integration_id) == "applied"
    assert await reception.taken(event.id)


async def test_a_practice_that_arrives_late_is_waited_for(reception, vesta):
    await vesta.tell(event := vesta.event(PUBLICATION, data={"practice_id": "practice-late"}))
    await reception.refused(event.id, state="waiting")
    card = {
        "_id": "practice-late", "version": 1, "institution_id": "vesta", "kind": "practice", "title": "т",
        "target_groups": [], "summary": "с", "project_id": None, "derived_from": None, "differences": [],
        "described_on": "2023-01-01",
    }  # fmt: skip
    await reception.inbox.mongo.motor["practices"].insert_one(card)
    assert await reception.taken(event.id)


async def test_the_same_event_counts_once_however_often_and_however_written(reception, vesta):
    event = vesta.event(data={"topic": "Однажды"})
    reordered = json.dumps(dict(reversed(json.loads(event.body).items())), indent=2).encode()
    again = vesta.event(data=reordered, id=event.id, source="/elsewhere", time=soon())
    await vesta.tell(event, event, again, event)
    await reception.taken(event.id)

    async def all_handled() -> None:
        assert await reception.vhost.partners.depth("inbound") == 0

    await eventually(all_handled)
    given = [record for record in await reception.records("consultations") if record["topic"] == "Однажды"]
    assert len(given) == 1
    kept = await reception.records("quarantine")
    assert event.id not in [entry["event_id"] for entry in kept]


async def test_other_content_under_a_used_id_is_refused_and_changes_nothing(reception, vesta):
    event = vesta.event(data={"topic": "Первое"})
    await vesta.tell(event)
    (row,) = await reception.taken(event.id)
    await vesta.tell(vesta.event(data={"topic": "Второе"}, id=event.id))
    entry = await reception.refused(event.id)
    assert (entry["reason"]["code"], entry["reason"]["field"]) == ("id-reused", "id")
    shown = (await reception.curator.get(f"/v1/consultations/{row['record_id']}")).expect(200)
    assert shown["topic"] == "Первое"


async def test_two_partners_may_use_one_id(reception, vesta):
    other = await reception.partner("namesake", institution="srcn")
    event = vesta.event()
    await vesta.tell(event)
    await other.tell(other.event(id=event.id))

    async def both() -> None:
        rows = await reception.records("contributions")
        own = {row["integration_id"] for row in rows if row["event_id"] == event.id}
        assert own == {vesta.integration_id, other.integration_id}

    await eventually(both)
