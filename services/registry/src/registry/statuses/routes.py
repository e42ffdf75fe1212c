"""HTTP doors of statuses."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch
from chassis.pages import Page
from chassis.work import Change
from registry.statuses import queries
from registry.statuses.handlers import (
    ExtendStatus,
    GrantStatus,
    RevokeStatus,
    extend_status,
    grant_status,
    revoke_status,
)
from registry.statuses.queries import StatusCard, StatusSearch, StatusView

router = APIRouter(prefix="/v1/statuses", tags=["Статусы"])


@router.post("", status_code=201, response_model=StatusView, summary="Присвоить статус")
async def grant(body: GrantStatus, door: Door) -> Response:
    """Статус может получить организация любой правовой формы; основание — акт с номером и датой."""
    return await door.run(grant_status, body, StatusView, status=201)


@router.get("", response_model=Page[StatusCard], summary="Статусы учреждений")
async def listing(door: Door, search: Annotated[StatusSearch, Query()]) -> Response:
    """Кто чем является в технопарке, в том числе на дату."""
    return door.listing(await queries.statuses(door.reads, search))


@router.get("/{status_id}", response_model=StatusCard, summary="Статус")
async def show(status_id: Id, door: Door) -> Response:
    """Статус с решениями по нему и годами утверждённых отчётов."""
    return door.show(await queries.status(door.reads, status_id))


@router.post("/{status_id}/extension", response_model=StatusView, summary="Продлить статус")
async def extend(status_id: Id, body: ExtendStatus, door: Door, version: IfMatch) -> Response:
    """Продление не может сократить срок."""
    return await door.run(extend_status, Change(status_id, version, body), StatusView)


@router.post("/{status_id}/revocation", response_model=StatusView, summary="Прекратить статус")
async def revoke(status_id: Id, body: RevokeStatus, door: Door, version: IfMatch) -> Response:
    """Прекращение — в пределах срока; с указанного дня статуса нет."""
    return await door.run(revoke_status, Change(status_id, version, body), StatusView)
