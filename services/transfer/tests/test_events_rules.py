from datetime import UTC, date, datetime
from typing import Any

import pytest

from transfer.dates import DateInFuture
from transfer.events import domain
from transfer.events.coverage import Covered, cover
from transfer.events.domain import (
    Attendance,
    Event,
    EventIsInHouse,
    EventNotInState,
    EventUndated,
    PlaceMissing,
    PracticeRequired,
)

NOW = datetime(2023, 11, 20, 9, tzinfo=UTC)
DAY = date(2023, 10, 5)


def event(**fields: Any) -> Event:
    usual: dict[str, Any] = {
        "id": "event-1", "institution_id": "vesta", "kind": "workshop", "scope": "system", "title": "Мастерская",
        "online": False, "venue": "Ангарск", "premises_institution_id": None, "practice_id": None, "planned_on": DAY,
        "held_on": None, "summary": None,
    }  # fmt: skip
    return Event(**{**usual, **fields})


def held(**fields: Any) -> Event:
    return domain.hold(event(**fields), held_on=DAY, summary="Обобщено", now=NOW)[0]


@pytest.mark.parametrize(
    "place", [{"online": True}, {"venue": "Вологда"}, {"premises_institution_id": "oktyabr"}], ids=str
)
def test_an_event_online_or_somewhere_has_a_place(place):
    domain.event_is_placed(event(**{"venue": None, **place}))


def test_an_event_neither_online_nor_anywhere_is_refused():
    with pytest.raises(PlaceMissing):
        domain.event_is_placed(event(venue=None))


def test_a_hand_over_seminar_without_a_practice_is_refused():
    with pytest.raises(PracticeRequired):
        domain.plan(event(kind="hand_over_seminar"))
    assert domain.plan(event(kind="hand_over_seminar", practice_id="practice-1")).state == "planned"


def test_a_plan_without_a_day_is_refused():
    with pytest.raises(EventUndated):
        domain.plan(event(planned_on=None))


@pytest.mark.parametrize(
    ("kind", "summary", "state"),
    [
        ("workshop", None, "incomplete"),
        ("workshop", "", "incomplete"),
        ("workshop", "Опыт обобщён", "held"),
        ("master_class", None, "held"),
    ],
)
def test_only_a_workshop_needs_a_summary_to_be_complete(kind, summary, state):
    assert domain.state_once_held(kind, summary) == state


def test_an_event_of_tomorrow_cannot_have_been_held():
    with pytest.raises(DateInFuture):
        domain.hold(event(), held_on=date(2023, 11, 22), summary=None, now=NOW)


def test_the_fact_of_an_event_says_where_and_for_whom_it_was():
    _, fact = domain.hold(event(online=True), held_on=DAY, summary=None, now=NOW)
    assert (fact.event_id, fact.scope, fact.online, fact.venue, fact.held_on) == (
        "event-1",
        "system",
        True,
        "Ангарск",
        DAY,
    )


@pytest.mark.parametrize(
    "action",
    [lambda e: domain.sum_up(e, "Итог"), lambda e: domain.attend(e, Attendance(institution_id="x", persons=1))],
)
def test_a_planned_event_is_neither_summed_up_nor_attended(action):
    with pytest.raises(EventNotInState):
        action(event())


@pytest.mark.parametrize(
    "action", [lambda e: domain.cancel(e, "нет"), lambda e: domain.hold(e, held_on=DAY, summary=None, now=NOW)]
)
def test_a_held_event_is_neither_cancelled_nor_held_again(action):
    with pytest.raises(EventNotInState) as refused:
        action(held())
    assert refused.value.state == "held"


def test_a_second_record_of_attendance_replaces_the_first():
    once, _ = domain.attend(held(), Attendance(institution_id="site-1", persons=3))
    other, _ = domain.attend(once, Attendance(institution_id="site-2", persons=1))
    again, fact = domain.attend(other, Attendance(institution_id="site-1", persons=5))
    assert sorted((item.institution_id, item.persons) for item in again.attendance) == [("site-1", 5), ("site-2", 1)]
    assert (fact.persons, fact.host_institution_id, fact.institution_id) == (5, "vesta", "site-1")


def test_an_in_house_event_is_attended_by_its_own_institution_only():
    in_house = held(scope="institution", kind="master_class")
    domain.attend(in_house, Attendance(institution_id="vesta", persons=9))
    with pytest.raises(EventIsInHouse):
        domain.attend(in_house, Attendance(institution_id="site-1", persons=1))


def test_institutions_without_a_seminar_and_without_attendance_are_set_apart():
    reached = Covered(institution_id="a", name="А", planned=1, held=1, attended=2)
    came_only = Covered(institution_id="b", name="Б", planned=1, held=0, attended=1)
    left_out = Covered(institution_id="c", name="В", planned=0, held=0, attended=0)
    found = cover([reached, came_only, left_out])
    assert (found.without_seminar, found.without_attendance) == (["b", "c"], ["c"])
