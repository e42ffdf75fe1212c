"""An appointment: a person in an office of an institution or of one of its councils, possibly as its acting holder."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.registry import PersonAppointedV1
from registry.periods import Period, happened, in_order
from registry.wording import normalised

MAY_APPOINT = Allow(roles=frozenset({"administrator", "curator", "official"}), members=frozenset({"head"}))


@dataclass(eq=False, kw_only=True)
class AppointmentUnknown(NotFound):
    """No appointment has this id."""

    code: ClassVar = "appointment-unknown"
    title: ClassVar = Words("Назначение не найдено", "Appointment not found")
    detail: ClassVar = Words("В реестре нет назначения {appointment_id}.", "There is no appointment {appointment_id}.")
    appointment_id: str


@dataclass(eq=False, kw_only=True)
class AlreadyAppointed(RuleBroken):
    """The person holds this very office for some of these days."""

    code: ClassVar = "already-appointed"
    title: ClassVar = Words("Человек уже занимает эту должность", "Already appointed")
    detail: ClassVar = Words(
        "На этот срок уже внесено назначение {appointment_id}.",
        "Appointment {appointment_id} covers some of these days.",
    )
    appointment_id: str


@dataclass(eq=False, kw_only=True)
class ReleaseOutsideAppointment(RuleBroken):
    """An appointment can end only within its term."""

    code: ClassVar = "release-outside-appointment"
    title: ClassVar = Words("Дата вне срока назначения", "The release is outside the appointment")
    detail: ClassVar = Words(
        "{until:%d.%m.%Y} вне срока, на который внесено назначение.", "{until} is outside the appointment's term."
    )
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Who holds an office, from the first to the last day."""

    id: str
    version: int = 0
    person_id: str
    person_name: str
    """As on the document of the appointment; a later change of name does not rewrite it."""
    institution_id: str
    office: str
    body: str | None = None
    """The council of the institution that the office belongs to, such as «Методический совет»."""
    acting: bool
    act_id: str | None = None
    since: date
    until: date | None = None

    @property
    def period(self) -> Period:
        """The days in office."""
        return Period(self.since, self.until)


def appoint(
    appointment: Appointment, others: Iterable[Appointment], *, today: date
) -> tuple[Appointment, PersonAppointedV1]:
    """Put a person in an office; `others` are their appointments in the institution.

    A second office at the same time is usual (T9): only the same office twice is refused.
    Raises: DateInFuture, PeriodReversed, AlreadyAppointed.
    """
    happened(appointment.since, today=today)
    period = in_order(appointment.since, appointment.until)
    for other in others:
        if _seat(other) == _seat(appointment) and other.period.meets(period):
            raise AlreadyAppointed(appointment_id=other.id)
    return appointment, _fact(appointment)


def release(appointment: Appointment, *, until: date, today: date) -> tuple[Appointment, PersonAppointedV1]:
    """Set the last day in office; the fact says the same appointment again, with its term.

    Raises: DateInFuture, ReleaseOutsideAppointment.
    """
    happened(until, today=today)
    if not appointment.period.covers(until):
        raise ReleaseOutsideAppointment(until=until)
    released = replace(appointment, until=until)
    return released, _fact(released)


def _seat(appointment: Appointment) -> tuple[str, str, bool]:
    return normalised(appointment.office), normalised(appointment.body or ""), appointment.acting


def _fact(appointment: Appointment) -> PersonAppointedV1:
    return PersonAppointedV1(
        appointment_id=appointment.id,
        person_id=appointment.person_id,
        person_name=appointment.person_name,
        institution_id=appointment.institution_id,
        office=appointment.office,
        acting=appointment.acting,
        since=appointment.since,
        until=appointment.until,
    )
