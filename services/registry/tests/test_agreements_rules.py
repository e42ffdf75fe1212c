from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.agreements.domain import (
    Addendum,
    AddendumAfterTermination,
    AddendumNumberTaken,
    Agreement,
    AgreementEnded,
    BeforeSignature,
    Counts,
    add,
    count,
    sign,
    terminate,
)
from registry.periods import DateInFuture, PeriodReversed

TODAY = date(2024, 1, 15)
AGREEMENT = Agreement(
    id="g-1",
    institution_id="i-1",
    number="7/2023",
    partner="Вологодский государственный университет",
    subject="Сотрудничество в социальном проектировании",
    signed_on=date(2023, 3, 15),
)
ADDENDUM = Addendum(id="d-1", number="1", subject="Продление срока", signed_on=date(2023, 11, 20))


def signed_in(year: int, how_many: int, **fields: object) -> list[Agreement]:
    return [replace(AGREEMENT, signed_on=date(year, 3, 15), **fields) for _ in range(how_many)]  # type: ignore[arg-type]


@pytest.mark.seed("C22")
@pytest.mark.seed("T3")
def test_seven_agreements_of_2023_make_eighteen_in_total_with_one_addendum():
    known = [*signed_in(2021, 6), *signed_in(2022, 5), *signed_in(2023, 6), *signed_in(2023, 1, addenda=(ADDENDUM,))]
    assert count(known, year=2023) == Counts(signed=7, addenda=1, terminated=0, total=18)
    assert count(known, year=2022) == Counts(signed=5, addenda=0, terminated=0, total=11)


@pytest.mark.seed("T3")
def test_the_total_of_a_year_is_that_of_the_year_before_with_the_signed_without_the_terminated():
    known = [*signed_in(2021, 3), *signed_in(2021, 1, terminated_on=date(2022, 12, 31)), *signed_in(2022, 2)]
    before, after = count(known, year=2021), count(known, year=2022)
    assert after.total == before.total + after.signed - after.terminated == 5


def test_no_agreements_count_as_nought_of_everything():
    assert count([], year=2023) == Counts(signed=0, addenda=0, terminated=0, total=0)


def test_a_signed_agreement_is_told_with_partner_and_subject():
    _, fact = sign(AGREEMENT, today=TODAY)
    assert (fact.number, fact.partner, fact.signed_on) == (AGREEMENT.number, AGREEMENT.partner, date(2023, 3, 15))


def test_an_agreement_is_not_signed_in_the_future_nor_over_before_its_signature():
    with pytest.raises(DateInFuture):
        sign(replace(AGREEMENT, signed_on=date(2024, 2, 1)), today=TODAY)
    with pytest.raises(PeriodReversed):
        sign(replace(AGREEMENT, valid_until=date(2023, 3, 14)), today=TODAY)


def test_an_addendum_may_be_signed_with_the_agreement_but_not_before_it():
    same_day = replace(ADDENDUM, signed_on=AGREEMENT.signed_on)
    added, fact = add(AGREEMENT, same_day, today=TODAY)
    assert added.addenda == (same_day,)
    assert (fact.addendum_id, fact.agreement_id, fact.number) == ("d-1", "g-1", "1")
    with pytest.raises(BeforeSignature):
        add(AGREEMENT, replace(ADDENDUM, signed_on=date(2023, 3, 14)), today=TODAY)


def test_addenda_of_one_agreement_have_different_numbers():
    added, _ = add(AGREEMENT, ADDENDUM, today=TODAY)
    with pytest.raises(AddendumNumberTaken):
        add(added, replace(ADDENDUM, id="d-2"), today=TODAY)
    assert len(add(added, replace(ADDENDUM, id="d-2", number="2"), today=TODAY)[0].addenda) == 2


def test_an_addendum_of_an_earlier_day_may_be_entered_after_the_termination():
    ended, _ = terminate(AGREEMENT, terminated_on=date(2023, 11, 21), today=TODAY)
    assert add(ended, ADDENDUM, today=TODAY)
    with pytest.raises(AgreementEnded):
        add(ended, replace(ADDENDUM, signed_on=date(2023, 11, 21)), today=TODAY)


def test_an_agreement_is_terminated_once_and_not_before_its_signature():
    with pytest.raises(BeforeSignature):
        terminate(AGREEMENT, terminated_on=date(2023, 3, 14), today=TODAY)
    ended, fact = terminate(AGREEMENT, terminated_on=date(2023, 3, 15), today=TODAY)
    assert fact.terminated_on == ended.terminated_on == date(2023, 3, 15)
    with pytest.raises(AgreementEnded):
        terminate(ended, terminated_on=date(2023, 4, 1), today=TODAY)


def test_an_agreement_is_terminated_after_its_last_addendum():
    added, _ = add(AGREEMENT, ADDENDUM, today=TODAY)
    with pytest.raises(AddendumAfterTermination):
        terminate(added, terminated_on=ADDENDUM.signed_on, today=TODAY)
    assert terminate(added, terminated_on=ADDENDUM.signed_on + timedelta(days=1), today=TODAY)


def test_a_termination_that_has_not_come_is_refused():
    with pytest.raises(DateInFuture):
        terminate(AGREEMENT, terminated_on=date(2024, 2, 1), today=TODAY)
