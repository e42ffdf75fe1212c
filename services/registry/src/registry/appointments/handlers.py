"""Use cases of appointments."""

from datetime import date

from pydantic import Field

from chassis.work import Change, Command, Work
from registry.acts.store import ACTS
from registry.appointments import domain
from registry.appointments.domain import MAY_APPOINT, Appointment
from registry.appointments.store import APPOINTMENTS
from registry.institutions.store import institution_in_reach
from registry.people.store import claim_person


class AppointPerson(Command):
    """Кто, какую должность и с какого дня занимает."""

    person_id: str = Field(min_length=1, max_length=64, examples=["0190a000-0000-7000-8000-000000000201"])
    institution_id: str = Field(min_length=1, max_length=64, examples=["0190a000-0000-7000-8000-000000000101"])
    office: str = Field(min_length=1, max_length=500, examples=["директор"])
    body: str | None = Field(
        default=None, min_length=1, max_length=500, examples=["Методический совет"],
        description="Совет учреждения, если должность в нём",
    )  # fmt: skip
    acting: bool = Field(default=False, examples=[True], description="Исполняет обязанности")
    act_id: str | None = Field(
        default=None, min_length=1, max_length=64, examples=["0190a000-0000-7000-8000-000000000301"],
        description="Акт о назначении",
    )  # fmt: skip
    since: date = Field(examples=["2023-11-20"])
    until: date | None = Field(default=None, examples=["2023-12-31"], description="Последний день")


class ReleasePerson(Command):
    """Последний день в должности."""

    until: date = Field(examples=["2023-12-31"])


async def appoint_person(command: AppointPerson, work: Work) -> Appointment:
    """Put a person in an office of an institution.

    Raises: NotPermitted, PersonUnknown, InstitutionUnknown, OtherRegion, ActUnknown, DateInFuture, PeriodReversed,
    AlreadyAppointed. Emits: registry.person.appointed.v1.
    """
    MAY_APPOINT.require(work.caller, command)
    person = await claim_person(work, command.person_id)
    await institution_in_reach(work, command.institution_id)
    if command.act_id:
        await ACTS.get(work, command.act_id)
    same = {"person_id": command.person_id, "institution_id": command.institution_id}
    appointment, fact = domain.appoint(
        Appointment(id=work.new_id(), person_name=person.short_name, **command.model_dump()),
        await APPOINTMENTS.find(work, same),
        today=work.today,
    )
    return await APPOINTMENTS.save(work, appointment, fact)


async def release_person(change: Change[ReleasePerson], work: Work) -> Appointment:
    """Set the last day of a person in an office.

    Raises: AppointmentUnknown, StaleVersion, NotPermitted, OtherRegion, DateInFuture, ReleaseOutsideAppointment.
    Emits: registry.person.appointed.v1, with the last day.
    """
    appointment = await APPOINTMENTS.load(work, change)
    MAY_APPOINT.require(work.caller, appointment)
    await institution_in_reach(work, appointment.institution_id)
    released, fact = domain.release(appointment, until=change.command.until, today=work.today)
    return await APPOINTMENTS.save(work, released, fact)
