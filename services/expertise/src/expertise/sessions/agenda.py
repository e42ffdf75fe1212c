"""An agenda: what may be heard, and how far an item has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from contracts.expertise import SubjectKind, VerdictOutcome
from expertise.applications.domain import Application, in_state
from expertise.dates import in_order
from expertise.references.domain import Nomination
from expertise.reviews.evaluation import Evaluation
from expertise.sessions.errors import AlreadyHeard, AlreadyOnAgenda, OpinionMissing, ReviewsMissing
from expertise.sessions.voting import Votes
from expertise.verdicts.domain import Purpose, Verdict

ItemState = Literal["pending", "decided", "postponed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recusal:
    """A member who does not decide on the item, and why."""

    person_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A question of the agenda; `remarks` with their term stand there once it is decided."""

    number: int
    subject_kind: SubjectKind
    subject_id: str
    nomination_id: str | None = None
    institution_id: str
    title: str
    purpose: Purpose
    hearing: int
    recusals: tuple[Recusal, ...] = ()
    state: ItemState = "pending"
    votes: Votes | None = None
    outcome: VerdictOutcome | None = None
    remarks: tuple[str, ...] = ()
    remarks_due_on: date | None = None


def hear_project(
    number: int, application: Application, evaluation: Evaluation, required: int, earlier: Sequence[Verdict]
) -> Item:
    """Put the defence of an application on the agenda.

    First heard when it is admitted, has a signed opinion (B12) and its reviews; again while it has remarks.
    Raises: ApplicationStateForbids, OpinionMissing, ReviewsMissing.
    """
    in_state(application, "admitted", "supported_with_remarks")
    if application.opinion is None:
        raise OpinionMissing(subject=application.title)
    if not evaluation.ready:
        raise ReviewsMissing(subject=application.title, completed=evaluation.completed, required=required)
    return _project(number, application, "defence", earlier)


def hear_report(number: int, application: Application, earlier: Sequence[Verdict]) -> Item:
    """Put the report on a supported project on the agenda (A25). Raises: ApplicationStateForbids."""
    in_state(application, "supported")
    return _project(number, application, "report", earlier)


def hear_practice(number: int, nomination: Nomination, earlier: Sequence[Verdict]) -> Item:
    """Put a nominated practice on the agenda; one nomination is decided once, but for remarks. Raises: AlreadyHeard.

    A practice nominated anew keeps its entry in the bank: verdicts from before the nomination no longer count.
    """
    own = [verdict for verdict in earlier if verdict.nomination_id == nomination.id]
    heard = [verdict for verdict in own if verdict.decided_on >= nomination.nominated_on]
    if heard and heard[-1].outcome != "supported_with_remarks":
        raise AlreadyHeard(subject=nomination.title, decided_on=heard[-1].decided_on)
    return Item(
        number=number,
        subject_kind="practice",
        subject_id=nomination.practice_id,
        nomination_id=nomination.id,
        institution_id=nomination.institution_id,
        title=nomination.title,
        purpose="defence",
        hearing=len(heard) + 1,
    )


def later_than_before(item: Item, earlier: Sequence[Verdict], held_on: date) -> None:
    """Refuse to hear a subject again on or before the day of its last verdict. Raises: AlreadyHeard."""
    last = max((verdict.decided_on for verdict in earlier), default=None)
    if last is not None and held_on <= last:
        raise AlreadyHeard(subject=item.title, decided_on=last)


def after_admission(application: Application, held_on: date) -> None:
    """Refuse a session before the application was admitted. Raises: DatesOutOfOrder."""
    in_order(max((step.on for step in application.history if step.what == "admitted"), default=None), held_on)


def after_nomination(nomination: Nomination, held_on: date) -> None:
    """Refuse a session before the practice was nominated. Raises: DatesOutOfOrder."""
    in_order(nomination.nominated_on, held_on)


def no_subject_twice(items: Sequence[Item]) -> None:
    """Refuse an agenda that names a subject twice. Raises: AlreadyOnAgenda."""
    subjects = [item.subject_id for item in items]
    for item in items:
        if subjects.count(item.subject_id) > 1:
            raise AlreadyOnAgenda(subject=item.title)


def _project(number: int, application: Application, purpose: Purpose, earlier: Sequence[Verdict]) -> Item:
    return Item(
        number=number,
        subject_kind="project",
        subject_id=application.id,
        institution_id=application.institution_id,
        title=application.title,
        purpose=purpose,
        hearing=1 + sum(verdict.purpose == purpose for verdict in earlier),
    )
