"""HTTP doors of verdicts."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id
from chassis.pages import Page
from expertise.verdicts import queries
from expertise.verdicts.queries import VerdictSearch, VerdictView

router = APIRouter(prefix="/v1/verdicts", tags=["Решения совета"])


@router.get("", response_model=Page[VerdictView], summary="Список решений")
async def listing(door: Door, search: Annotated[VerdictSearch, Query()]) -> Response:
    """Решения совета в порядке принятия."""
    return door.listing(await queries.verdicts(door.reads, search))


@router.get("/{verdict_id}", response_model=VerdictView, summary="Решение")
async def show(verdict_id: Id, door: Door) -> Response:
    """Решение с замечаниями и голосами."""
    return door.show(await queries.verdict(door.reads, verdict_id))
