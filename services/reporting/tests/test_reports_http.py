"""Opening, filling in and finding reports, and who may."""

from contracts.catalogue import CATALOGUE
from services.reporting.tests.year_2023 import OCTOBER


async def test_an_incomplete_report_is_not_submitted_and_says_what_is_missing(drafted):
    refused = await drafted.submit()
    assert (refused.status, refused.code) == (409, "report-incomplete")
    assert "mgmt.n.recipients_involved" in refused.json["detail"]
    assert "socio.n.consultations" not in refused.json["detail"]


async def test_a_value_of_another_kind_is_refused(drafted):
    refused = await drafted.say({"key": "socio.n.consultations", "value": {"kind": "percent", "number": 5}})
    assert (refused.status, refused.code) == (409, "value-of-another-kind")


async def test_one_institution_has_one_report_for_a_year(drafted):
    again = await drafted.people.author.post("/v1/reports", {"institution_id": OCTOBER, "year": 2023})
    assert (again.status, again.code) == (409, "already-exists")


async def test_a_report_for_a_year_not_begun_or_an_unknown_institution_is_refused(running, people, year_2023):
    await running.hears_all(year_2023)
    later = await people.author.post("/v1/reports", {"institution_id": OCTOBER, "year": 2100})
    assert (later.status, later.code) == (409, "year-not-started")
    nowhere = running.client.acting_as("x", memberships={"nowhere": ("head",)})
    unknown = await nowhere.post("/v1/reports", {"institution_id": "nowhere", "year": 2023})
    assert (unknown.status, unknown.code) == (404, "institution-unknown")


async def test_the_theme_comes_from_the_status_of_the_institution(approved):
    assert (await approved.shown())["theme"] == "Социальное проектирование в организациях социального обслуживания"


async def test_a_status_revoked_on_the_first_day_of_a_year_gives_that_year_no_theme(drafted, running, announce):
    for event_type, fields in (
        ("registry.status.granted.v1", {"theme": "Наставничество", "valid_from": "2021-01-01", "valid_until": None}),
        ("registry.status.revoked.v1", {"revoked_on": "2022-01-01"}),
    ):
        model = CATALOGUE[event_type]
        told = model.example() | {"institution_id": OCTOBER, "kind": "resource_centre", "status_id": "early"} | fields
        assert await running.hears(announce(model.model_validate(told), "early")) == "applied"
    for year, theme in ((2021, "Наставничество"), (2022, None)):
        opened = await drafted.people.author.post("/v1/reports", {"institution_id": OCTOBER, "year": year})
        assert opened.expect(201)["theme"] == theme


async def test_a_change_on_an_old_version_is_refused_and_without_a_version_too(drafted):
    body = {"proposals": "Продолжить"}
    (await drafted.people.author.patch(drafted.path, body, if_match='"v1"')).expect(200)
    assert (await drafted.people.author.patch(drafted.path, body, if_match='"v1"')).status == 412
    assert (await drafted.people.author.patch(drafted.path, body)).status == 428


async def test_another_institution_neither_sees_nor_writes_the_report(approved, readers):
    stranger = readers.stranger
    for path in (
        approved.path,
        f"{approved.path}/content",
        f"{approved.path}/indicators/socio.n.consultations/evidence",
    ):
        assert (await stranger.get(path)).status == 404
    assert (await stranger.get("/v1/reports")).expect(200)["items"] == []
    assert (await stranger.get("/v1/evidence", institution_id=OCTOBER)).expect(200)["items"] == []
    assert (await stranger.post("/v1/reports", {"institution_id": OCTOBER, "year": 2022})).status == 403
    assert (await stranger.patch(approved.path, {"proposals": "Нет"}, if_match="*")).status == 403
    assert (await stranger.post(f"{approved.path}/agreement", {})).status == 403


async def test_reports_are_found_by_institution_year_and_state(approved, readers):
    for filters in ({"institution_id": OCTOBER}, {"year": 2023}, {"state": "approved"}, {}):
        for reader in (readers.curator, readers.author):
            found = (await reader.get("/v1/reports", **filters)).expect(200)["items"]
            assert [item["year"] for item in found] == [2023]
    for filters in ({"institution_id": "other"}, {"year": 2022}, {"state": "draft"}):
        assert (await readers.curator.get("/v1/reports", **filters)).expect(200)["items"] == []


async def test_refusals_speak_russian_and_english(drafted):
    russian = await drafted.people.head.post(f"{drafted.path}/agreement", {})
    english = await drafted.people.head.send("POST", f"{drafted.path}/agreement", {}, headers={"Accept-Language": "en"})
    assert (russian.json["title"], english.json["title"]) == ("Отчёт не подан", "The report is not submitted")
