from dataclasses import replace
from datetime import date

import pytest

from registry.appointments.domain import (
    AlreadyAppointed,
    Appointment,
    ReleaseOutsideAppointment,
    appoint,
    release,
)
from registry.periods import DateInFuture, PeriodReversed

TODAY = date(2024, 1, 15)
ACTING = Appointment(
    id="n-1",
    person_id="p-1",
    person_name="Н. Л. Веревокина",
    institution_id="i-1",
    office="директор",
    acting=True,
    since=date(2023, 11, 20),
)


def test_an_acting_director_is_told_with_the_name_the_office_and_the_flag():
    _, fact = appoint(ACTING, [], today=TODAY)
    assert (fact.person_name, fact.office, fact.acting) == ("Н. Л. Веревокина", "директор", True)
    assert (fact.since, fact.until) == (date(2023, 11, 20), None)


def test_the_head_of_the_department_heads_its_expert_council_too():
    head = replace(ACTING, person_name="Н. Л. Рындин", office="начальник Департамента", acting=False)
    second = replace(head, id="n-2", office="руководитель", body="Экспертный совет по инновационной деятельности")
    assert appoint(second, [head], today=TODAY)[0] == second


def test_the_same_office_is_not_taken_twice_at_once():
    with pytest.raises(AlreadyAppointed) as refused:
        appoint(replace(ACTING, id="n-2", office="Директор"), [ACTING], today=TODAY)
    assert refused.value.appointment_id == "n-1"


def test_an_acting_director_may_become_the_director():
    assert appoint(replace(ACTING, id="n-2", acting=False), [ACTING], today=TODAY)[0].acting is False


def test_an_office_may_be_taken_again_the_day_after_it_was_left():
    left = replace(ACTING, until=date(2023, 12, 31))
    assert appoint(replace(ACTING, id="n-2", since=date(2024, 1, 1)), [left], today=TODAY)
    with pytest.raises(AlreadyAppointed):
        appoint(replace(ACTING, id="n-2", since=date(2023, 12, 31)), [left], today=TODAY)


def test_nobody_has_taken_an_office_on_a_day_that_has_not_come():
    with pytest.raises(DateInFuture):
        appoint(replace(ACTING, since=date(2024, 2, 1)), [], today=TODAY)


def test_an_office_is_not_left_before_it_is_taken():
    with pytest.raises(PeriodReversed):
        appoint(replace(ACTING, until=date(2023, 11, 19)), [], today=TODAY)


def test_a_release_tells_the_same_appointment_with_its_last_day():
    released, fact = release(ACTING, until=date(2023, 12, 31), today=TODAY)
    assert released.until == fact.until == date(2023, 12, 31)
    assert fact.appointment_id == "n-1"


@pytest.mark.parametrize("day", ["2023-11-19", "2024-01-01"])
def test_a_release_is_within_the_term_of_the_appointment(day: str):
    with pytest.raises(ReleaseOutsideAppointment):
        release(replace(ACTING, until=date(2023, 12, 31)), until=date.fromisoformat(day), today=TODAY)
