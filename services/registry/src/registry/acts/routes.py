"""HTTP doors of acts."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch
from chassis.pages import Page
from chassis.work import Change
from registry.acts import queries
from registry.acts.handlers import AmendAct, IssueAct, amend_act, issue_act
from registry.acts.queries import ActSearch, ActView, EditionView

router = APIRouter(prefix="/v1/acts", tags=["Нормативные акты"])


@router.post("", status_code=201, response_model=ActView, summary="Внести акт")
async def issue(body: IssueAct, door: Door) -> Response:
    """Вносит министерство, куратор или руководитель учреждения, издавшего акт."""
    return await door.run(issue_act, body, ActView, status=201)


@router.get("", response_model=Page[ActView], summary="Список актов")
async def listing(door: Door, search: Annotated[ActSearch, Query()]) -> Response:
    """Последние — первыми."""
    return door.listing(await queries.acts(door.reads, search))


@router.get("/{act_id}", response_model=ActView, summary="Акт")
async def show(act_id: Id, door: Door) -> Response:
    """Акт со всеми изменениями."""
    return door.show(await queries.act(door.reads, act_id))


@router.get("/{act_id}/edition", response_model=EditionView, summary="Акт в редакции на дату")
async def edition(
    act_id: Id, door: Door, on: Annotated[date, Query(description="День", examples=["2021-01-01"])]
) -> Response:
    """Изменения, внесённые позже этого дня, не учитываются."""
    return door.show(await queries.edition(door.reads, act_id, on))


@router.post("/{act_id}/amendments", status_code=201, response_model=ActView, summary="Внести изменение акта")
async def amend(act_id: Id, body: AmendAct, door: Door, version: IfMatch) -> Response:
    """Акт, которым внесены изменения; его номер и дата."""
    return await door.run(amend_act, Change(act_id, version, body), ActView, status=201)
