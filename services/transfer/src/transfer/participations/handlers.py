"""Use cases of participations."""

from pydantic import Field

from chassis.work import Command, Work
from contracts.transfer import ParticipationForm
from transfer.fields import Day, InstitutionRef, Line, PersonRef, Persons
from transfer.institutions.store import institutions_are_known
from transfer.participations import domain
from transfer.participations.domain import MAY_RECORD, Participation
from transfer.participations.store import PARTICIPATIONS


class RecordParticipation(Command):
    """Участие специалистов в обучении или во внешнем мероприятии."""

    institution_id: InstitutionRef
    form: ParticipationForm = Field(examples=["external_event"])
    title: Line | None = Field(default=None, examples=["VI Всероссийский онлайн форум «Россия – территория заботы»"])
    persons: Persons
    person_ids: frozenset[PersonRef] = Field(
        default=frozenset(),
        max_length=500,
        examples=[[]],
        description="Кто участвовал; когда названы все, считаются и разные люди",
    )
    took_place_on: Day


async def record_participation(command: RecordParticipation, work: Work) -> Participation:
    """Enter a participation.

    Raises: NotPermitted, InstitutionNotKnown, DateInFuture, ExternalEventUnnamed, MorePersonsNamedThanCounted.
    Emits: transfer.participation.recorded.v1.
    """
    MAY_RECORD.require(work.caller, command)
    await institutions_are_known(work, command.institution_id)
    participation, fact = domain.record(Participation(id=work.new_id(), **command.model_dump()), now=work.now)
    return await PARTICIPATIONS.save(work, participation, fact)
