"""HTTP doors of entries."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch
from chassis.pages import Page
from chassis.work import Change
from expertise.entries import queries
from expertise.entries.handlers import FileEntry, RecordOutcome, file_entry, record_outcome
from expertise.entries.queries import EntrySearch, EntryView

router = APIRouter(prefix="/v1/entries", tags=["Гранты и конкурсы"])


@router.post("", status_code=201, response_model=EntryView, summary="Внести заявку на грант или конкурс")
async def file(body: FileEntry, door: Door) -> Response:
    """Вносит учреждение или куратор; результат ожидается."""
    return await door.run(file_entry, body, EntryView, status=201)


@router.get("", response_model=Page[EntryView], summary="Список заявок на гранты и конкурсы")
async def listing(door: Door, search: Annotated[EntrySearch, Query()]) -> Response:
    """Заявки, которые вам доступны."""
    return door.listing(await queries.entries(door.reads, search))


@router.get("/{entry_id}", response_model=EntryView, summary="Заявка на грант или конкурс")
async def show(entry_id: Id, door: Door) -> Response:
    """Заявка с ожидаемым сроком и результатом."""
    return door.show(await queries.entry(door.reads, entry_id))


@router.post("/{entry_id}/outcome", response_model=EntryView, summary="Внести результат")
async def outcome(entry_id: Id, body: RecordOutcome, door: Door, version: IfMatch) -> Response:
    """Результат вносится один раз."""
    return await door.run(record_outcome, Change(entry_id, version, body), EntryView)
