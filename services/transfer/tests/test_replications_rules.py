from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from transfer.dates import DateInFuture, DatesOutOfOrder
from transfer.events.domain import Attendance, Event
from transfer.packages.domain import Step
from transfer.practices.domain import Practice
from transfer.replications import domain
from transfer.replications.description import adapted_steps
from transfer.replications.domain import BOTH, Adaptation, Replication, Report
from transfer.replications.refusals import (
    AdaptationUnexplained,
    AdaptedStepUnknown,
    NotDerivedHere,
    PracticeNotInBank,
    ReplicationNotInState,
    SiteDidNotAttend,
    TrainingOfAnotherPractice,
    TransferIncomplete,
)

NOW = datetime(2023, 11, 20, 9, tzinfo=UTC)
AGREED = Replication(
    id="replication-1",
    practice_id="practice-1",
    edition=1,
    owner_institution_id="vesta",
    site_institution_id="site-1",
    mentor_institution_id="vesta",
    interest_event_id=None,
    agreed_on=date(2018, 6, 15),
)
SEMINAR = Event(
    id="event-1",
    institution_id="vesta",
    kind="hand_over_seminar",
    scope="system",
    title="Передача",
    online=True,
    venue=None,
    premises_institution_id=None,
    practice_id="practice-1",
    planned_on=None,
    held_on=date(2018, 6, 20),
    summary=None,
    state="held",
    attendance=(Attendance(institution_id="site-1", persons=2),),
)
TRAINED = domain.train(AGREED, SEMINAR, handed_over=BOTH)[0]
RUNNING = domain.start(TRAINED, started_on=date(2018, 7, 1), now=NOW)[0]
REPORT = Report(
    results="12 семей",
    adaptations=(
        Adaptation(step=1, change="В клубе", explanation="Нет комнаты"),
        Adaptation(step=3, change="По телефону", explanation="Далеко ехать"),
    ),
    reported_on=date(2018, 12, 1),
)
REPORTED = domain.report_on(RUNNING, REPORT, steps=3, now=NOW)[0]
OWN = Practice(
    id="practice-2",
    institution_id="site-1",
    kind="practice",
    title="Гостиная в клубе",
    target_groups=(),
    summary="Своё",
    project_id=None,
    derived_from="practice-1",
    differences=("В клубе",),
    described_on=date(2019, 1, 10),
)


def test_only_active_technologies_of_the_bank_are_replicated():
    with pytest.raises(PracticeNotInBank):
        domain.agree(AGREED, in_bank=False, interest=None, now=NOW)
    assert domain.agree(AGREED, in_bank=True, interest=None, now=NOW)[1].agreed_on == date(2018, 6, 15)


def test_interest_comes_from_an_event_of_the_practice_that_the_site_attended():
    workshop = replace(SEMINAR, kind="workshop", held_on=AGREED.agreed_on)
    domain.agree(AGREED, in_bank=True, interest=workshop, now=NOW)
    with pytest.raises(DatesOutOfOrder):
        domain.agree(AGREED, in_bank=True, interest=replace(workshop, held_on=date(2018, 6, 16)), now=NOW)
    with pytest.raises(SiteDidNotAttend):
        domain.agree(AGREED, in_bank=True, interest=replace(workshop, attendance=()), now=NOW)
    with pytest.raises(TrainingOfAnotherPractice):
        domain.agree(AGREED, in_bank=True, interest=replace(workshop, practice_id="practice-9"), now=NOW)


@pytest.mark.parametrize("kind", ["hand_over_seminar", "training_seminar"])
def test_a_site_is_trained_by_attendance_at_a_seminar_of_the_package(kind):
    trained, fact = domain.train(AGREED, replace(SEMINAR, kind=kind), handed_over=())
    assert (trained.state, trained.trained_on, fact.event_id) == ("trained", date(2018, 6, 20), "event-1")


@pytest.mark.parametrize(
    ("event", "refusal"),
    [
        (replace(SEMINAR, attendance=(Attendance(institution_id="site-2", persons=2),)), SiteDidNotAttend),
        (replace(SEMINAR, state="planned"), SiteDidNotAttend),
        (replace(SEMINAR, practice_id="practice-9"), TrainingOfAnotherPractice),
        (replace(SEMINAR, practice_id=None), TrainingOfAnotherPractice),
        (replace(SEMINAR, kind="workshop"), TrainingOfAnotherPractice),
    ],
)
def test_a_site_is_not_trained_by_anything_else(event, refusal):
    with pytest.raises(refusal):
        domain.train(AGREED, event, handed_over=BOTH)


def test_a_training_before_the_agreement_counts_from_the_agreement():
    trained, fact = domain.train(AGREED, replace(SEMINAR, held_on=date(2018, 6, 1)), handed_over=())
    assert (trained.trained_on, fact.trained_on) == (date(2018, 6, 15), date(2018, 6, 15))


def test_documents_handed_over_at_different_times_add_up():
    first = domain.hand_over(AGREED, handed_over=("guidelines",))
    assert first.handed_over == ("guidelines",)
    assert domain.hand_over(first, handed_over=("manual", "guidelines")).handed_over == BOTH


@pytest.mark.parametrize("received", [(), ("manual",), ("guidelines",)])
def test_a_transfer_is_not_closed_without_both_documents(received):
    with pytest.raises(TransferIncomplete):
        domain.report_on(replace(RUNNING, handed_over=received), REPORT, steps=3, now=NOW)


def test_a_transfer_with_both_documents_and_a_practical_event_is_closed_by_the_report():
    reported, fact = domain.report_on(RUNNING, REPORT, steps=3, now=NOW)
    assert (reported.state, fact.adaptations) == ("reported", 2)


def test_an_unexplained_adaptation_is_refused_with_its_step():
    silent = replace(REPORT, adaptations=(*REPORT.adaptations, Adaptation(step=2, change="Иначе", explanation="")))
    with pytest.raises(AdaptationUnexplained) as refused:
        domain.report_on(RUNNING, silent, steps=3, now=NOW)
    assert refused.value.step == 2


@pytest.mark.parametrize(("step", "known"), [(0, False), (1, True), (3, True), (4, False)])
def test_an_adaptation_is_of_a_step_of_the_guidelines(step, known):
    adaptations = (Adaptation(step=step, change="Иначе", explanation="Так надо"),)
    if known:
        domain.adaptations_are_explained(adaptations, steps=3)
    else:
        with pytest.raises(AdaptedStepUnknown):
            domain.adaptations_are_explained(adaptations, steps=3)


def test_two_adaptations_of_one_step_are_one_changed_step():
    twice = replace(REPORT, adaptations=(REPORT.adaptations[0], replace(REPORT.adaptations[0], change="И днём")))
    assert domain.report_on(RUNNING, twice, steps=3, now=NOW)[1].adaptations == 1


@pytest.mark.parametrize(
    ("card", "accepted"),
    [
        (OWN, True),
        (replace(OWN, derived_from=None), False),
        (replace(OWN, derived_from="practice-9"), False),
        (replace(OWN, institution_id="site-2"), False),
    ],
)
def test_a_site_describes_its_own_practice_derived_from_the_replicated_one(card, accepted):
    if accepted:
        described, fact = domain.describe_own(REPORTED, card)
        assert (described.state, fact.derived_practice_id) == ("self_described", "practice-2")
    else:
        with pytest.raises(NotDerivedHere):
            domain.describe_own(REPORTED, card)


def test_the_differences_of_the_own_card_come_from_the_report():
    steps = tuple(Step(title=title, action="…") for title in ("Знакомство", "Встречи", "Итог"))
    assert adapted_steps(REPORTED, steps) == ("Шаг 1 «Знакомство»: В клубе", "Шаг 3 «Итог»: По телефону")


STOPPED = domain.stop(AGREED, reason="Закрыто", stopped_on=date(2018, 6, 16), now=NOW)[0]
DESCRIBED = domain.describe_own(REPORTED, OWN)[0]
STEPS: dict[str, Callable[[Replication], object]] = {
    "train": lambda r: domain.train(r, SEMINAR, handed_over=BOTH),
    "start": lambda r: domain.start(r, started_on=date(2019, 2, 1), now=NOW),
    "report": lambda r: domain.report_on(r, replace(REPORT, reported_on=date(2019, 2, 1)), steps=3, now=NOW),
    "describe": lambda r: domain.describe_own(r, replace(OWN, described_on=date(2019, 2, 1))),
    "stop": lambda r: domain.stop(r, reason="Закрыто", stopped_on=date(2019, 2, 1), now=NOW),
}
ALLOWED: dict[str, set[str]] = {
    "agreed": {"train", "stop"},
    "trained": {"start", "stop"},
    "running": {"report", "stop"},
    "reported": {"describe"},
    "self_described": set(),
    "stopped": set(),
}


@pytest.mark.parametrize("replication", [AGREED, TRAINED, RUNNING, REPORTED, DESCRIBED, STOPPED], ids=lambda r: r.state)
@pytest.mark.parametrize("step", STEPS)
def test_each_state_allows_only_its_own_next_steps(replication, step):
    if step in ALLOWED[replication.state]:
        STEPS[step](replication)
    else:
        with pytest.raises(ReplicationNotInState):
            STEPS[step](replication)


def test_a_step_is_dated_neither_before_the_last_one_nor_in_the_future():
    domain.start(TRAINED, started_on=date(2018, 6, 20), now=NOW)
    with pytest.raises(DatesOutOfOrder):
        domain.start(TRAINED, started_on=date(2018, 6, 19), now=NOW)
    with pytest.raises(DateInFuture):
        domain.start(TRAINED, started_on=date(2023, 11, 21), now=NOW)
