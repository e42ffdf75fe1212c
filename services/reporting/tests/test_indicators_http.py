"""The indicators of the report for 2023, each as the form words it."""

import pytest

from services.reporting.tests.rows import codes, counts

TRAINING = {
    "professional_education": 1, "qualification": 4, "programmes": 2, "retraining": 2, "seminars_webinars": 12,
    "conferences_forums": 7, "consultative_sessions": 8,
}  # fmt: skip


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
