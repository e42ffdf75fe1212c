"""A seminar, workshop or other event: planned, held, attended, summed up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Literal

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.transfer import AttendanceRecordedV1, EventHeldV1, EventKind
from transfer.access import CURATOR, OVERSEERS, STAFF
from transfer.dates import day_has_come

EventState = Literal["planned", "incomplete", "held", "cancelled"]
STATE_NAMES: Mapping[EventState, str] = {
    "planned": "запланировано",
    "incomplete": "проведено, итоги не подведены",
    "held": "проведено",
    "cancelled": "отменено",
}
Scope = Literal["institution", "system"]

HELD: tuple[EventState, ...] = ("held", "incomplete")
SEMINARS: tuple[EventKind, ...] = ("analytical_seminar", "training_seminar", "design_seminar", "hand_over_seminar")

MAY_HOLD = Allow(roles=CURATOR, members=STAFF)
MAY_SEE = Allow(
    roles=OVERSEERS,
    members=STAFF,
    institution_fields=("institution_id", "premises_institution_id", "attendance.institution_id"),
    conditions={"scope": "system"},
)


@dataclass(eq=False, kw_only=True)
class EventUnknown(NotFound):
    """No event has this id, or the caller may not see it."""

    code: ClassVar = "event-unknown"
    title: ClassVar = Words("Мероприятие не найдено", "Event not found")
    detail: ClassVar = Words("Мероприятия {event_id} нет.", "There is no event {event_id}.")
    event_id: str


@dataclass(eq=False, kw_only=True)
class EventUndated(RuleBroken):
    """An event is neither planned for a day nor held on one."""

    code: ClassVar = "event-undated"
    title: ClassVar = Words("У мероприятия нет даты", "The event has no date")
    detail: ClassVar = Words(
        "Укажите, на какой день мероприятие запланировано или когда оно проведено.",
        "Say for which day the event is planned or when it was held.",
    )


@dataclass(eq=False, kw_only=True)
class PlaceMissing(RuleBroken):
    """An event is neither online nor anywhere."""

    code: ClassVar = "event-place-missing"
    title: ClassVar = Words("Не указано место", "The place is missing")
    detail: ClassVar = Words(
        "Укажите место проведения, принимающее учреждение или что мероприятие прошло онлайн.",
        "Name the venue or the receiving institution, or say that the event was online.",
    )


@dataclass(eq=False, kw_only=True)
class PracticeRequired(RuleBroken):
    """A hand-over seminar does not say what it hands over."""

    code: ClassVar = "event-practice-required"
    title: ClassVar = Words("Не указана практика", "The practice is missing")
    detail: ClassVar = Words(
        "Семинар по передаче передаёт определённую практику: укажите её.",
        "A hand-over seminar hands over a certain practice: name it.",
    )


@dataclass(eq=False, kw_only=True)
class EventNotInState(RuleBroken):
    """The event is not in the state that the action needs."""

    code: ClassVar = "event-state"
    title: ClassVar = Words("Действие не подходит к состоянию мероприятия", "The event is in another state")
    detail: ClassVar = Words(
        "Мероприятие {event_id} сейчас в состоянии «{state_ru}».", "Event {event_id} is in the state {state}."
    )
    event_id: str
    state: str
    state_ru: str


@dataclass(eq=False, kw_only=True)
class EventIsInHouse(RuleBroken):
    """An event for the staff of one institution is not attended by another one."""

    code: ClassVar = "event-in-house"
    title: ClassVar = Words("Мероприятие внутри учреждения", "The event is in-house")
    detail: ClassVar = Words(
        "Мероприятие проведено для коллектива самого учреждения; посещение других учреждений не отмечается.",
        "The event was for the institution's own staff; other institutions do not attend it.",
    )
    institution_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """How many people of an institution came; people are counted, not named."""

    institution_id: str
    persons: int
    origin: str | None = None
    """Integration of the partner whose system told it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event of its host `institution_id`; `premises_institution_id` is the institution that it is held in."""

    id: str
    version: int = 0
    institution_id: str
    kind: EventKind
    scope: Scope
    title: str
    online: bool
    venue: str | None
    premises_institution_id: str | None
    practice_id: str | None
    planned_on: date | None
    held_on: date | None
    summary: str | None
    state: EventState = "planned"
    attendance: tuple[Attendance, ...] = ()
    cancelled_because: str | None = None

    @property
    def is_held(self) -> bool:
        """Tell whether the event took place, summed up or not."""
        return self.state in HELD

    def was_attended_by(self, institution_id: str) -> bool:
        """Tell whether somebody of an institution came."""
        return any(attendance.institution_id == institution_id for attendance in self.attendance)


def event_is_placed(event: Event) -> None:
    """Refuse an event without a place, or a hand-over of nothing. Raises: PlaceMissing, PracticeRequired."""
    if not (event.online or event.venue or event.premises_institution_id):
        raise PlaceMissing
    if event.kind == "hand_over_seminar" and event.practice_id is None:
        raise PracticeRequired


def state_once_held(kind: EventKind, summary: str | None) -> EventState:
    """Return `incomplete` for a workshop without a summary (A54), else `held`."""
    return "incomplete" if kind == "workshop" and not summary else "held"


def plan(event: Event) -> Event:
    """Put an event in the plan. Raises: EventUndated, PlaceMissing, PracticeRequired."""
    event_is_placed(event)
    if event.planned_on is None:
        raise EventUndated
    return event


def hold(event: Event, *, held_on: date, summary: str | None, now: datetime) -> tuple[Event, EventHeldV1]:
    """Record that an event was held, planned or not.

    Raises: EventNotInState, DateInFuture, PlaceMissing, PracticeRequired.
    """
    _require_state(event, "planned")
    event_is_placed(event)
    day_has_come(held_on, now=now)
    held = replace(event, held_on=held_on, summary=summary, state=state_once_held(event.kind, summary))
    fact = EventHeldV1(
        event_id=held.id,
        institution_id=held.institution_id,
        kind=held.kind,
        scope=held.scope,
        title=held.title,
        held_on=held_on,
        online=held.online,
        venue=held.venue,
        practice_id=held.practice_id,
    )
    return held, fact


def sum_up(event: Event, summary: str) -> Event:
    """Give a held event its summary; a workshop is complete with it. Raises: EventNotInState."""
    _require_state(event, *HELD)
    return replace(event, summary=summary, state="held")


def cancel(event: Event, reason: str) -> Event:
    """Take a planned event out of the plan. Raises: EventNotInState."""
    _require_state(event, "planned")
    return replace(event, state="cancelled", cancelled_because=reason)


def attend(event: Event, attendance: Attendance) -> tuple[Event, AttendanceRecordedV1]:
    """Record how many people of an institution came; a second record for it replaces the first.

    Raises: EventNotInState, EventIsInHouse.
    """
    _require_state(event, *HELD)
    if event.scope == "institution" and attendance.institution_id != event.institution_id:
        raise EventIsInHouse(institution_id=event.institution_id)
    others = tuple(item for item in event.attendance if item.institution_id != attendance.institution_id)
    fact = AttendanceRecordedV1(
        event_id=event.id,
        host_institution_id=event.institution_id,
        institution_id=attendance.institution_id,
        persons=attendance.persons,
        held_on=_day(event),
        origin=attendance.origin,
    )
    return replace(event, attendance=(*others, attendance)), fact


def _day(event: Event) -> date:
    if event.held_on is None:
        raise EventUndated
    return event.held_on


def _require_state(event: Event, *states: EventState) -> None:
    if event.state not in states:
        raise EventNotInState(event_id=event.id, state=event.state, state_ru=STATE_NAMES[event.state])
