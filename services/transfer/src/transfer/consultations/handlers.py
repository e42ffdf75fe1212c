"""Use cases of consultations."""

from pydantic import Field

from chassis.work import Command, Work
from contracts.transfer import Channel
from transfer.consultations import domain
from transfer.consultations.domain import MAY_GIVE, Consultation, ConsultationKind
from transfer.consultations.store import CONSULTATIONS
from transfer.fields import Day, InstitutionRef, Line, OtherInstitutionRef, Paragraph, PersonRef, RecordRef
from transfer.institutions.store import institutions_are_known


class GiveConsultation(Command):
    """Данная консультация."""

    institution_id: InstitutionRef
    consultant_id: PersonRef | None = Field(
        default=None,
        examples=["0190a000-0000-7000-8000-000000000201"],
        description="Кто консультировал; без указания — тот, кто вносит запись",
    )
    kind: ConsultationKind = Field(examples=["innovation_experience"])
    channel: Channel = Field(examples=["zoom"])
    topic: Line = Field(examples=["Как описать результат проекта"])
    recipient_institution_id: OtherInstitutionRef | None = Field(
        default=None, examples=["0190a000-0000-7000-8000-000000000102"], description="Кого консультировали"
    )
    application_id: RecordRef | None = Field(
        default=None, examples=[None], description="Заявка, о которой шла речь: консультант не будет её экспертом"
    )
    minutes: int | None = Field(default=None, ge=1, le=1440, examples=[40], description="Продолжительность, минут")
    result: Paragraph | None = Field(default=None, examples=["Уточнены показатели результата"])
    given_on: Day


async def give_consultation(command: GiveConsultation, work: Work, *, origin: str | None = None) -> Consultation:
    """Enter a consultation in the register; `origin` is the integration that told it.

    Raises: NotPermitted, InstitutionNotKnown, AdviceOfAnother, DateInFuture, DateTooEarly.
    Emits: transfer.consultation.given.v1.
    """
    MAY_GIVE.require(work.caller, command)
    await institutions_are_known(work, command.institution_id, command.recipient_institution_id)
    said = command.model_dump() | {"consultant_id": command.consultant_id or work.caller.subject}
    consultation = Consultation(id=work.new_id(), **said, origin=origin)
    domain.entered_by(consultation, work.caller.subject, work.caller.roles)
    consultation, fact = domain.give(consultation, now=work.now)
    return await CONSULTATIONS.save(work, consultation, fact)
