"""Partners without a broker: the same rules over HTTP, event by event."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.inbound import MAX_BODY_BYTES
from services.transfer.tests.partnering import ATTENDANCE, CONSULTATION, PUBLICATION, Partner, attributes, content

PATH, SCOPE = "/v1/contributions", "contributions.write"


@pytest.fixture(scope="module")
async def partner(reception: Any) -> Partner:
    found: Partner = await reception.partner("by-http", CONSULTATION, PUBLICATION, institution="oktyabr")
    return found


@pytest.fixture(scope="module")
def system(reception: Any, partner: Partner) -> Any:
    """The partner's system, with a key of its institution."""
    return reception.client.acting_as("key:1", memberships={partner.institution: ("specialist",)}, scope=SCOPE)


def event(event_type: str = CONSULTATION, *, data: dict[str, Any] | None = None, **further: Any) -> dict[str, Any]:
    fields = {"institution_id": "oktyabr", **(data or {})}
    return attributes(event_type, **further) | {"data": content(event_type, **fields)}


async def test_an_event_is_taken_in_once_and_a_repetition_is_told_as_such(reception, system, partner):
    told = event(data={"topic": "По HTTP"})
    taken = (await system.post(PATH, told)).expect(201)
    assert (taken["outcome"], taken["event_id"], taken["integration_id"]) == (
        "accepted",
        told["id"],
        partner.integration_id,
    )
    again = (await system.post(PATH, told)).expect(200)
    assert (again["outcome"], again["record_id"]) == ("duplicate", taken["record_id"])
    shown = (await reception.curator.get(f"/v1/consultations/{taken['record_id']}")).expect(200)
    assert (shown["origin"], shown["topic"]) == (partner.integration_id, "По HTTP")


async def test_what_came_through_the_broker_is_a_repetition_over_http(reception, system, partner):
    sent = partner.event()
    await partner.tell(sent)
    await reception.taken(sent.id)
    told = event(id=sent.id)
    assert (await system.post(PATH, told)).expect(200)["outcome"] == "duplicate"
    other = await system.post(PATH, event(id=sent.id, data={"topic": "Другое"}))
    assert (other.status, other.code) == (409, "id-reused")


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"specversion": "0.3"}, 409, "attributes-invalid"),
        ({"id": 7}, 409, "attributes-invalid"),
        ({"type": "partner.unheard.of.v1"}, 409, "type-unknown"),
        ({"time": timedelta(minutes=6)}, 409, "clock-ahead"),
        ({"data": {"institution_id": "vesta"}}, 409, "institution-foreign"),
        ({"data": {"kind": "gossip"}}, 409, "body-invalid"),
        ({"data": {"given_on": "2999-01-01"}}, 409, "date-in-future"),
        ({"data": {"recipient_institution_id": "nowhere"}}, 404, "reference-unknown"),
        ({"data": {"note": "x" * MAX_BODY_BYTES}}, 409, "contribution-too-large"),
    ],
)
async def test_a_refusal_over_http_tells_the_same_reason_at_once(system, said, status, code):
    refused = await system.post(PATH, event(**said))
    assert (refused.status, refused.code) == (status, code)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"id": 7}, "Атрибут id: ожидается строка."),
        ({"time": 1767225600}, "Атрибут time: ожидается строка."),
        ({"source": None}, "Атрибут source: обязательное поле."),
    ],
)
async def test_an_attribute_that_is_no_text_is_not_said_to_be_missing(system, said, reason):
    refused = await system.post(PATH, event(**said))
    assert (refused.status, refused.json["detail"]) == (409, reason)


@pytest.mark.parametrize("said", [{"data": "текст"}, {"data_base64": "e30="}])
async def test_an_event_without_data_is_told_which_field_it_lacks(system, said):
    told = {name: value for name, value in event().items() if name != "data"} | said
    refused = await system.post(PATH, told)
    assert (refused.code, refused.json["detail"]) == ("body-invalid", "Поле data: ожидается объект JSON.")
    (item,) = (await system.post(PATH, [told])).expect(200)["items"]
    assert (item["code"], item["field"]) == ("body-invalid", "data")


@pytest.mark.parametrize(("said", "taken"), [("text/plain", False), ("application/cloudevents+json", True)])
async def test_what_is_said_to_be_something_else_than_json_is_refused_for_that(system, said, taken):
    answer = await system.post(PATH, event(), content_type=said)
    assert answer.status == (201 if taken else 409)
    assert taken or (answer.code, said in answer.json["detail"]) == ("content-type-not-json", True)


async def test_a_type_that_is_not_granted_is_refused_over_http_too(system):
    refused = await system.post(PATH, event(ATTENDANCE))
    assert (refused.status, refused.code) == (409, "type-not-granted")


async def test_whoever_works_for_no_integrated_institution_tells_nothing(reception):
    unscoped = reception.client.acting_as("oktyabr-1", memberships={"oktyabr": ("specialist",)}, scope="api.write")
    assert (await unscoped.post(PATH, event())).code == "insufficient-scope"
    for memberships in ({}, {"site-5": ("specialist",)}):
        stranger = reception.client.acting_as("stranger-1", memberships=memberships, scope=SCOPE)
        refused = await stranger.post(PATH, event())
        assert (refused.status, refused.code) == (403, "integration-missing")


async def test_each_event_of_a_batch_has_an_outcome_of_its_own(reception, system):
    good, foreign = event(), event(data={"institution_id": "vesta"})
    unheard, late = event(ATTENDANCE), event(PUBLICATION)
    answer = await system.post(PATH, [good, foreign, good, unheard, {"id": 5}, late])
    items = answer.expect(200)["items"]
    assert [(item["status"], item["outcome"], item["code"]) for item in items] == [
        (201, "accepted", None),
        (409, "refused", "institution-foreign"),
        (200, "duplicate", None),
        (409, "refused", "type-not-granted"),
        (409, "refused", "attributes-invalid"),
        (201, "accepted", None),
    ]
    assert [item["field"] for item in items] == [None, "institution_id", None, "type", "id", None]
    assert "подключение" in items[1]["detail"].lower()
    assert await reception.taken(good["id"], late["id"])


@pytest.mark.parametrize("unreadable", ["\ud800", {"of": "another form"}])
async def test_an_id_that_cannot_be_repeated_does_not_stop_the_others_of_its_batch(system, unreadable):
    items = (await system.post(PATH, [event(), event(id=unreadable), event()])).expect(200)["items"]
    assert [item["outcome"] for item in items] == ["accepted", "refused", "accepted"]
    assert (items[1]["event_id"], items[1]["code"], items[1]["field"]) == (None, "attributes-invalid", "id")


async def test_a_batch_has_a_hundred_events_at_most_and_one_at_least(system):
    many = [event() for _ in range(100)]
    assert len((await system.post(PATH, many)).expect(200)["items"]) == 100
    for said, reason in (
        ([*many, event()], {"field": "events", "code": "too_long", "message": "не больше 100 элементов"}),
        ([], {"field": "events", "code": "too_short", "message": "не меньше 1 элементов"}),
        ([event(), 1], {"field": "events.1", "code": "dict_type", "message": "ожидается объект JSON"}),
        ("текст", {"field": "event", "code": "dict_type", "message": "ожидается объект JSON"}),
    ):
        refused = await system.post(PATH, said)
        assert (refused.status, refused.json["errors"]) == (422, [reason])


async def test_a_refusal_is_told_in_english_to_who_asks_for_it(system):
    told = [event(data={"institution_id": "vesta"})]
    answer = await system.send("POST", PATH, told, headers={"Accept-Language": "en"})
    (item,) = answer.expect(200)["items"]
    assert item["detail"] == "The integration acts for the institution oktyabr, the event is about vesta."


async def test_a_partner_asks_whether_its_event_was_taken_and_what_became_of_it(reception, system, partner):
    by_http, by_broker = event(PUBLICATION), partner.event()
    began = datetime.now(UTC)
    taken = (await system.post(PATH, by_http)).expect(201)
    await partner.tell(by_broker)
    await reception.taken(by_broker.id)
    (found,) = (await system.get(PATH, event_id=by_http["id"])).expect(200)["items"]
    assert (found["record_id"], found["type"], found["integration_id"], found["institution_id"]) == (
        taken["record_id"], PUBLICATION, partner.integration_id, "oktyabr",
    )  # fmt: skip
    assert "digest" not in found
    latest = (await system.get(PATH, since=began.isoformat())).expect(200)["items"]
    assert [one["event_id"] for one in latest] == [by_broker.id, by_http["id"]]
    assert (await system.get(PATH, event_id="never-told")).expect(200)["items"] == []
    ever, never = (f"{PATH}?since={moment}" for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"))
    assert len((await system.get(ever)).expect(200)["items"]) >= 2
    assert (await system.get(never)).expect(200)["items"] == []
    assert (await system.get(PATH, since="20260101")).status == 422
    for wanted in ({"type": PUBLICATION}, {"integration_id": partner.integration_id}, {"institution_id": "oktyabr"}):
        shown = (await system.get(PATH, since=began.isoformat(), **wanted)).expect(200)["items"]
        assert by_http["id"] in [one["event_id"] for one in shown]
    first = (await system.get(PATH, since=began.isoformat(), limit=1)).expect(200)
    (second,) = (await system.get(PATH, since=began.isoformat(), limit=1, cursor=first["next"])).expect(200)["items"]
    assert second["event_id"] == by_http["id"]


async def test_what_was_taken_in_is_seen_by_its_teller_and_by_operators_only(reception, system):
    told = event()
    (await system.post(PATH, told)).expect(201)
    for insider in (reception.curator, reception.administrator):
        assert len((await insider.get(PATH, event_id=told["id"])).expect(200)["items"]) == 1
    other = reception.client.acting_as("vesta-1", memberships={"vesta": ("head",)}, scope=SCOPE)
    unscoped = reception.client.acting_as("oktyabr-2", memberships={"oktyabr": ("head",)}, scope="quarantine.read")
    assert (await other.get(PATH, event_id=told["id"])).expect(200)["items"] == []
    refused = await unscoped.get(PATH, event_id=told["id"])
    assert (refused.status, refused.code) == (403, "insufficient-scope")
    assert SCOPE in refused.json["detail"]
