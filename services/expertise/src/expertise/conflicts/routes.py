"""HTTP doors of conflict checks and of what they hide."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id
from expertise.conflicts import queries
from expertise.conflicts.queries import Candidates, ConflictCheck, Timeline

router = APIRouter(prefix="/v1/applications", tags=["Заявки"])


@router.get("/{application_id}/conflicts", response_model=Candidates, summary="Проверить кандидатов в эксперты")
async def check(application_id: Id, door: Door, asked: Annotated[ConflictCheck, Query()]) -> Response:
    """Конфликты интересов каждого кандидата — до назначения."""
    return door.listing(await queries.candidates(door.reads, application_id, asked))


@router.get("/{application_id}/timeline", response_model=Timeline, summary="История заявки")
async def timeline(application_id: Id, door: Door) -> Response:
    """Кто, что и когда сделал; кто рецензирует, видит только куратор."""
    return door.listing(await queries.timeline(door.reads, application_id))
