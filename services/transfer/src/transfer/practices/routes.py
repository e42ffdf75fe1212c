"""HTTP doors of practices."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, RequiredIfMatch
from chassis.pages import Page
from chassis.work import Change
from transfer.practices import queries
from transfer.practices.handlers import DescribePractice, RevisePractice, describe_practice, revise_practice
from transfer.practices.queries import PracticeSearch, PracticeView

router = APIRouter(prefix="/v1/practices", tags=["Практики"])


@router.post("", status_code=201, response_model=PracticeView, summary="Описать практику")
async def describe(body: DescribePractice, door: Door) -> Response:
    """Практика, выведенная из другой, перечисляет отличия от неё."""
    return await door.run(describe_practice, body, PracticeView, status=201)


@router.get("", response_model=Page[PracticeView], summary="Карточки практик")
async def listing(door: Door, search: Annotated[PracticeSearch, Query()]) -> Response:
    """Карточки в порядке внесения."""
    return door.listing(await queries.practices(door.reads, search))


@router.get("/{practice_id}", response_model=PracticeView, summary="Карточка практики")
async def show(practice_id: Id, door: Door) -> Response:
    """Карточка с исходной практикой и отличиями."""
    return door.show(await queries.practice(door.reads, practice_id))


@router.put("/{practice_id}", response_model=PracticeView, summary="Изменить карточку практики")
async def revise(practice_id: Id, body: RevisePractice, door: Door, version: RequiredIfMatch) -> Response:
    """Учреждение, проект и исходная практика не меняются."""
    return await door.run(revise_practice, Change(practice_id, version, body), PracticeView)
