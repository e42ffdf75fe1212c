"""A review: one expert's marks for one admitted application."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from chassis.policy import Allow
from contracts.expertise import ExpertAssignedV1, ReviewCompletedV1
from expertise.calls.domain import Call, weighted_total
from expertise.conflicts.domain import ConflictKind, in_words
from expertise.dates import in_order
from expertise.reviews.errors import (
    AlreadyAssigned,
    CriteriaMismatch,
    ExpertConflicted,
    MarkOutOfScale,
    MarksMissing,
    ReviewFinished,
)

ReviewState = Literal["assigned", "completed", "recused"]
MAY_ASSIGN = Allow(roles=frozenset({"curator"}))
MAY_MARK = Allow(person_fields=("expert_id",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark for a criterion, within the scale of the call."""

    criterion: str
    value: int
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """An expert's work on an application; `total` runs from 0 to 100 and exists only once the review is complete."""

    id: str
    version: int = 0
    application_id: str
    call_id: str
    expert_id: str
    assigned_on: date
    state: ReviewState = "assigned"
    marks: tuple[Mark, ...] = ()
    comment: str | None = None
    total: float | None = None
    completed_on: date | None = None
    recused_on: date | None = None
    recused_because: str | None = None


def assign(
    review: Review, others: Sequence[Review], conflicts: Sequence[ConflictKind]
) -> tuple[Review, ExpertAssignedV1]:
    """Assign an expert who has no interest in the application and was not assigned to it before.

    Raises: ExpertConflicted, AlreadyAssigned.
    """
    without_conflicts(review.expert_id, conflicts)
    for other in others:
        if other.expert_id == review.expert_id:
            raise AlreadyAssigned(expert_id=review.expert_id, assigned_on=other.assigned_on)
    fact = ExpertAssignedV1(
        review_id=review.id,
        application_id=review.application_id,
        expert_id=review.expert_id,
        assigned_on=review.assigned_on,
    )
    return review, fact


def without_conflicts(expert_id: str, conflicts: Sequence[ConflictKind]) -> None:
    """Refuse an expert with an interest, naming every reason (A43). Raises: ExpertConflicted."""
    if conflicts:
        reasons = in_words(conflicts)
        raise ExpertConflicted(expert_id=expert_id, reasons_ru=reasons.ru, reasons_en=reasons.en)


def mark(review: Review, call: Call, marks: tuple[Mark, ...], *, comment: str | None) -> Review:
    """Replace the marks so far; some may still be missing. Raises: ReviewFinished, CriteriaMismatch, MarkOutOfScale."""
    _unfinished(review)
    marks_fit_the_call(marks, call)
    return replace(review, marks=marks, comment=comment)


def marks_fit_the_call(marks: Sequence[Mark], call: Call) -> None:
    """Refuse unknown or repeated criteria and marks outside the scale. Raises: CriteriaMismatch, MarkOutOfScale."""
    known = {criterion.code for criterion in call.criteria}
    given = [item.criterion for item in marks]
    wrong = sorted({code for code in given if code not in known or given.count(code) > 1})
    if wrong:
        raise CriteriaMismatch(codes=", ".join(wrong))
    for item in marks:
        if not call.scale.minimum <= item.value <= call.scale.maximum:
            raise MarkOutOfScale(
                criterion=item.criterion, value=item.value, minimum=call.scale.minimum, maximum=call.scale.maximum
            )


def complete(review: Review, call: Call, *, on: date) -> tuple[Review, ReviewCompletedV1]:
    """Finish a review that has a mark for every criterion. Raises: ReviewFinished, MarksMissing, DatesOutOfOrder."""
    _unfinished(review)
    in_order(review.assigned_on, on)
    marks = {item.criterion: item.value for item in review.marks}
    missing = [criterion.code for criterion in call.criteria if criterion.code not in marks]
    if missing:
        raise MarksMissing(codes=", ".join(missing))
    completed = replace(review, state="completed", total=weighted_total(call, marks), completed_on=on)
    fact = ReviewCompletedV1(
        review_id=review.id, application_id=review.application_id, expert_id=review.expert_id, completed_on=on
    )
    return completed, fact


def recuse(review: Review, *, reason: str, on: date) -> Review:
    """Step back from a review by one's own declaration. Raises: ReviewFinished, DatesOutOfOrder."""
    _unfinished(review)
    in_order(review.assigned_on, on)
    return replace(review, state="recused", marks=(), comment=None, recused_on=on, recused_because=reason)


def _unfinished(review: Review) -> None:
    if review.state != "assigned":
        raise ReviewFinished
