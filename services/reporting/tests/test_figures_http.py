"""Where a figure comes from, what changes it, and what it adds up to in a region."""

import pytest

from contracts.catalogue import CATALOGUE
from services.reporting.tests.rows import codes, counts
from services.reporting.tests.year_2023 import OCTOBER


@pytest.mark.seed("T2")
@pytest.mark.seed("T4")
@pytest.mark.seed("C26")
async def test_regional_totals_skip_no_data_count_it_and_take_shared_evidence_once(approved, readers):
    totals = {row["key"]: row for row in (await readers.curator.get("/v1/reports/totals/2023")).expect(200)["items"]}
    involved = totals["mgmt.n.recipients_involved"]
    assert (involved["total"], involved["reports"], involved["no_data"]) == (0, 0, 1)
    assert (totals["socio.n.consultations"]["total"], totals["socio.n.consultations"]["no_data"]) == (24, 0)
    assert totals["quality.n.publications_media"]["total"] == 121
    assert totals["socio.q.dissemination"]["counted_with"] == "quality.n.publications_media"
    assert totals["socio.q.dissemination"]["total"] is None
    assert (await approved.row("mgmt.n.recipients_involved"))["value"] == {"kind": "no_data"}


@pytest.mark.seed("I25")
async def test_the_figure_24_opens_twenty_four_consultation_events(approved, readers):
    row = await approved.row("socio.n.consultations")
    assert (row["value"]["number"], row["evidence_count"]) == (24, 24)
    assert list(counts(row)) == ["in_person", "zoom", "whatsapp", "phone"]
    path, events, cursor = f"{approved.path}/indicators/socio.n.consultations/evidence", [], None
    while True:
        page = (await readers.curator.get(path, limit=10, cursor=cursor)).expect(200)
        events += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert len({event["id"] for event in events}) == 24
    assert {event["type"] for event in events} == {"transfer.consultation.given.v1"}
    assert [event["happened_on"] for event in events] == sorted(event["happened_on"] for event in events)
    assert events[0]["title"] == "Консультация: Как описать результат проекта, 01.10.2023, лично"


async def test_asked_of_a_consultation_the_reports_name_the_figures_that_count_it(approved, readers):
    path = f"{approved.path}/indicators/socio.n.consultations/evidence"
    one = (await readers.curator.get(path, limit=1)).expect(200)["items"][0]["subject"]
    [report] = (await readers.curator.get("/v1/counting-reports", about=one)).expect(200)["items"]
    assert f"/v1/reports/{report['id']}" == approved.path
    assert [figure["key"] for figure in report["indicators"]] == ["mgmt.q.info_method_help", "socio.n.consultations"]
    stranger = readers.curator.acting_as("stranger", memberships={"vesta": ("head",)})
    assert (await stranger.get("/v1/counting-reports", about=one)).expect(200)["items"] == []
    assert (await readers.curator.get("/v1/counting-reports", about="unheard-of")).expect(200)["items"] == []
    assert (await readers.curator.get("/v1/counting-reports")).status == 422


async def test_the_evidence_of_an_unknown_indicator_is_not_found(approved, readers):
    answer = await readers.author.get(f"{approved.path}/indicators/socio.n.nothing/evidence")
    assert (answer.status, answer.code) == (404, "indicator-unknown")


@pytest.mark.seed("F6")
async def test_the_report_fills_itself_and_a_corrected_publication_changes_both_places(drafted, running, announce):
    (await drafted.say({"key": "mgmt.n.events_held", "value": {"kind": "count_list", "total": 5}})).expect(200)
    (await drafted.say({"key": "mgmt.n.recipients_involved", "value": {"kind": "no_data"}})).expect(200)
    rows = {row["key"]: row for row in (await drafted.shown())["indicators"]}
    agreements, bank = rows["socio.n.agreements"]["value"], rows["quality.n.bank_entries"]["value"]
    assert (agreements["annual"], agreements["cumulative"], agreements["addenda"]) == (7, 18, 1)
    assert (bank["annual"], bank["cumulative"]) == (2, 4)
    assert rows["socio.n.consultations"]["value"]["number"] == 24
    assert rows["mgmt.n.recipients_involved"]["value"] == {"kind": "no_data"}
    assert "declared-not-listed" in codes(rows["mgmt.n.events_held"])
    model = CATALOGUE["transfer.publication.corrected.v1"]
    fields = {"institution_id": OCTOBER, "publication_id": "p-talk", "channel": "talk", "count": 6}
    announce.sequences["p-talk"] = 1
    await running.hears(
        announce(model.model_validate(model.example() | fields | {"released_on": "2023-08-01"}), "p-talk")
    )
    rows = {row["key"]: row for row in (await drafted.shown())["indicators"]}
    for key in ("quality.n.publications_media", "socio.q.dissemination"):
        assert counts(rows[key]) == {"journal_articles": 1, "site_and_vk_posts": 116, "talks": 6}


async def test_figures_of_a_draft_follow_new_evidence_without_a_new_version(drafted, running, announce):
    before = await drafted.people.author.get(drafted.path)
    model = CATALOGUE["transfer.consultation.given.v1"]
    given = model.model_validate(model.example() | {"institution_id": OCTOBER, "given_on": "2023-12-31"})
    await running.hears(announce(given, "consultation-late"))
    after = await drafted.people.author.get(drafted.path, headers={"If-None-Match": before.etag})
    figures = {row["key"]: row["value"] for row in after.expect(200)["indicators"]}
    assert (after.json["version"], figures["socio.n.consultations"]["number"]) == (before.json["version"], 25)
    unchanged = await drafted.people.author.get(drafted.path, headers={"If-None-Match": after.etag})
    assert (unchanged.status, unchanged.etag, before.etag == after.etag) == (304, after.etag, False)


async def test_figures_of_a_submitted_report_no_longer_follow_the_evidence(drafted, running, announce):
    await drafted.fill_in()
    (await drafted.submit()).expect(200)
    model = CATALOGUE["transfer.consultation.given.v1"]
    given = model.model_validate(model.example() | {"institution_id": OCTOBER, "given_on": "2023-12-31"})
    await running.hears(announce(given, "consultation-late"))
    assert (await drafted.row("socio.n.consultations"))["value"]["number"] == 24
    (await drafted.people.official.post(f"{drafted.path}/return", {"remark": "Добавьте"})).expect(200)
    assert (await drafted.row("socio.n.consultations"))["value"]["number"] == 25


async def test_the_timeline_tells_one_record_in_the_order_of_its_dates(informed, readers):
    for wanted in ({"about": "act-2"}, {"about": "act-2", "year": 2020, "type": "registry.act.amended.v1"}):
        items = (await readers.curator.get("/v1/evidence", **wanted)).expect(200)["items"]
        assert [item["happened_on"] for item in items] == sorted(item["happened_on"] for item in items)
    whole = (await readers.author.get("/v1/evidence?about=act-2&about=act-1")).expect(200)["items"]
    assert [item["title"] for item in whole] == [
        "Издан акт: приказ № 745/п «Об утверждении Положения о методической деятельности», 29.12.2018",
        "Издан акт: приказ № 821/п «О Методическом совете», 25.12.2019",
        "Акт изменён: № 233/п, 25.08.2020",
        "Акт изменён: № 122/1-п, 04.05.2022",
        "Акт изменён: № 9/п, 09.01.2024",
    ]
