"""Use cases of events."""

from typing import Annotated

from pydantic import Field

from chassis.work import Change, Command, Work
from contracts.transfer import EventKind
from transfer.events import domain
from transfer.events.domain import MAY_HOLD, Attendance, Event, Scope
from transfer.events.store import EVENTS
from transfer.fields import Day, InstitutionRef, Line, OtherInstitutionRef, Paragraph, Persons, PracticeRef
from transfer.institutions.store import institutions_are_known
from transfer.practices.store import practice_exists

Summary = Annotated[
    Paragraph, Field(examples=["Показаны три приёма работы с семьёй; участники разобрали два случая из практики."])
]


class RecordEvent(Command):
    """Мероприятие: проведённое (`held_on`) или запланированное (`planned_on`)."""

    institution_id: InstitutionRef
    kind: EventKind = Field(examples=["round_table"])
    scope: Scope = Field(examples=["system"], description="Для своего коллектива или для системы")
    title: Line = Field(examples=["Опыт организации социальной работы на территории Вологодской области"])
    online: bool = Field(default=False, examples=[False])
    venue: Line | None = Field(default=None, examples=["Вологодский государственный университет"])
    premises_institution_id: InstitutionRef | None = Field(
        default=None, examples=[None], description="Учреждение, в котором проходит мероприятие"
    )
    practice_id: PracticeRef | None = Field(default=None, examples=[None])
    planned_on: Day | None = Field(default=None, examples=[None])
    held_on: Day | None = Field(default=None, examples=["2023-11-20"])
    summary: Summary | None = Field(default=None, examples=[None])


class HoldEvent(Command):
    """Отметка о проведении запланированного мероприятия."""

    held_on: Day
    summary: Summary | None = Field(default=None, examples=["Участники разобрали два случая из практики."])


class SumUpEvent(Command):
    """Обобщение опыта по итогам мероприятия."""

    summary: Summary


class CancelEvent(Command):
    """Отмена запланированного мероприятия."""

    reason: Paragraph = Field(examples=["Перенесено на следующий год"])


class RecordAttendance(Command):
    """Посещение мероприятия людьми одного учреждения: число, без имён."""

    institution_id: OtherInstitutionRef
    persons: Persons


async def record_event(command: RecordEvent, work: Work) -> Event:
    """Record an event, held or planned.

    Raises: NotPermitted, InstitutionNotKnown, PracticeUnknown, EventUndated, PlaceMissing, PracticeRequired,
    DateInFuture. Emits, for a held one: transfer.event.held.v1.
    """
    MAY_HOLD.require(work.caller, command)
    await institutions_are_known(work, command.institution_id, command.premises_institution_id)
    await practice_exists(work, command.practice_id)
    event = Event(id=work.new_id(), **command.model_dump())
    if command.held_on is None:
        return await EVENTS.save(work, domain.plan(event))
    held, fact = domain.hold(event, held_on=command.held_on, summary=command.summary, now=work.now)
    return await EVENTS.save(work, held, fact)


async def hold_event(change: Change[HoldEvent], work: Work) -> Event:
    """Record that a planned event was held.

    Raises: EventUnknown, StaleVersion, NotPermitted, EventNotInState, DateInFuture.
    Emits: transfer.event.held.v1.
    """
    event = await _own(change, work)
    command = change.command
    held, fact = domain.hold(event, held_on=command.held_on, summary=command.summary, now=work.now)
    return await EVENTS.save(work, held, fact)


async def sum_up_event(change: Change[SumUpEvent], work: Work) -> Event:
    """Give a held event its summary. Raises: EventUnknown, StaleVersion, NotPermitted, EventNotInState."""
    event = await _own(change, work)
    return await EVENTS.save(work, domain.sum_up(event, change.command.summary))


async def cancel_event(change: Change[CancelEvent], work: Work) -> Event:
    """Take an event out of the plan. Raises: EventUnknown, StaleVersion, NotPermitted, EventNotInState."""
    event = await _own(change, work)
    return await EVENTS.save(work, domain.cancel(event, change.command.reason))


async def record_attendance(change: Change[RecordAttendance], work: Work) -> Event:
    """Record how many people of an institution came.

    Raises: EventUnknown, StaleVersion, NotPermitted, InstitutionNotKnown, EventNotInState, EventIsInHouse.
    Emits: transfer.attendance.recorded.v1.
    """
    return await _attended(await _own(change, work), change.command, work, None)


async def record_attendance_of_guests(change: Change[RecordAttendance], work: Work, *, origin: str) -> Event:
    """Record how many people of the caller's institution came, as the integration `origin` tells.

    Raises: EventUnknown, StaleVersion, NotPermitted, InstitutionNotKnown, EventNotInState, EventIsInHouse.
    Emits: transfer.attendance.recorded.v1.
    """
    event = await EVENTS.load(work, change)
    MAY_HOLD.require(work.caller, change.command)
    return await _attended(event, change.command, work, origin)


async def _attended(event: Event, command: RecordAttendance, work: Work, origin: str | None) -> Event:
    await institutions_are_known(work, command.institution_id)
    attended, fact = domain.attend(event, Attendance(**command.model_dump(), origin=origin))
    return await EVENTS.save(work, attended, fact)


async def _own(change: Change[Command], work: Work) -> Event:
    event = await EVENTS.load(work, change)
    MAY_HOLD.require(work.caller, event)
    return event
