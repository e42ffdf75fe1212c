"""HTTP doors of awards."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id
from chassis.pages import Page
from expertise.awards import queries
from expertise.awards.handlers import GrantAward, grant_award
from expertise.awards.queries import AwardCount, AwardCountAsked, AwardSearch, AwardView

router = APIRouter(prefix="/v1", tags=["Гранты и конкурсы"])


@router.post("/awards", status_code=201, response_model=AwardView, summary="Внести награду")
async def grant(body: GrantAward, door: Door) -> Response:
    """Одна запись — одна награда, сколько бы людей её ни получили."""
    return await door.run(grant_award, body, AwardView, status=201)


@router.get("/awards", response_model=Page[AwardView], summary="Список наград")
async def listing(door: Door, search: Annotated[AwardSearch, Query()]) -> Response:
    """Награды, которые вам доступны."""
    return door.listing(await queries.awards(door.reads, search))


@router.get("/awards/{award_id}", response_model=AwardView, summary="Награда")
async def show(award_id: Id, door: Door) -> Response:
    """Награда с победителями."""
    return door.show(await queries.award(door.reads, award_id))


@router.get("/award-count", response_model=AwardCount, summary="Сколько наград и награждённых")
async def count(door: Door, asked: Annotated[AwardCountAsked, Query()]) -> Response:
    """За год, по учреждению: награды и разные люди."""
    return door.listing(await queries.award_count(door.reads, asked))
