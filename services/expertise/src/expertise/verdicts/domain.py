"""A verdict: what the council decided on one project or practice at one session. It never changes."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from chassis.errors import NotFound, Words
from contracts.expertise import SubjectKind, VerdictIssuedV1, VerdictOutcome

Purpose = Literal["defence", "report"]


@dataclass(eq=False, kw_only=True)
class VerdictUnknown(NotFound):
    """No verdict has this id."""

    code: ClassVar = "verdict-unknown"
    title: ClassVar = Words("Решение не найдено", "Verdict not found")
    detail: ClassVar = Words("Решения {verdict_id} нет.", "There is no verdict {verdict_id}.")
    verdict_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A decision; `subject_id` is the application for a project, the practice otherwise.

    `hearing` counts the hearings of one purpose from 1: more than one means that remarks were heard again.
    """

    id: str
    version: int = 0
    session_id: str
    subject_kind: SubjectKind
    subject_id: str
    nomination_id: str | None = None
    institution_id: str
    title: str
    purpose: Purpose
    hearing: int
    outcome: VerdictOutcome
    remarks: tuple[str, ...] = ()
    remarks_due_on: date | None = None
    votes_for: int
    votes_against: int
    abstained: int
    decided_on: date


def issue(verdict: Verdict) -> tuple[Verdict, VerdictIssuedV1]:
    """Announce a verdict."""
    fact = VerdictIssuedV1(
        verdict_id=verdict.id,
        session_id=verdict.session_id,
        subject_kind=verdict.subject_kind,
        subject_id=verdict.subject_id,
        institution_id=verdict.institution_id,
        title=verdict.title,
        outcome=verdict.outcome,
        remarks=verdict.remarks,
        votes_for=verdict.votes_for,
        votes_against=verdict.votes_against,
        decided_on=verdict.decided_on,
    )
    return verdict, fact
