"""A consultation that a specialist of an institution has given."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from chassis.errors import Forbidden, NotFound, Words
from chassis.policy import Allow
from contracts.transfer import Channel, ConsultationGivenV1
from transfer.access import CURATOR, OVERSEERS, STAFF
from transfer.dates import day_has_come

ConsultationKind = Literal["project_design", "implementation", "innovation_experience"]

MAY_GIVE = Allow(roles=CURATOR, members=STAFF)
MAY_SEE = Allow(
    roles=OVERSEERS,
    members=STAFF,
    institution_fields=("institution_id", "recipient_institution_id"),
    person_fields=("consultant_id",),
)


@dataclass(eq=False, kw_only=True)
class ConsultationUnknown(NotFound):
    """No consultation has this id, or the caller may not see it."""

    code: ClassVar = "consultation-unknown"
    title: ClassVar = Words("Консультация не найдена", "Consultation not found")
    detail: ClassVar = Words("Консультации {consultation_id} нет.", "There is no consultation {consultation_id}.")
    consultation_id: str


@dataclass(eq=False, kw_only=True)
class AdviceOfAnother(Forbidden):
    """Whoever enters it would keep somebody else from judging an application, a rival's perhaps."""

    code: ClassVar = "advice-of-another"
    title: ClassVar = Words("Консультация другого человека", "Advice of somebody else")
    detail: ClassVar = Words(
        "Консультацию по заявке вносит сам консультант или куратор: после неё консультант не может оценивать заявку.",
        "Advice on an application is entered by its consultant or a curator: it bars the consultant from judging it.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """Advice of `consultant_id` of `institution_id`; it bars them from the expertise of `application_id` (A43)."""

    id: str
    version: int = 0
    institution_id: str
    consultant_id: str
    kind: ConsultationKind
    channel: Channel
    topic: str
    recipient_institution_id: str | None
    application_id: str | None
    minutes: int | None
    result: str | None
    given_on: date
    origin: str | None = None
    """Integration of the partner whose system told it."""


def entered_by(consultation: Consultation, person_id: str, roles: frozenset[str]) -> None:
    """Refuse advice on an application (A43) that neither its consultant nor a curator enters.

    Raises: AdviceOfAnother.
    """
    own = consultation.consultant_id == person_id or roles & CURATOR
    if consultation.application_id and not own:
        raise AdviceOfAnother


def give(consultation: Consultation, *, now: datetime) -> tuple[Consultation, ConsultationGivenV1]:
    """Enter a consultation in the register (A31, A42, C23). Raises: DateInFuture."""
    day_has_come(consultation.given_on, now=now)
    fact = ConsultationGivenV1(
        consultation_id=consultation.id,
        institution_id=consultation.institution_id,
        consultant_id=consultation.consultant_id,
        kind=consultation.kind,
        channel=consultation.channel,
        topic=consultation.topic,
        recipient_institution_id=consultation.recipient_institution_id,
        application_id=consultation.application_id,
        given_on=consultation.given_on,
        origin=consultation.origin,
    )
    return consultation, fact
