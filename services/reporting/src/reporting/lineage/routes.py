"""HTTP doors of lineage."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from chassis.door import Door, Id, Paging
from chassis.pages import Page
from reporting.evidence.queries import EvidenceView
from reporting.lineage import queries
from reporting.lineage.queries import CountingAsked, CountingReport

router = APIRouter(prefix="/v1", tags=["Отчёты"])
Key = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[a-z0-9._]+$", examples=["socio.n.consultations"])]


@router.get(
    "/reports/{report_id}/indicators/{key}/evidence", response_model=Page[EvidenceView], summary="Откуда эта цифра?"
)
async def behind(report_id: Id, key: Key, door: Door, paging: Paging) -> Response:
    """События, по которым посчитан показатель, по порядку дат."""
    return door.listing(await queries.behind(door.reads, report_id, key, paging))


@router.get("/counting-reports", response_model=Page[CountingReport], summary="В каких отчётах это учтено?")
async def counting(door: Door, asked: Annotated[CountingAsked, Query()]) -> Response:
    """Отчёты, показатели которых посчитаны и по событиям об этих записях."""
    return door.listing(await queries.counting(door.reads, asked))
