"""HTTP doors of the quarantine."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch
from chassis.pages import Page
from chassis.work import Change
from transfer.quarantine import queries
from transfer.quarantine.handlers import DiscardEntry, RetryEntry, discard_entry, retry_entry
from transfer.quarantine.queries import EntrySummary, EntryView, QuarantineSearch

router = APIRouter(prefix="/v1/quarantine", tags=["Карантин"])


@router.get("", response_model=Page[EntrySummary], summary="Непринятые сообщения партнёров")
async def listing(door: Door, search: Annotated[QuarantineSearch, Query()]) -> Response:
    """Партнёр (scope `quarantine.read`) видит свои сообщения, куратор и администратор — все; сначала последние."""
    return door.listing(await queries.entries(door.reads, search))


@router.get("/{entry_id}", response_model=EntryView, summary="Непринятое сообщение целиком")
async def show(entry_id: Id, door: Door) -> Response:
    """Причина на двух языках, заголовки и тело, как они пришли. Принятое потом сообщение отсюда исчезает."""
    return door.show(await queries.entry(door.reads, entry_id))


@router.post("/{entry_id}/retry", response_model=EntrySummary, summary="Принять сообщение ещё раз")
async def retry(entry_id: Id, door: Door, version: IfMatch) -> Response:
    """Сообщение пробуется в течение секунды по нынешним правам подключения. Решает администратор."""
    return await door.run(retry_entry, Change(entry_id, version, RetryEntry()), EntrySummary)


@router.post("/{entry_id}/discard", response_model=EntrySummary, summary="Отложить сообщение навсегда")
async def discard(entry_id: Id, body: DiscardEntry, door: Door, version: IfMatch) -> Response:
    """Сообщение остаётся доступным для чтения вместе с причиной. Решает администратор."""
    return await door.run(discard_entry, Change(entry_id, version, body), EntrySummary)
