"""HTTP doors of the bank."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch
from chassis.pages import Page
from chassis.work import Change
from transfer.bank import queries
from transfer.bank.handlers import (
    ArchiveEntry,
    NominateAgain,
    NominatePractice,
    archive_entry,
    nominate_again,
    nominate_practice,
)
from transfer.bank.queries import BankCounts, BankCountSearch, EntrySearch, EntryView

router = APIRouter(prefix="/v1", tags=["Региональный банк"])


@router.post("/bank-entries", status_code=201, response_model=EntryView, summary="Выдвинуть практику в банк")
async def nominate(body: NominatePractice, door: Door) -> Response:
    """Пакет практики должен быть издан; в банк её включает решение экспертного совета."""
    return await door.run(nominate_practice, body, EntryView, status=201)


@router.get("/bank-entries", response_model=Page[EntryView], summary="Региональный банк")
async def listing(door: Door, search: Annotated[EntrySearch, Query()]) -> Response:
    """Действующие записи видят все, кандидатов — владелец и куратор."""
    return door.listing(await queries.entries(door.reads, search))


@router.get("/bank-entries/{entry_id}", response_model=EntryView, summary="Запись банка")
async def show(entry_id: Id, door: Door) -> Response:
    """Запись с решениями экспертного совета."""
    return door.show(await queries.entry(door.reads, entry_id))


@router.post("/bank-entries/{entry_id}/nomination", response_model=EntryView, summary="Выдвинуть повторно")
async def again(entry_id: Id, body: NominateAgain, door: Door, version: IfMatch) -> Response:
    """Отклонённая практика выдвигается снова с действующим изданием пакета."""
    return await door.run(nominate_again, Change(entry_id, version, body), EntryView)


@router.post("/bank-entries/{entry_id}/archiving", response_model=EntryView, summary="Вывести из банка")
async def archive(entry_id: Id, body: ArchiveEntry, door: Door, version: IfMatch) -> Response:
    """Выводит только куратор."""
    return await door.run(archive_entry, Change(entry_id, version, body), EntryView)


@router.get("/bank-counts", response_model=BankCounts, summary="Банк за год")
async def counts(door: Door, search: Annotated[BankCountSearch, Query()]) -> Response:
    """Сколько технологий включено за год и сколько всего на конец года."""
    return door.listing(await queries.bank_counts(door.reads, search))
