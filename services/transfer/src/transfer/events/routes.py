"""HTTP doors of events."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch
from chassis.pages import Page
from chassis.work import Change
from transfer.events import coverage, queries
from transfer.events.coverage import Coverage, CoverageSearch
from transfer.events.handlers import (
    CancelEvent,
    HoldEvent,
    RecordAttendance,
    RecordEvent,
    SumUpEvent,
    cancel_event,
    hold_event,
    record_attendance,
    record_event,
    sum_up_event,
)
from transfer.events.queries import EventCounts, EventCountSearch, EventSearch, EventView

router = APIRouter(prefix="/v1", tags=["Мероприятия"])


@router.post("/events", status_code=201, response_model=EventView, summary="Внести мероприятие")
async def record(body: RecordEvent, door: Door) -> Response:
    """С датой проведения — проведённое, с одной датой плана — запланированное."""
    return await door.run(record_event, body, EventView, status=201)


@router.get("/events", response_model=Page[EventView], summary="Мероприятия")
async def listing(door: Door, search: Annotated[EventSearch, Query()]) -> Response:
    """Сначала последние; мероприятия внутри учреждения видят только причастные."""
    return door.listing(await queries.events(door.reads, search))


@router.get("/events/{event_id}", response_model=EventView, summary="Мероприятие")
async def show(event_id: Id, door: Door) -> Response:
    """Мероприятие с посещением по учреждениям."""
    return door.show(await queries.event(door.reads, event_id))


@router.post("/events/{event_id}/holding", response_model=EventView, summary="Отметить проведение")
async def hold(event_id: Id, body: HoldEvent, door: Door, version: IfMatch) -> Response:
    """Мастерская без обобщения опыта остаётся незавершённой."""
    return await door.run(hold_event, Change(event_id, version, body), EventView)


@router.post("/events/{event_id}/summary", response_model=EventView, summary="Обобщить опыт мероприятия")
async def sum_up(event_id: Id, body: SumUpEvent, door: Door, version: IfMatch) -> Response:
    """С обобщением мастерская завершена."""
    return await door.run(sum_up_event, Change(event_id, version, body), EventView)


@router.post("/events/{event_id}/cancellation", response_model=EventView, summary="Отменить мероприятие")
async def cancel(event_id: Id, body: CancelEvent, door: Door, version: IfMatch) -> Response:
    """Отменяется только запланированное."""
    return await door.run(cancel_event, Change(event_id, version, body), EventView)


@router.post("/events/{event_id}/attendance", response_model=EventView, summary="Отметить посещение")
async def attend(event_id: Id, body: RecordAttendance, door: Door, version: IfMatch) -> Response:
    """Число людей от одного учреждения; повторная отметка заменяет прежнюю."""
    return await door.run(record_attendance, Change(event_id, version, body), EventView)


@router.get("/event-counts", response_model=EventCounts, summary="Мероприятия по видам")
async def counts(door: Door, search: Annotated[EventCountSearch, Query()]) -> Response:
    """Проведённые мероприятия учреждения за год по видам."""
    return door.listing(await queries.event_counts(door.reads, search))


@router.get("/seminar-coverage", response_model=Coverage, summary="Охват семинарами")
async def seminar_coverage(door: Door, search: Annotated[CoverageSearch, Query()]) -> Response:
    """План и факт семинаров в РИП или на площадках; учреждения без семинара и без посещений."""
    return door.listing(await coverage.seminar_coverage(door.reads, search))
