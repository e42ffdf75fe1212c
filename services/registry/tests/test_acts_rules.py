from dataclasses import replace
from datetime import date

import pytest

from registry.acts.domain import (
    Act,
    ActNotYetIssued,
    Amendment,
    AmendmentBeforeAct,
    AmendmentRecorded,
    amend,
    in_force,
    issue,
)
from registry.periods import DateInFuture

TODAY = date(2024, 1, 15)
COUNCIL = Act(
    id="a-1",
    institution_id="i-1",
    kind="order",
    number="821/п",
    issued_on=date(2019, 12, 25),
    title="О Методическом совете",
    text="в первоначальной редакции",
)
FIRST = Amendment(number="233/п", amended_on=date(2020, 8, 25), text="в редакции 2020 года")
SECOND = Amendment(number="122/1-п", amended_on=date(2022, 5, 4))


def amended(*amendments: Amendment) -> Act:
    act = COUNCIL
    for amendment in amendments:
        act, _ = amend(act, amendment, today=TODAY)
    return act


@pytest.mark.seed("C06")
def test_on_the_first_day_of_2021_only_the_first_amendment_is_in_force():
    edition = in_force(amended(FIRST, SECOND), date(2021, 1, 1))
    assert edition.amendments == (FIRST,)
    assert edition.text == "в редакции 2020 года"
    assert edition.citation == "приказ от 25.12.2019 № 821/п «О Методическом совете» (в ред. от 25.08.2020 № 233/п)"


def test_an_act_is_cited_by_the_word_of_its_kind_in_the_published_language():
    decree = in_force(replace(COUNCIL, kind="decree"), date(2019, 12, 25))
    assert decree.citation == "постановление от 25.12.2019 № 821/п «О Методическом совете»"


def test_amendments_stand_in_the_order_of_their_dates_however_they_were_entered():
    assert amended(SECOND, FIRST) == amended(FIRST, SECOND)


@pytest.mark.parametrize(
    ("on", "numbers"),
    [
        ("2019-12-25", []),
        ("2020-08-24", []),
        ("2020-08-25", ["233/п"]),
        ("2022-05-03", ["233/п"]),
        ("2022-05-04", ["233/п", "122/1-п"]),
    ],
)
def test_an_amendment_is_in_force_from_its_own_day_on(on: str, numbers: list[str]):
    edition = in_force(amended(FIRST, SECOND), date.fromisoformat(on))
    assert [amendment.number for amendment in edition.amendments] == numbers


def test_an_amendment_entered_without_its_text_leaves_no_outdated_text():
    assert in_force(amended(FIRST, SECOND), date(2023, 1, 1)).text is None
    assert in_force(amended(FIRST, SECOND), date(2020, 1, 1)).text == "в первоначальной редакции"


def test_an_act_without_amendments_is_cited_by_itself():
    assert in_force(COUNCIL, date(2020, 1, 1)).citation == "приказ от 25.12.2019 № 821/п «О Методическом совете»"


def test_before_its_day_an_act_has_no_text():
    with pytest.raises(ActNotYetIssued):
        in_force(COUNCIL, date(2019, 12, 24))


def test_an_act_may_be_amended_on_its_own_day_but_not_before():
    same_day = replace(FIRST, amended_on=COUNCIL.issued_on)
    assert amend(COUNCIL, same_day, today=TODAY)[0].amendments == (same_day,)
    with pytest.raises(AmendmentBeforeAct):
        amend(COUNCIL, replace(FIRST, amended_on=date(2019, 12, 24)), today=TODAY)


def test_the_same_amendment_is_recorded_once_and_the_same_number_of_another_day_again():
    with pytest.raises(AmendmentRecorded):
        amend(amended(FIRST), FIRST, today=TODAY)
    assert len(amended(FIRST, replace(FIRST, amended_on=date(2021, 8, 25))).amendments) == 2


def test_acts_and_amendments_of_days_that_have_not_come_are_refused():
    with pytest.raises(DateInFuture):
        issue(replace(COUNCIL, issued_on=date(2024, 2, 1)), today=TODAY)
    with pytest.raises(DateInFuture):
        amend(COUNCIL, replace(FIRST, amended_on=date(2024, 2, 1)), today=TODAY)


def test_an_issued_and_an_amended_act_are_told_by_number_and_day():
    _, issued = issue(COUNCIL, today=TODAY)
    _, changed = amend(COUNCIL, FIRST, today=TODAY)
    assert (issued.number, issued.issued_on, issued.title) == ("821/п", date(2019, 12, 25), "О Методическом совете")
    assert (changed.act_id, changed.number, changed.amended_on) == ("a-1", "233/п", date(2020, 8, 25))
