"""HTTP doors of calls."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id
from chassis.pages import Page
from expertise.calls import queries
from expertise.calls.handlers import OpenCall, open_call
from expertise.calls.queries import CallSearch, CallView

router = APIRouter(prefix="/v1/calls", tags=["Отборы"])


@router.post("", status_code=201, response_model=CallView, summary="Объявить отбор")
async def opening(body: OpenCall, door: Door) -> Response:
    """Объявляет куратор УМЦ; правила приёма и оценки становятся данными отбора."""
    return await door.run(open_call, body, CallView, status=201)


@router.get("", response_model=Page[CallView], summary="Список отборов")
async def listing(door: Door, search: Annotated[CallSearch, Query()]) -> Response:
    """Отборы в порядке объявления."""
    return door.listing(await queries.calls(door.reads, search))


@router.get("/{call_id}", response_model=CallView, summary="Отбор")
async def show(call_id: Id, door: Door) -> Response:
    """Отбор с критериями и правилами."""
    return door.show(await queries.call(door.reads, call_id))
