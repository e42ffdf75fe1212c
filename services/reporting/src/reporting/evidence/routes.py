"""HTTP doors of the chronicle."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door
from chassis.pages import Page
from reporting.evidence import queries
from reporting.evidence.queries import EvidenceView, Timeline

router = APIRouter(prefix="/v1/evidence", tags=["Летопись"])


@router.get("", response_model=Page[EvidenceView], summary="События по порядку дат")
async def timeline(door: Door, wanted: Annotated[Timeline, Query()]) -> Response:
    """История записи или инновации: номера её записей — в `about`. Учреждение видит свои события."""
    return door.listing(await queries.timeline(door.reads, wanted))
