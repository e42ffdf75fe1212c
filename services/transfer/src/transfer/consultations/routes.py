"""HTTP doors of consultations."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id
from chassis.pages import Page
from transfer.consultations import queries
from transfer.consultations.handlers import GiveConsultation, give_consultation
from transfer.consultations.queries import (
    ConsultationCounts,
    ConsultationCountSearch,
    ConsultationSearch,
    ConsultationView,
)

router = APIRouter(prefix="/v1", tags=["Консультации"])


@router.post("/consultations", status_code=201, response_model=ConsultationView, summary="Внести консультацию")
async def give(body: GiveConsultation, door: Door) -> Response:
    """Консультант по заявке не может быть её экспертом."""
    return await door.run(give_consultation, body, ConsultationView, status=201)


@router.get("/consultations", response_model=Page[ConsultationView], summary="Журнал консультаций")
async def listing(door: Door, search: Annotated[ConsultationSearch, Query()]) -> Response:
    """Сначала последние; видны давшему, получившему и куратору."""
    return door.listing(await queries.consultations(door.reads, search))


@router.get("/consultations/{consultation_id}", response_model=ConsultationView, summary="Консультация")
async def show(consultation_id: Id, door: Door) -> Response:
    """Консультация по номеру."""
    return door.show(await queries.consultation(door.reads, consultation_id))


@router.get("/consultation-counts", response_model=ConsultationCounts, summary="Консультации по каналам")
async def counts(door: Door, search: Annotated[ConsultationCountSearch, Query()]) -> Response:
    """Число консультаций за год по каналам, видам и получателям."""
    return door.listing(await queries.consultation_counts(door.reads, search))
