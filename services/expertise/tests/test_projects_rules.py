from datetime import UTC, date, datetime

import pytest

from expertise.applications import domain as applications
from expertise.applications.domain import Application, Passport, Team
from expertise.dates import DatesOutOfOrder
from expertise.hands import Hand
from expertise.projects import domain
from expertise.projects.domain import (
    Lead,
    Milestone,
    MilestoneReached,
    MilestoneUnknown,
    PhaseOutOfOrder,
    Project,
)

START = date(2018, 4, 20)
HAND = Hand(person_id="head", at=datetime(2026, 1, 1, tzinfo=UTC))


def started() -> Project:
    passport = Passport(problem="п", target_group="г", novelty="н", expected_result="р", aim="ц")
    application = Application(
        id="a1", call_id="c1", direction_id="d1", institution_id="vesta", scientific_supervisor_id="sup",
        title="Проект", passport=passport, team=Team(member_ids=("a",), lead_id="a", supervisor_id="tutor"),
    )  # fmt: skip
    drafted = applications.draft(application, on=date(2018, 2, 6), hand=HAND)
    return domain.start("p1", drafted, on=START)[0]


@pytest.mark.seed("B25")
def test_a_project_passes_exactly_three_phases_in_their_order():
    project = started()
    project = domain.enter_phase(project, "implementation", on=date(2018, 6, 1))
    project = domain.enter_phase(project, "generalisation", on=date(2020, 6, 1))
    assert [phase.name for phase in project.phases] == ["design", "implementation", "generalisation"]
    for name in domain.PHASES:
        with pytest.raises(PhaseOutOfOrder):
            domain.enter_phase(project, name, on=date(2020, 12, 1))


def test_a_phase_is_neither_skipped_nor_repeated_nor_begun_before_the_last():
    for name in domain.PHASES[::2]:
        with pytest.raises(PhaseOutOfOrder):
            domain.enter_phase(started(), name, on=date(2018, 6, 1))
    domain.enter_phase(started(), "implementation", on=START)
    with pytest.raises(DatesOutOfOrder):
        domain.enter_phase(started(), "implementation", on=date(2018, 4, 19))


@pytest.mark.seed("A52")
def test_a_change_of_the_lead_keeps_the_earlier_one_on_record():
    project = domain.change_lead(started(), Lead(person_id="b", since=date(2019, 1, 10), reason="Переход"))
    assert project.lead_id == "b"
    assert [(lead.person_id, lead.since) for lead in project.leads] == [("a", START), ("b", date(2019, 1, 10))]
    with pytest.raises(DatesOutOfOrder):
        domain.change_lead(project, Lead(person_id="c", since=date(2019, 1, 9)))


@pytest.mark.parametrize(
    ("day", "colour"),
    [
        (date(2018, 12, 1), "ahead"), (date(2018, 12, 2), "overdue"), (date(2018, 12, 30), "overdue"),
        (date(2018, 12, 31), "red"),
    ],
)  # fmt: skip
def test_a_milestone_turns_red_thirty_days_after_its_term(day, colour):
    assert domain.colour(Milestone(number=1, title="Веха", due_on=date(2018, 12, 1)), day) == colour


def test_a_milestone_is_reached_once_and_by_its_number():
    planned = domain.plan_milestone(started(), title="Веха", due_on=date(2018, 12, 1))
    reached = domain.reach_milestone(planned, 1, on=date(2018, 12, 2), evidence="Журнал")
    assert domain.colour(reached.milestones[0], date(2030, 1, 1)) == "done"
    with pytest.raises(MilestoneReached):
        domain.reach_milestone(reached, 1, on=date(2018, 12, 3), evidence="Журнал")
    with pytest.raises(MilestoneUnknown):
        domain.reach_milestone(reached, 2, on=date(2018, 12, 3), evidence="Журнал")
