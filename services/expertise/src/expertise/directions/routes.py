"""HTTP doors of directions."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch
from chassis.pages import Page
from chassis.work import Change
from expertise.directions import queries
from expertise.directions.handlers import (
    AgreeDirection,
    CloseDirection,
    ProposeDirection,
    ReturnDirection,
    agree_direction,
    close_direction,
    propose_direction,
    resubmit_direction,
    return_direction,
)
from expertise.directions.queries import DirectionSearch, DirectionView

router = APIRouter(prefix="/v1/directions", tags=["Направления"])


@router.post("", status_code=201, response_model=DirectionView, summary="Предложить направление")
async def propose(body: ProposeDirection, door: Door) -> Response:
    """Куратор УМЦ направляет его на согласование министерству."""
    return await door.run(propose_direction, body, DirectionView, status=201)


@router.get("", response_model=Page[DirectionView], summary="Список направлений")
async def listing(door: Door, search: Annotated[DirectionSearch, Query()]) -> Response:
    """Направления в порядке внесения, с историей согласования."""
    return door.listing(await queries.directions(door.reads, search))


@router.get("/{direction_id}", response_model=DirectionView, summary="Направление")
async def show(direction_id: Id, door: Door) -> Response:
    """Направление со всеми редакциями."""
    return door.show(await queries.direction(door.reads, direction_id))


@router.post("/{direction_id}/return", response_model=DirectionView, summary="Вернуть направление с замечанием")
async def send_back(direction_id: Id, body: ReturnDirection, door: Door, version: IfMatch) -> Response:
    """Возвращает сотрудник министерства."""
    return await door.run(return_direction, Change(direction_id, version, body), DirectionView)


@router.post("/{direction_id}/resubmission", response_model=DirectionView, summary="Исправить и направить повторно")
async def resubmit(direction_id: Id, body: ProposeDirection, door: Door, version: IfMatch) -> Response:
    """Исправленный текст становится следующей редакцией."""
    return await door.run(resubmit_direction, Change(direction_id, version, body), DirectionView)


@router.post("/{direction_id}/agreement", response_model=DirectionView, summary="Согласовать направление")
async def agree(direction_id: Id, body: AgreeDirection, door: Door, version: IfMatch) -> Response:
    """Согласует сотрудник министерства; после этого направление принимает заявки."""
    return await door.run(agree_direction, Change(direction_id, version, body), DirectionView)


@router.post("/{direction_id}/closing", response_model=DirectionView, summary="Закрыть направление")
async def close(direction_id: Id, body: CloseDirection, door: Door, version: IfMatch) -> Response:
    """Закрытое направление заявок не принимает."""
    return await door.run(close_direction, Change(direction_id, version, body), DirectionView)
