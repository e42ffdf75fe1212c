"""From submission to the two stamps, and what may still be said after them."""

import hashlib
from datetime import date, timedelta

import pytest

from contracts.catalogue import CATALOGUE
from services.reporting.tests.year_2023 import OCTOBER


@pytest.mark.seed("C03")
async def test_an_acting_head_agrees_in_the_office_that_the_registry_shows(approved):
    stamp = (await approved.shown())["agreement"]
    assert (stamp["person_name"], stamp["acting"], stamp["stamped_on"]) == ("Н. Л. Веревокина", True, "2024-01-15")
    assert stamp["titles"] == ["И. О. директора АУ СО ВО «Октябрьский дом-интернат для престарелых и инвалидов»"]


@pytest.mark.seed("C04")
@pytest.mark.seed("T9")
async def test_an_official_in_two_offices_approves_only_after_the_agreement(drafted):
    await drafted.fill_in()
    (await drafted.submit()).expect(200)
    early = await drafted.approve()
    assert (early.status, early.code) == (409, "report-not-agreed")
    (await drafted.agree()).expect(200)
    before_agreement = await drafted.approve("2024-01-14")
    assert (before_agreement.status, before_agreement.code) == (409, "day-too-early")
    stamp = (await drafted.approve("2024-01-15", appointment_ids=["o-2", "o-3"])).expect(200)["approval"]
    assert (stamp["person_name"], stamp["stamped_on"], stamp["acting"]) == ("Н. Л. Рындин", "2024-01-15", False)
    assert stamp["titles"] == [
        "начальник Департамента социальной защиты населения Вологодской области",
        "руководитель Экспертного совета по инновационной деятельности Департамента социальной защиты населения",
    ]


async def test_an_official_of_another_region_neither_sees_nor_decides_on_a_report(drafted):
    elsewhere = drafted.people.minister_elsewhere
    await drafted.fill_in()
    (await drafted.submit()).expect(200)
    assert (await elsewhere.get(drafted.path)).status == 404
    assert (await elsewhere.get(f"{drafted.path}/document.docx")).status == 404
    assert (await elsewhere.get("/v1/reports", year=2023)).expect(200)["items"] == []
    assert (await elsewhere.get("/v1/evidence", institution_id=OCTOBER)).expect(200)["items"] == []
    returned = await elsewhere.post(f"{drafted.path}/return", {"remark": "Чужому региону"})
    assert (returned.status, returned.code) == (403, "not-permitted")
    (await drafted.agree()).expect(200)
    approved = await elsewhere.post(f"{drafted.path}/approval", {"approved_on": "2024-01-15"})
    assert (approved.status, approved.code) == (403, "not-permitted")
    (await drafted.approve()).expect(200)
    supplemented = await elsewhere.post(f"{drafted.path}/addenda", {"text": "Чужой регион"})
    assert (supplemented.status, supplemented.code) == (403, "not-permitted")
    assert (await elsewhere.get("/v1/reports/totals/2023")).expect(200)["items"][0]["reports"] == 0
    assert (await drafted.people.official.get("/v1/reports/totals/2023")).expect(200)["items"][0]["reports"] == 1


async def test_an_official_who_works_nowhere_sees_no_report(drafted, running):
    nowhere = running.client.acting_as("nowhere", roles=("official",))
    assert (await nowhere.get(drafted.path)).status == 404
    assert (await nowhere.get("/v1/reports", year=2023)).expect(200)["items"] == []


@pytest.mark.parametrize(("day", "code"), [("2023-05-31", "office-not-held"), ("2024-01-11", "day-too-early")])
async def test_a_stamp_before_the_office_or_before_the_submission_is_refused(drafted, day, code):
    await drafted.fill_in()
    (await drafted.submit("2024-01-12")).expect(200)
    refused = await drafted.agree(day)
    assert (refused.status, refused.code) == (409, code)
    (await drafted.agree("2024-01-12")).expect(200)


async def test_a_stamp_of_the_day_after_tomorrow_is_refused_and_of_today_is_put(drafted):
    await drafted.fill_in()
    (await drafted.submit(None)).expect(200)
    today = date.fromisoformat((await drafted.shown())["submitted_on"])
    refused = await drafted.agree(str(today + timedelta(days=2)))
    assert (refused.status, refused.code) == (409, "day-in-future")
    (await drafted.agree(str(today))).expect(200)


@pytest.mark.seed("F5")
@pytest.mark.seed("T6")
async def test_an_approved_report_is_locked_and_an_outcome_of_february_becomes_addendum_one(drafted, running, announce):
    early = await drafted.approve()
    assert (early.status, early.code) == (409, "report-not-agreed")
    await drafted.through_approval()
    locked = await drafted.shown()
    refused = await drafted.say({"key": "mgmt.n.specialists_involved", "value": {"kind": "int", "number": 99}})
    assert (refused.status, refused.code) == (409, "report-locked")
    model = CATALOGUE["expertise.entry.decided.v1"]
    known = model.model_validate(
        model.example() | {"institution_id": OCTOBER, "entry_id": "entry-1", "decided_on": "2024-02-15"}
    )
    announced = announce(known, "entry-1-outcome")
    await running.hears(announced)
    text = "Стал известен результат конкурса «Спорт для всех 2024»: победа"
    answer = await drafted.supplement(text, "2024-02-20", evidence_ids=[announced[0].id] * 2)
    (addendum,) = answer.expect(201)["addenda"]
    assert (addendum["number"], addendum["evidence_ids"]) == (1, [announced[0].id])
    after = await drafted.shown()
    assert after["content_hash"] == locked["content_hash"]
    assert after["indicators"] == locked["indicators"]
    assert "в феврале 2024 года" in (await drafted.row("quality.n.grant_applications"))["items"][0]


async def test_anyone_allowed_can_recompute_the_hash_from_the_content(approved, readers):
    content = await readers.curator.get(f"{approved.path}/content")
    assert hashlib.sha256(content.body).hexdigest() == (await approved.shown())["content_hash"]


async def test_an_addendum_names_only_events_of_its_institution(drafted):
    await drafted.through_approval()
    refused = await drafted.supplement("Текст", "2024-02-20", evidence_ids=["no-such-event"])
    assert (refused.status, refused.code) == (409, "evidence-unknown")


@pytest.mark.parametrize(("day", "status"), [("2024-01-14", 409), ("2024-01-15", 201)])
async def test_an_addendum_is_dated_on_the_approval_day_at_the_earliest(drafted, day, status):
    await drafted.through_approval()
    assert (await drafted.supplement("Уточнение", day)).status == status


async def test_a_draft_takes_no_addendum_and_no_stamp(drafted):
    assert (await drafted.supplement("Уточнение", "2024-02-20")).code == "report-not-approved"
    assert (await drafted.agree()).code == "report-not-submitted"
    assert (await drafted.people.author.get(f"{drafted.path}/content")).code == "report-not-approved"


async def test_a_returned_report_is_mended_and_submitted_again_and_loses_its_agreement(drafted):
    await drafted.fill_in()
    (await drafted.submit()).expect(200)
    (await drafted.agree()).expect(200)
    body = {"remark": "Уточните число мероприятий", "returned_on": "2024-01-16"}
    returned = (await drafted.people.official.post(f"{drafted.path}/return", body)).expect(200)
    assert (returned["state"], returned["remark"], returned["agreement"]) == ("returned", body["remark"], None)
    (await drafted.say(proposals="Продолжить")).expect(200)
    assert (await drafted.submit("2024-01-15")).code == "day-too-early"
    assert (await drafted.submit("2024-01-16")).expect(200)["state"] == "submitted"


async def test_a_specialist_neither_agrees_nor_approves(drafted):
    for step in ("agreement", "approval", "return"):
        body = {"remark": "Нет"} if step == "return" else {}
        assert (await drafted.people.author.post(f"{drafted.path}/{step}", body)).status == 403


async def test_the_facts_of_the_workflow_are_announced_in_order(drafted, running):
    await drafted.through_approval()
    (await drafted.supplement("Уточнение", "2024-02-20")).expect(201)
    rows = sorted(await running.documents("outbox"), key=lambda row: row["_id"])
    assert [row["type"].split(".")[2] for row in rows] == ["drafted", "submitted", "agreed", "approved", "supplemented"]
