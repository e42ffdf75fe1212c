"""The report of the resource centre for 2023, from the facts of the year to the approved document."""

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.catalogue import CATALOGUE

OCTOBER = "0190a000-0000-7000-8000-0000000000c1"
TRAINING = {
    "professional_education": 1, "qualification": 4, "programmes": 2, "retraining": 2, "seminars_webinars": 12,
    "conferences_forums": 7, "consultative_sessions": 8,
}  # fmt: skip


def counts(row: dict[str, Any]) -> dict[str, int]:
    return {part["key"]: part["count"] for part in row["value"]["parts"]}


def codes(row: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in row["warnings"]]


@pytest.mark.seed("C02")
async def test_the_report_for_2023_has_twenty_five_indicators_in_the_order_of_the_template(approved, readers):
    shown = await approved.shown()
    template = (await readers.author.get("/v1/report-templates")).expect(200)["items"][0]
    keys = [row["key"] for criterion in template["criteria"] for row in criterion["indicators"]]
    assert [row["key"] for row in shown["indicators"]] == keys
    assert (len(keys), len(template["criteria"])) == (25, 4)
    natures = [row["nature"] for row in shown["indicators"]]
    assert (natures.count("qualitative"), natures.count("quantitative")) == (14, 11)
    assert (shown["template"], shown["edition"]) == ("vologda-resource-centre", 1)


@pytest.mark.seed("I01")
async def test_the_acts_of_the_institution_are_listed_with_their_amendments(approved):
    row = await approved.row("mgmt.q.planning")
    regulations, council = row["items"]
    assert regulations == (
        "приказ Организации от 29.12.2018 года № 745/п «Об утверждении Положения о методической деятельности»"
    )
    assert council == (
        "приказ Организации от 25.12.2019 года № 821/п «О Методическом совете», "
        "с изменениями от 25.08.2020 года № 233/п и от 04.05.2022 года № 122/1-п"
    )


@pytest.mark.seed("I02")
async def test_twelve_meetings_from_events_stand_beside_the_survey_of_the_author(approved):
    row = await approved.row("mgmt.q.initiative_incentives")
    assert [part["count"] for part in row["value"]["parts"]] == [12, 1]
    assert row["items"][0].startswith("12 рабочих совещаний")
    assert row["evidence_count"] == 12


@pytest.mark.seed("I03")
async def test_help_for_specialists_rests_on_consultations_and_meetings(approved):
    row = await approved.row("mgmt.q.info_method_help")
    assert row["evidence_count"] == 24 + 12
    assert row["text"].startswith("Проведение консультаций и раздача методических рекомендаций")


@pytest.mark.seed("I04")
async def test_learning_is_broken_down_by_form_and_adds_up_to_thirty_six(approved):
    row = await approved.row("mgmt.q.training_exchange")
    assert counts(row) == TRAINING
    assert sum(TRAINING.values()) == 36
    assert row["items"][1] == "повышение квалификации по специальности (4 чел.)"


@pytest.mark.seed("I05")
@pytest.mark.seed("T1")
async def test_five_declared_events_against_four_listed_need_an_explanation_and_stay_five(drafted):
    (await drafted.say({"key": "mgmt.n.events_held", "value": {"kind": "count_list", "total": 5}})).expect(200)
    row = await drafted.row("mgmt.n.events_held")
    assert row["value"]["total"] == 5
    assert counts(row) == {"round_table": 1, "consultative_session": 1, "internship": 2}
    assert {"code": "declared-not-listed", "text": "Заявлено 5, перечислено 4", "needs_explanation": True} in row[
        "warnings"
    ]
    await drafted.fill_in()
    (await drafted.say({"key": "mgmt.n.events_held", "explanation": None})).expect(200)
    refused = await drafted.submit()
    assert (refused.status, refused.code) == (409, "discrepancies-unexplained")
    assert "mgmt.n.events_held — Заявлено 5, перечислено 4" in refused.json["detail"]
    (await drafted.say({"key": "mgmt.n.events_held", "explanation": "Пятое проведено совместно"})).expect(200)
    (await drafted.submit()).expect(200)
    assert (await drafted.row("mgmt.n.events_held"))["value"]["total"] == 5


async def test_four_declared_events_against_four_listed_raise_no_warning(drafted):
    (await drafted.say({"key": "mgmt.n.events_held", "value": {"kind": "count_list", "total": 4}})).expect(200)
    assert (await drafted.row("mgmt.n.events_held"))["warnings"] == []


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("mgmt.n.recipients_involved", marks=[pytest.mark.seed("I06"), pytest.mark.seed("C24")]),
        pytest.param("socio.q.extra_resources", marks=[pytest.mark.seed("I21"), pytest.mark.seed("C27")]),
        pytest.param("socio.q.low_cost_forms", marks=[pytest.mark.seed("I22"), pytest.mark.seed("C27")]),
    ],
)
async def test_no_data_is_a_dash_and_not_a_zero(approved, key):
    row = await approved.row(key)
    assert (row["value"], row["text"], row["source"]) == ({"kind": "no_data"}, "-", "declared")


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


async def test_a_declared_zero_is_a_zero_and_not_a_dash(drafted):
    zero = {"key": "mgmt.n.recipients_involved", "value": {"kind": "int", "number": 0}}
    (await drafted.say(zero)).expect(200)
    row = await drafted.row("mgmt.n.recipients_involved")
    assert (row["value"]["number"], row["text"]) == (0, "0 человек")


@pytest.mark.parametrize(
    ("key", "number", "text"),
    [
        pytest.param("mgmt.n.specialists_involved", 23, "23 человека", marks=pytest.mark.seed("I07")),
        pytest.param("personal.n.participants_scientific", 20, "20 человек", marks=pytest.mark.seed("I19")),
    ],
)
async def test_the_author_declares_how_many_people_took_part(approved, key, number, text):
    row = await approved.row(key)
    assert (row["value"]["number"], row["text"], row["source"]) == (number, text, "declared")


@pytest.mark.seed("I08")
async def test_one_set_of_materials_was_developed(approved):
    row = await approved.row("mgmt.n.materials_developed")
    assert row["value"]["number"] == 1
    assert row["text"].startswith("1 методические материалы по результатам проведения консультативной площадки")


@pytest.mark.seed("I09")
async def test_two_practical_classes_are_named_in_the_text(approved):
    row = await approved.row("quality.q.new_programmes")
    assert counts(row) == {"practical_class": 2}
    assert row["items"] == ["2 практических занятия «Написание проекта и оформление заявки на грант»"]


@pytest.mark.seed("I10")
async def test_openness_rests_on_the_consultative_session(approved):
    row = await approved.row("quality.q.openness_broadcast")
    assert row["evidence_count"] == 1
    assert row["text"].endswith("в рамках проведения областных методических консультативных площадок")


@pytest.mark.seed("I11")
async def test_one_contest_entry_is_pending_until_february(approved):
    row = await approved.row("quality.q.effective_use")
    (line,) = row["items"]
    assert line == (
        "заявка на конкурс «Активное долголетие 2023» (АНО «Национальные приоритеты»), "
        "результаты будут объявлены в феврале 2024 года"
    )


@pytest.mark.seed("I12")
async def test_eight_events_and_contests_were_attended(approved):
    row = await approved.row("quality.q.conferences_grants")
    assert row["value"]["total"] == len(row["items"]) == 8


@pytest.mark.seed("I13")
async def test_one_grant_application_is_pending_until_february(approved):
    row = await approved.row("quality.n.grant_applications")
    assert (row["value"]["total"], row["text"]) == (1, "Подана 1 заявка на грантовые конкурсы:")
    (line,) = row["items"]
    assert line == (
        "«Спорт для всех 2024» (Благотворительный фонд Владимира Потанина), "
        "результаты будут объявлены в феврале 2024 года"
    )


@pytest.mark.seed("I14")
async def test_two_projects_entered_the_bank_and_four_are_in_it(approved):
    row = await approved.row("quality.n.bank_entries")
    assert (row["value"]["annual"], row["value"]["cumulative"]) == (2, 4)
    assert "«Уроки Мужества» и «Почитай мне»" in row["text"]


@pytest.mark.seed("I15")
@pytest.mark.seed("I23")
@pytest.mark.seed("C26")
async def test_publications_and_dissemination_are_one_set_of_evidence(approved, readers):
    media, spread = [await approved.row(key) for key in ("quality.n.publications_media", "socio.q.dissemination")]
    assert counts(media) == {"journal_articles": 1, "site_and_vk_posts": 116, "talks": 4}
    assert (spread["value"], spread["items"]) == (media["value"], media["items"])
    behind = [
        (await readers.author.get(f"{approved.path}/indicators/{row['key']}/evidence")).expect(200)["items"]
        for row in (media, spread)
    ]
    assert behind[0] == behind[1]
    assert len(behind[0]) == 4


async def test_a_declaration_for_one_of_two_indicators_with_one_set_changes_both(drafted):
    value = {"kind": "breakdown", "parts": [{"title": "5 статей", "count": 5, "key": "journal_articles"}]}
    (await drafted.say({"key": "socio.q.dissemination", "value": value})).expect(200)
    rows = [await drafted.row(key) for key in ("quality.n.publications_media", "socio.q.dissemination")]
    assert [counts(row) for row in rows] == [{"journal_articles": 5}] * 2
    assert [codes(row) for row in rows] == [["differs-from-evidence"]] * 2


@pytest.mark.parametrize(
    ("key", "beginning"),
    [
        pytest.param("personal.q.motivation", "Специалисты, участвующие", marks=pytest.mark.seed("I16")),
        pytest.param("personal.q.effectiveness", "Совместная работа сотрудников", marks=pytest.mark.seed("I18")),
    ],
)
async def test_a_narrative_is_the_authors_own(approved, key, beginning):
    row = await approved.row(key)
    assert (row["source"], row["text"][: len(beginning)]) == ("declared", beginning)


@pytest.mark.seed("I17")
@pytest.mark.seed("C11")
async def test_a_satisfaction_of_100_percent_without_its_number_of_people_is_flagged(approved, drafted):
    row = await approved.row("personal.q.satisfaction")
    assert (row["value"]["number"], codes(row)) == (100, ["respondents-missing"])
    said = {"key": "personal.q.satisfaction", "value": {"kind": "percent", "number": 100, "respondents": 23}}
    (await drafted.say(said)).expect(200)
    assert (await drafted.row("personal.q.satisfaction"))["warnings"] == []


@pytest.mark.parametrize(("percent", "status"), [(100, 200), (101, 422)])
async def test_a_percentage_ends_at_one_hundred(drafted, percent, status):
    said = {"key": "personal.q.satisfaction", "value": {"kind": "percent", "number": percent}}
    assert (await drafted.say(said)).status == status


@pytest.mark.seed("I20")
@pytest.mark.seed("T5")
@pytest.mark.seed("C20")
async def test_three_people_and_four_prizes_are_two_counters(approved, readers):
    row = await approved.row("personal.n.prize_winners")
    assert (row["value"]["total"], len(row["value"]["parts"])) == (3, 4)
    assert codes(row) == ["people-not-awards"]
    behind = (await readers.author.get(f"{approved.path}/indicators/{row['key']}/evidence")).expect(200)["items"]
    assert sorted((len(event["data"]["winner_ids"]), event["data"]["award_id"]) for event in behind) == [
        (1, "award-0"), (1, "award-2"), (1, "award-3"), (2, "award-1"),
    ]  # fmt: skip


@pytest.mark.seed("T8")
async def test_participations_and_people_are_separate_measures(approved):
    participations = await approved.row("mgmt.q.training_exchange")
    people = await approved.row("mgmt.n.specialists_involved")
    assert (sum(counts(participations).values()), people["value"]["number"]) == (36, 23)
    assert participations["warnings"][0]["text"].startswith("Участий 36, специалистов 23")


@pytest.mark.seed("I24")
async def test_agreements_are_told_with_their_total_and_addenda(approved):
    row = await approved.row("socio.n.agreements")
    value = row["value"]
    assert (value["annual"], value["cumulative"], value["addenda"]) == (7, 18, 1)
    assert row["text"] == (
        "В течение 2023 года заключено 7 договоров о сотрудничестве (всего – 18) и дополнительных соглашений к ним – 1"
    )


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
    assert (after.etag, figures["socio.n.consultations"]["number"]) == (before.etag, 25)


async def test_figures_of_a_submitted_report_no_longer_follow_the_evidence(drafted, running, announce):
    await drafted.fill_in()
    (await drafted.submit()).expect(200)
    model = CATALOGUE["transfer.consultation.given.v1"]
    given = model.model_validate(model.example() | {"institution_id": OCTOBER, "given_on": "2023-12-31"})
    await running.hears(announce(given, "consultation-late"))
    assert (await drafted.row("socio.n.consultations"))["value"]["number"] == 24
    (await drafted.people.official.post(f"{drafted.path}/return", {"remark": "Добавьте"})).expect(200)
    assert (await drafted.row("socio.n.consultations"))["value"]["number"] == 25


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


async def test_a_stamp_of_tomorrow_is_refused_and_of_today_is_put(drafted):
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
    answer = await drafted.supplement(text, "2024-02-20", evidence_ids=[announced[0].id])
    assert answer.expect(201)["addenda"][0]["number"] == 1
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


async def test_an_incomplete_report_is_not_submitted_and_says_what_is_missing(drafted):
    refused = await drafted.submit()
    assert (refused.status, refused.code) == (409, "report-incomplete")
    assert "mgmt.n.recipients_involved" in refused.json["detail"]
    assert "socio.n.consultations" not in refused.json["detail"]


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


async def test_a_specialist_neither_agrees_nor_approves(drafted):
    for step in ("agreement", "approval", "return"):
        body = {"remark": "Нет"} if step == "return" else {}
        assert (await drafted.people.author.post(f"{drafted.path}/{step}", body)).status == 403


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


async def test_the_facts_of_the_workflow_are_announced_in_order(drafted, running):
    await drafted.through_approval()
    (await drafted.supplement("Уточнение", "2024-02-20")).expect(201)
    rows = sorted(await running.documents("outbox"), key=lambda row: row["_id"])
    assert [row["type"].split(".")[2] for row in rows] == ["drafted", "submitted", "agreed", "approved", "supplemented"]


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
