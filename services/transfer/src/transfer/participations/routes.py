"""HTTP doors of participations."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id
from chassis.pages import Page
from transfer.participations import queries
from transfer.participations.handlers import RecordParticipation, record_participation
from transfer.participations.queries import (
    ParticipationCounts,
    ParticipationCountSearch,
    ParticipationSearch,
    ParticipationView,
)

router = APIRouter(prefix="/v1", tags=["Участие"])


@router.post("/participations", status_code=201, response_model=ParticipationView, summary="Внести участие")
async def record(body: RecordParticipation, door: Door) -> Response:
    """Обучение специалистов или их участие во внешнем мероприятии."""
    return await door.run(record_participation, body, ParticipationView, status=201)


@router.get("/participations", response_model=Page[ParticipationView], summary="Участия")
async def listing(door: Door, search: Annotated[ParticipationSearch, Query()]) -> Response:
    """Сначала последние; видны своему учреждению и куратору."""
    return door.listing(await queries.participations(door.reads, search))


@router.get("/participations/{participation_id}", response_model=ParticipationView, summary="Участие")
async def show(participation_id: Id, door: Door) -> Response:
    """Участие по номеру."""
    return door.show(await queries.participation(door.reads, participation_id))


@router.get("/participation-counts", response_model=ParticipationCounts, summary="Участия по формам")
async def counts(door: Door, search: Annotated[ParticipationCountSearch, Query()]) -> Response:
    """Участия за год по формам и число разных людей, если названы все."""
    return door.listing(await queries.participation_counts(door.reads, search))
