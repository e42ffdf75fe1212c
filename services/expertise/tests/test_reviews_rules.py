from dataclasses import replace
from datetime import date

import pytest

from expertise.calls.domain import Call, Criterion, Eligibility, Scale
from expertise.dates import DatesOutOfOrder
from expertise.reviews import domain
from expertise.reviews.domain import Mark, Review
from expertise.reviews.errors import (
    AlreadyAssigned,
    CriteriaMismatch,
    ExpertConflicted,
    MarkOutOfScale,
    MarksMissing,
    ReviewFinished,
)
from expertise.reviews.evaluation import adjusted_totals, evaluate

CALL = Call(
    id="c1", direction_id="d1", title="Отбор", opens_on=date(2018, 2, 5), closes_on=date(2018, 3, 30),
    criteria=(Criterion(code="novelty", title="Н", weight=60), Criterion(code="effect", title="Э", weight=40)),
    scale=Scale(minimum=0, maximum=100),
    eligibility=Eligibility(
        status_kinds=frozenset(), institution_kinds=frozenset(), team_supervisor_status_kinds=frozenset()
    ),
    returns_limit=2, reviews_required=2, divergence_threshold=20,
)  # fmt: skip
REVIEW = Review(id="r1", application_id="a1", call_id="c1", expert_id="e1", assigned_on=date(2018, 3, 21))
BOTH = (Mark(criterion="novelty", value=50), Mark(criterion="effect", value=100))


def finished(total: float, *, expert: str = "e1", review_id: str = "r1") -> Review:
    return replace(REVIEW, id=review_id, expert_id=expert, state="completed", total=total)


@pytest.mark.parametrize("value", [0, 100])
def test_both_ends_of_the_scale_are_marks(value):
    domain.mark(REVIEW, CALL, (Mark(criterion="novelty", value=value),), comment=None)


@pytest.mark.parametrize("value", [-1, 101])
def test_a_mark_one_step_outside_the_scale_is_refused(value):
    with pytest.raises(MarkOutOfScale) as refusal:
        domain.mark(REVIEW, CALL, (Mark(criterion="novelty", value=value),), comment=None)
    assert refusal.value.say("ru")[1] == f"Критерий «novelty»: оценка {value}, а шкала от 0 до 100."


@pytest.mark.parametrize("codes", [("beauty",), ("novelty", "novelty")])
def test_unknown_and_repeated_criteria_are_refused(codes):
    with pytest.raises(CriteriaMismatch):
        domain.mark(REVIEW, CALL, tuple(Mark(criterion=code, value=1) for code in codes), comment=None)


def test_the_total_of_a_complete_review_is_weighted():
    marked = domain.mark(REVIEW, CALL, BOTH, comment=None)
    completed, fact = domain.complete(marked, CALL, on=date(2018, 3, 21))
    assert completed.total == 0.6 * 50 + 0.4 * 100
    assert fact.expert_id == "e1"


def test_a_missing_mark_is_not_a_zero_but_a_refusal():
    zero = domain.mark(
        REVIEW, CALL, (Mark(criterion="novelty", value=0), Mark(criterion="effect", value=0)), comment=None
    )
    assert domain.complete(zero, CALL, on=date(2018, 3, 28))[0].total == 0
    partly = domain.mark(REVIEW, CALL, BOTH[:1], comment=None)
    assert partly.total is None
    with pytest.raises(MarksMissing) as refusal:
        domain.complete(partly, CALL, on=date(2018, 3, 28))
    assert refusal.value.codes == "effect"


def test_a_finished_review_changes_no_more():
    for review in (finished(50), domain.recuse(REVIEW, reason="Родство", on=date(2018, 3, 22))):
        with pytest.raises(ReviewFinished):
            domain.mark(review, CALL, BOTH, comment=None)
        with pytest.raises(ReviewFinished):
            domain.recuse(review, reason="Поздно", on=date(2018, 3, 29))


def test_a_review_is_not_finished_before_it_was_assigned():
    with pytest.raises(DatesOutOfOrder):
        domain.complete(domain.mark(REVIEW, CALL, BOTH, comment=None), CALL, on=date(2018, 3, 20))


def test_an_expert_is_assigned_to_an_application_once():
    domain.assign(REVIEW, [finished(50, expert="e2")], ())
    with pytest.raises(AlreadyAssigned):
        domain.assign(REVIEW, [domain.recuse(REVIEW, reason="Родство", on=date(2018, 3, 22))], ())


def test_a_conflicted_expert_is_refused_with_every_reason():
    with pytest.raises(ExpertConflicted) as refusal:
        domain.assign(REVIEW, [], ("same_institution", "consultant"))
    assert "работает в учреждении-заявителе; консультировал проект" in refusal.value.say("ru")[1]
    assert "works for the applicant; consulted the project" in refusal.value.say("en")[1]


@pytest.mark.parametrize(("low", "high", "called"), [(38, 71, True), (40, 60, False), (40, 60.01, True)])
def test_only_a_divergence_above_the_threshold_calls_a_third_expert(low, high, called):
    found = evaluate([finished(low), finished(high, expert="e2")], CALL)
    assert (found.third_expert_needed, found.ready) == (called, not called)
    assert found.divergence == round(high - low, 2)


def test_the_third_review_settles_a_divergence():
    waiting = [finished(38), finished(71, expert="e2"), replace(REVIEW, expert_id="e3")]
    called = evaluate(waiting, CALL)
    assert (called.third_expert_needed, called.ready, called.assigned, called.completed) == (False, False, 3, 2)
    settled = evaluate([*waiting[:2], finished(60, expert="e3")], CALL)
    assert (settled.ready, settled.mean, settled.totals) == (True, 56.33, (38, 60, 71))


def test_an_unfinished_review_counts_as_missing_and_a_recused_one_not_at_all():
    recused = domain.recuse(REVIEW, reason="Родство", on=date(2018, 3, 22))
    found = evaluate([finished(80), replace(REVIEW, expert_id="e2"), replace(recused, expert_id="e3")], CALL)
    assert (found.mean, found.assigned, found.completed, found.divergence, found.ready) == (80, 2, 1, None, False)


def test_strictness_is_adjusted_from_five_marks_and_hidden_with_four():
    strict = [finished(total, expert="strict", review_id=f"s{total}") for total in (10, 20, 30, 40, 50)]
    mild = [finished(total, expert="mild", review_id=f"m{total}") for total in (60, 70, 80, 90)]
    adjusted = adjusted_totals([*strict, *mild])
    assert adjusted["s30"] == 50
    assert [adjusted[review.id] for review in strict] == [13.49, 31.74, 50, 68.26, 86.51]
    assert {adjusted[review.id] for review in mild} == {None}
    even = [finished(50, expert="even", review_id=f"e{number}") for number in range(5)]
    assert set(adjusted_totals(even).values()) == {None}
