"""What clients see of events: those for the system are open to everyone signed in, in-house ones to those concerned."""

from datetime import date

from pydantic import BaseModel

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from contracts.transfer import EventKind
from transfer.dates import within
from transfer.events.domain import HELD, MAY_SEE, EventState, Scope
from transfer.events.store import EVENTS
from transfer.fields import ORIGIN, IdFilter, Part, Question, YearFilter


class AttendanceView(Part):
    """Сколько человек пришло от учреждения."""

    institution_id: str
    persons: int
    origin: str | None = ORIGIN


class EventView(View):
    """Мероприятие."""

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
    state: EventState
    attendance: tuple[AttendanceView, ...]
    cancelled_because: str | None


class EventSearch(PageRequest):
    """Какие мероприятия показать."""

    institution_id: IdFilter = None
    attended_by: IdFilter = None
    practice_id: IdFilter = None
    kind: EventKind | None = None
    scope: Scope | None = None
    state: EventState | None = None
    year: YearFilter = None


class EventCountSearch(Question):
    """Чьи мероприятия и за какой год сосчитать."""

    institution_id: IdFilter = None
    year: YearFilter = None


class EventCount(BaseModel):
    """Сколько мероприятий одного вида."""

    kind: EventKind
    scope: Scope
    count: int


class EventCounts(BaseModel):
    """Проведённые мероприятия по видам; внутри учреждения и для системы считаются отдельно."""

    counts: list[EventCount]
    for_system: int
    in_house: int


async def event(reads: Reads, event_id: str) -> EventView:
    """Return one event. Raises: EventUnknown."""
    return EventView.model_validate(await EVENTS.document(reads, event_id, to=MAY_SEE))


async def events(reads: Reads, search: EventSearch) -> Page[EventView]:
    """Return the events that the caller may see, the latest first."""
    asked = {
        "institution_id": search.institution_id,
        "attendance.institution_id": search.attended_by,
        "practice_id": search.practice_id,
        "kind": search.kind,
        "scope": search.scope,
        "state": search.state,
    }
    wanted = {name: value for name, value in asked.items() if value is not None}
    where = {"$and": [MAY_SEE.filter(reads.caller), {"happens_on": within(search.year), **wanted}]}
    return await page(reads.db[EVENTS.collection], where, search, EventView.model_validate, order=("happens_on", -1))


async def event_counts(reads: Reads, search: EventCountSearch) -> EventCounts:
    """Count the held events that the caller may see by kind (A20), in-house ones apart (A22)."""
    wanted = {"institution_id": search.institution_id} if search.institution_id else {}
    where = {"happens_on": within(search.year), "state": {"$in": list(HELD)}, **wanted}
    groups = await reads.db[EVENTS.collection].aggregate(
        [
            {"$match": {"$and": [MAY_SEE.filter(reads.caller), where]}},
            {"$group": {"_id": {"kind": "$kind", "scope": "$scope"}, "count": {"$sum": 1}}},
            {"$sort": {"_id": 1}},
        ]
    )
    counts = [EventCount(**group["_id"], count=group["count"]) for group in groups]
    return EventCounts(
        counts=counts,
        for_system=sum(item.count for item in counts if item.scope == "system"),
        in_house=sum(item.count for item in counts if item.scope == "institution"),
    )
