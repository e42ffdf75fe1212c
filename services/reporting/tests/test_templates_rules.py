"""The template of the resource centre and the values counted for it from the facts of 2023."""

import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.catalogue import CATALOGUE
from reporting.evidence.domain import Evidence, evidence_of, newest
from reporting.templates.counting import compute_all
from reporting.templates.domain import IndicatorUnknown, TemplateUnknown
from reporting.templates.library import template_of
from reporting.templates.values import AnnualCumulative, Number, parts_of, total_of
from reporting.templates.wording import bullets, lead

TEMPLATE = template_of("vologda-resource-centre", 1)
FORM = """
mgmt.q.planning mgmt.q.initiative_incentives mgmt.q.info_method_help mgmt.q.training_exchange
mgmt.n.events_held mgmt.n.recipients_involved mgmt.n.specialists_involved mgmt.n.materials_developed
quality.q.new_programmes quality.q.openness_broadcast quality.q.effective_use quality.q.conferences_grants
quality.n.grant_applications quality.n.bank_entries quality.n.publications_media
personal.q.motivation personal.q.satisfaction personal.q.effectiveness
personal.n.participants_scientific personal.n.prize_winners
socio.q.extra_resources socio.q.low_cost_forms socio.q.dissemination socio.n.agreements socio.n.consultations
"""
"""The 25 indicators of the form, I01 to I25, in its order."""


def counted(facts: Iterable[Evidence], year: int = 2023) -> dict[str, Any]:
    return {slot: found.value for slot, found in compute_all(TEMPLATE, facts, year).items()}


@pytest.fixture(scope="module")
def evidence(year_2023):
    return [evidence_of(fact, envelope) for envelope, fact in year_2023]


@pytest.fixture(scope="module")
def computed(evidence):
    return compute_all(TEMPLATE, evidence, 2023)


@pytest.mark.seed("C02")
def test_the_template_has_four_criteria_and_twenty_five_indicators_in_the_order_of_the_form():
    natures = [Counter(row.nature for row in criterion.indicators) for criterion in TEMPLATE.criteria]
    assert [(n["qualitative"], n["quantitative"]) for n in natures] == [(4, 4), (4, 3), (3, 2), (3, 2)]
    assert [indicator.key for indicator in TEMPLATE.indicators] == FORM.split()


def test_every_type_that_the_template_counts_is_a_published_one():
    wanted = TEMPLATE.types(from_the_beginning=True) | TEMPLATE.types(from_the_beginning=False)
    assert wanted <= CATALOGUE.keys()


def test_an_unknown_edition_or_indicator_is_refused_by_name():
    with pytest.raises(TemplateUnknown):
        template_of("vologda-resource-centre", 99)
    with pytest.raises(IndicatorUnknown):
        TEMPLATE.indicator("mgmt.q.nothing")


def test_acts_are_listed_with_their_amendments_known_by_the_end_of_the_year(computed):
    first, second = (part.title for part in parts_of(computed["acts"].value))
    assert (
        first == "приказ Организации от 29.12.2018 года № 745/п «Об утверждении Положения о методической деятельности»"
    )
    assert second == (
        "приказ Организации от 25.12.2019 года № 821/п «О Методическом совете», "
        "с изменениями от 25.08.2020 года № 233/п и от 04.05.2022 года № 122/1-п"
    )


@pytest.mark.parametrize(
    ("slot", "figures"),
    [
        ("meetings", {"meetings": 12}),
        ("training", {"professional_education": 1, "qualification": 4, "programmes": 2, "retraining": 2,
                      "seminars_webinars": 12, "conferences_forums": 7, "consultative_sessions": 8}),
        ("events", {"round_table": 1, "consultative_session": 1, "internship": 2}),
        ("classes", {"practical_class": 2}),
        ("publications", {"journal_articles": 1, "site_and_vk_posts": 116, "talks": 4}),
        ("consultations", {"in_person": 9, "zoom": 6, "whatsapp": 4, "phone": 5}),
    ],
)  # fmt: skip
def test_parts_of_the_year_are_counted_by_name(computed, slot, figures):
    assert {part.key: part.count for part in parts_of(computed[slot].value)} == figures


def test_learning_adds_up_to_thirty_six_participations(computed):
    assert total_of(parts_of(computed["training"].value)) == 36


def test_agreements_are_seven_of_the_year_eighteen_in_force_and_one_addendum(computed):
    value = computed["agreements"].value
    assert (value.annual, value.cumulative, value.addenda) == (7, 18, 1)
    text = lead(TEMPLATE.indicator("socio.n.agreements").wording, value, 2023)
    assert text == (
        "В течение 2023 года заключено 7 договоров о сотрудничестве (всего – 18) и дополнительных соглашений к ним – 1"
    )


@pytest.mark.seed("T3")
def test_the_cumulative_figure_is_last_years_plus_this_years_minus_the_terminated(evidence, announce, year_2023):
    terminated = CATALOGUE["registry.agreement.terminated.v1"]
    ended = terminated.model_validate(
        terminated.example()
        | {"institution_id": evidence[0].institution_id, "agreement_id": "agreement-5", "terminated_on": "2023-12-31"}
    )
    envelope, fact = announce(ended, "agreement-5")
    facts = [*evidence, evidence_of(fact, envelope)]
    before = counted(facts, 2022)["agreements"]
    after = counted(facts)["agreements"]
    assert (before.cumulative, after.annual, after.cumulative) == (11, 7, 17)
    assert after.cumulative == before.cumulative + after.annual - 1
    assert [counted(facts, year)["agreements"].addenda for year in (2022, 2023, 2024)] == [0, 1, 0]


@pytest.mark.parametrize(
    ("annual", "told"),
    [
        (1, "заключён 1 договор"),
        (2, "заключено 2 договора"),
        (11, "заключено 11 договоров"),
        (21, "заключён 21 договор"),
    ],
)
def test_agreements_of_a_year_agree_with_their_number(annual, told):
    value = AnnualCumulative(annual=annual, cumulative=30, addenda=0)
    assert told in lead(TEMPLATE.indicator("socio.n.agreements").wording, value, 2023)


def test_the_bank_has_two_new_projects_and_four_in_all(computed):
    value = computed["bank"].value
    assert value == AnnualCumulative(annual=2, cumulative=4, parts=value.parts)
    assert lead(TEMPLATE.indicator("quality.n.bank_entries").wording, value, 2023) == (
        "В областной Банк социальных практик (технологий, программ, проектов) включено 2 социально значимых проекта "
        "«Уроки Мужества» и «Почитай мне» (всего включено 4 социально значимых проекта)"
    )


def test_a_grant_whose_outcome_comes_next_year_is_pending_with_its_month(computed):
    value = computed["grants"].value
    assert value.total == 1
    assert value.parts[0].title == (
        "«Спорт для всех 2024» (Благотворительный фонд Владимира Потанина), "
        "результаты будут объявлены в феврале 2024 года"
    )
    assert lead(TEMPLATE.indicator("quality.n.grant_applications").wording, value, 2023).startswith("Подана 1 заявка")


@pytest.mark.parametrize(("decided_on", "seen"), [("2023-12-31", True), ("2024-01-01", False)])
def test_an_outcome_counts_until_the_last_day_of_the_year(evidence, announce, decided_on, seen):
    model = CATALOGUE["expertise.entry.decided.v1"]
    decided = model.model_validate(
        model.example()
        | {"institution_id": evidence[0].institution_id, "entry_id": "entry-1", "decided_on": decided_on}
    )
    envelope, fact = announce(decided, "entry-1")
    value = counted([*evidence, evidence_of(fact, envelope)])["grants"]
    assert ("результат: победа" in value.parts[0].title) is seen


def test_eight_events_were_attended_the_contest_among_them(computed):
    assert computed["external"].value.total == 8
    assert "конкурс «Активное долголетие 2023» (с социально значимым проектом «Уроки Мужества»)" in [
        part.title for part in parts_of(computed["external"].value)
    ]


def test_one_contest_entry_waits_for_its_organiser(computed):
    (part,) = parts_of(computed["contests"].value)
    assert part.title == (
        "заявка на конкурс «Активное долголетие 2023» (АНО «Национальные приоритеты»), "
        "результаты будут объявлены в феврале 2024 года"
    )


def test_three_people_won_four_prizes(computed):
    value = computed["awards"].value
    assert (value.total, len(value.parts)) == (3, 4)


def test_twenty_four_consultations_stand_behind_the_figure(computed):
    value = computed["consultations"].value
    assert isinstance(value, Number)
    assert value.number == 24
    assert len(computed["consultations"].evidence_ids) == 24
    assert lead(TEMPLATE.indicator("socio.n.consultations").wording, value, 2023) == (
        "Консультации давались в индивидуальном порядке (9), в режиме онлайн на платформе Zoom (6), "
        "в режиме онлайн на платформе WhatsApp (4) и по телефону (5) – всего 24 консультации"
    )


def test_two_internships_on_one_topic_are_one_line_that_counts_two(computed):
    wording = TEMPLATE.indicator("mgmt.n.events_held").wording
    lines = bullets(wording, computed["events"].value)
    assert lead(wording, computed["events"].value, 2023) == "Всего организовано и проведено 4 мероприятия:"
    assert lines[-1].startswith("2 стажировки «Социальное проектирование")
    assert lines[1].endswith("(онлайн)")


@pytest.mark.seed("T4")
def test_correcting_one_publication_changes_both_indicators_that_share_the_set(evidence):
    media = TEMPLATE.indicator("quality.n.publications_media")
    spread = TEMPLATE.indicator("socio.q.dissemination")
    assert media.slot == spread.slot == "publications"
    released = [item for item in evidence if item.type != "transfer.publication.corrected.v1"]
    posts = [
        {part.key: part.count for part in parts_of(counted(facts)[row.slot])}
        for facts in (released, evidence)
        for row in (media, spread)
    ]
    assert [found["site_and_vk_posts"] for found in posts] == [156, 156, 116, 116]


def test_a_correction_that_moves_a_publication_to_another_year_takes_it_out_of_this_one(evidence, announce):
    model = CATALOGUE["transfer.publication.corrected.v1"]
    moved = model.model_validate(
        model.example()
        | {"institution_id": evidence[0].institution_id, "publication_id": "p-talk", "channel": "talk",
           "released_on": "2024-01-01"}
    )  # fmt: skip
    announce.sequences["p-talk"] = 1
    envelope, fact = announce(moved, "p-talk")
    value = counted([*evidence, evidence_of(fact, envelope)])["publications"]
    assert "talks" not in {part.key for part in value.parts}


def test_a_year_without_facts_counts_zero_and_tells_no_story():
    nothing = counted([])
    assert nothing["consultations"] == Number(number=0)
    assert nothing["acts"] is None
    assert nothing["help"] is None


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), repeats=st.integers(1, 3), kept=st.integers(0, 80))
def test_any_order_and_repetition_of_the_facts_gives_the_same_values(year_2023, seed, repeats, kept):
    facts = [evidence_of(fact, envelope) for envelope, fact in year_2023]
    again = facts + facts[:kept] * repeats
    random.Random(seed).shuffle(again)  # noqa: S311 hypothesis gives the seed
    assert newest(again) == newest(facts)
    assert compute_all(TEMPLATE, again, 2023) == compute_all(TEMPLATE, facts, 2023)
