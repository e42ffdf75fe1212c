"""Rules of reports without a database: states, dates, stamps, the frozen content."""

from dataclasses import replace
from datetime import date

import pytest

from reporting.institutions.domain import Institution, Office, genitive, held_offices, office_title
from reporting.reports import domain, errors
from reporting.reports.domain import Addendum, Report, Stamp
from reporting.reports.entries import Declaration, Entry, compose
from reporting.templates.library import template_of
from reporting.templates.values import Breakdown, CountList, NoData, Number, Part, Value

TODAY = date(2024, 3, 1)
STAMP = Stamp(
    person_id="p", person_name="Н. Л. Веревокина", office="директор", acting=True, titles=("И. О. директора",),
    stamped_on=date(2024, 1, 15),
)  # fmt: skip
ROW = Entry(key="socio.n.consultations", value=Number(number=24), source="computed", lead="24")


@pytest.fixture
def report() -> Report:
    return Report(
        id="r", institution_id="i", institution_name="Дом", year=2023, template="vologda-resource-centre", edition=1,
        theme=None, author_id="a",
    )  # fmt: skip


@pytest.fixture
def submitted(report: Report) -> Report:
    return domain.submit(report, [ROW], day=date(2024, 1, 12), today=TODAY)[0]


def doubts(key: str, value: Value, *others: Declaration) -> list[str]:
    """Return the codes of what does not fit together in a row that the author declares."""
    template = template_of("vologda-resource-centre")
    declared = Declaration(slot=template.indicator(key).slot, value=value)
    rows = {row.key: row for row in compose(template, [declared, *others], {}, 2023)}
    return [found.code for found in rows[key].discrepancies]


def test_a_report_of_this_year_is_opened_and_of_the_next_is_not(report):
    domain.draft(replace(report, year=2024), TODAY)
    with pytest.raises(errors.YearNotStarted):
        domain.draft(replace(report, year=2025), TODAY)


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (date(2022, 12, 31), errors.DayTooEarly),
        (date(2023, 1, 1), None),
        (date(2024, 3, 2), None),
        (date(2024, 3, 3), errors.DayInFuture),
    ],
)
def test_a_submission_is_dated_from_the_first_day_of_the_year_to_what_is_today_in_the_east(report, day, refusal):
    if refusal:
        with pytest.raises(refusal):
            domain.submit(report, [ROW], day=day, today=TODAY)
    else:
        assert domain.submit(report, [ROW], day=day, today=TODAY)[0].submitted_on == day


def test_only_an_office_of_the_ministry_of_the_region_gives_the_right_to_approve():
    home = Institution(id="i", name="Дом", short_name="Дом", kind="social_service", region="RU-VLG")
    ministry = Institution(id="d", name="Департамент", short_name="Деп", kind="ministry", region="RU-VLG")
    assert domain.may_approve_for(ministry, home)
    assert not domain.may_approve_for(home, home)
    assert not domain.may_approve_for(replace(ministry, region="RU-IRK"), home)


@pytest.mark.parametrize(("day", "allowed"), [(date(2024, 1, 14), False), (date(2024, 1, 15), True)])
def test_an_approval_is_dated_on_the_day_of_the_agreement_or_later(submitted, day, allowed):
    agreed = domain.agree(submitted, STAMP, TODAY)[0]
    if allowed:
        assert domain.approve(agreed, replace(STAMP, stamped_on=day), TODAY)[0].state == "approved"
    else:
        with pytest.raises(errors.DayTooEarly):
            domain.approve(agreed, replace(STAMP, stamped_on=day), TODAY)


def test_each_step_refuses_every_state_but_its_own(report, submitted):
    agreed = domain.agree(submitted, STAMP, TODAY)[0]
    approved = domain.approve(agreed, STAMP, TODAY)[0]
    for other in (report, agreed, approved):
        with pytest.raises(errors.ReportNotSubmitted):
            domain.agree(other, STAMP, TODAY)
    for other in (report, submitted, approved):
        with pytest.raises(errors.ReportNotAgreed):
            domain.approve(other, STAMP, TODAY)
    for other in (submitted, agreed, approved):
        with pytest.raises(errors.ReportLocked):
            domain.editable(other)
    for other in (report, approved):
        with pytest.raises(errors.ReportNotSubmitted):
            domain.send_back(other, "Нет", day=TODAY, today=TODAY)
    known = Addendum(number=0, text="Победа", supplemented_on=TODAY, author_id="a", author_name="А")
    for other in (report, submitted, agreed):
        with pytest.raises(errors.ReportNotApproved):
            domain.supplement(other, known, TODAY)


def test_an_addendum_changes_neither_the_content_nor_its_hash(submitted):
    approved = domain.approve(domain.agree(submitted, STAMP, TODAY)[0], STAMP, TODAY)[0]
    addendum = Addendum(number=0, text="Победа", supplemented_on=date(2024, 2, 20), author_id="a", author_name="А")
    first = domain.supplement(approved, addendum, TODAY)[0]
    second = domain.supplement(first, addendum, TODAY)[0]
    assert [one.number for one in second.addenda] == [1, 2]
    assert (second.content, second.content_hash) == (approved.content, approved.content_hash)


@pytest.mark.parametrize(
    "change",
    [
        {"entries": (replace(ROW, value=Number(number=25)),)},
        {"entries": (replace(ROW, explanation="Иначе"),)},
        {"proposals": "продолжить деятельность"},
        {"theme": "Наставничество"},
        {"institution_name": "Другой дом"},
        {"submitted_on": date(2024, 1, 13)},
    ],
)
def test_the_hash_is_another_when_anything_that_is_approved_is_another(submitted, change):
    hashes = {
        domain.approve(domain.agree(one, STAMP, TODAY)[0], STAMP, TODAY)[0].content_hash
        for one in (submitted, replace(submitted, **change))
    }
    assert len(hashes) == 2


def test_an_empty_row_stops_the_submission_and_a_dash_does_not(report):
    empty = replace(ROW, value=None, source="none", lead="")
    with pytest.raises(errors.ReportIncomplete, match=r"socio\.n\.consultations"):
        domain.submit(report, [empty], day=TODAY, today=TODAY)
    dash = replace(ROW, value=NoData(), source="declared", lead="-")
    assert domain.submit(report, [dash], day=TODAY, today=TODAY)[0].state == "submitted"


@pytest.mark.parametrize(("total", "doubts"), [(3, 1), (4, 0), (5, 1)])
def test_a_total_is_doubted_on_both_sides_of_its_list(total, doubts):
    template = template_of("vologda-resource-centre")
    value = CountList(total=total, parts=(Part(title="стажировки", count=2), Part(title="столы", count=2)))
    declared = Declaration(slot="events", value=value)
    rows = {row.key: row for row in compose(template, [declared], {}, 2023)}
    assert len(rows["mgmt.n.events_held"].discrepancies) == doubts


@pytest.mark.seed("T5")
@pytest.mark.parametrize(("people", "codes"), [(3, ["people-not-awards"]), (4, []), (5, ["people-not-awards"])])
def test_winners_and_their_four_prizes_are_doubted_unless_they_are_as_many(people, codes):
    prizes = tuple(Part(title=title) for title in ("Смартека", "Учреждение развития", "Лучший сайт", "Многоборье"))
    assert doubts("personal.n.prize_winners", CountList(total=people, parts=prizes)) == codes


@pytest.mark.seed("T8")
@pytest.mark.parametrize(
    ("people", "codes"), [(23, ["participations-not-people"]), (36, []), (37, ["participations-not-people"])]
)
def test_thirty_six_participations_are_doubted_unless_as_many_people_took_part(people, codes):
    forms = tuple(Part(title="форма", count=count) for count in (1, 4, 2, 2, 12, 7, 8))
    taken_part = Declaration(slot="mgmt.n.specialists_involved", value=Number(number=people))
    assert doubts("mgmt.q.training_exchange", Breakdown(parts=forms), taken_part) == codes


@pytest.mark.parametrize(
    ("office", "expected"),
    [
        ("директор", "директора"),
        ("генеральный директор", "генерального директора"),
        ("начальник Департамента", "начальника Департамента"),
        ("заведующий отделением", "заведующего отделением"),
        ("руководитель", "руководителя"),
        ("министр", "министра"),
    ],
)
def test_an_office_is_put_into_the_genitive_for_an_acting_holder(office, expected):
    assert genitive(office) == expected


def test_an_office_is_held_on_its_first_and_last_day_and_not_outside():
    office = Office(
        id="o", person_id="p", person_name="П", institution_id="i", office="директор", acting=True,
        since=date(2023, 6, 1), until=date(2023, 6, 30),
    )  # fmt: skip
    days = [date(2023, 5, 31), date(2023, 6, 1), date(2023, 6, 30), date(2023, 7, 1)]
    assert [bool(held_offices([office], day)) for day in days] == [False, True, True, False]
    assert office_title(office) == "И. О. директора"
    with pytest.raises(errors.OfficeNotHeld):
        domain.stamp_of([], day=TODAY)


def test_an_office_named_twice_stands_once_in_the_stamp():
    first, second = (
        Office(
            id=office, person_id="p", person_name="П", institution_id="i", office=office, acting=False,
            since=date(2023, 6, 1),
        )
        for office in ("директор", "председатель совета")
    )  # fmt: skip
    named = domain.chosen_offices([first, second], [second.id, second.id])
    assert domain.stamp_of(named, day=TODAY).titles == ("председатель совета",)
    assert domain.chosen_offices([first, second], [second.id, first.id]) == [second, first]
    assert domain.chosen_offices([first, second], [first.id, "not held"]) == []
