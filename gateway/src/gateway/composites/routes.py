"""HTTP doors of the composite reads."""

from collections.abc import Awaitable
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis import conditional
from chassis.door import Id
from chassis.identity import UNAUTHENTICATED
from gateway.composites.overview import InstitutionOverview, overview
from gateway.composites.partner import IntegrationOverview, partner
from gateway.composites.parts import NotToBeShown, ReaderOfParts
from gateway.composites.timeline import ProjectTimeline, timeline
from gateway.composites.worklist import Worklist, worklist
from gateway.exchange import Exchange

router = APIRouter(prefix="/v1", tags=["Экраны"])
Screen = Worklist | InstitutionOverview | ProjectTimeline | IntegrationOverview
_KEPT = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
_NOT_KEPT = {"Cache-Control": "no-store"}


class WorkAsked(BaseModel):
    """О каком учреждении спрашивают."""

    model_config = ConfigDict(extra="forbid")

    institution_id: str | None = Field(
        default=None, min_length=1, max_length=64, description="Дела только одного из ваших учреждений, и ваши личные"
    )


class YearAsked(BaseModel):
    """За какой год."""

    model_config = ConfigDict(extra="forbid")

    year: int | None = Field(
        default=None,
        ge=2000,
        le=2100,
        examples=[2023],
        description="Год счёта и отчёта; без него — текущий год и последний отчёт",
    )


@router.get("/me/worklist", response_model=Worklist, summary="Что ждёт меня")
async def my_worklist(request: Request, asked: Annotated[WorkAsked, Query()]) -> Response:
    """Дела вызывающего по его ролям и учреждениям: заявки, рецензии, заседания, отчёты, внедрения, сроки статусов."""
    exchange: Exchange = request.scope["exchange"]
    if exchange.caller is None:
        raise UNAUTHENTICATED
    return await _answer(request, worklist(_reader(request), exchange.caller, _today(), asked.institution_id))


@router.get(
    "/institutions/{institution_id}/overview", response_model=InstitutionOverview, summary="Учреждение на одном экране"
)
async def of_institution(institution_id: Id, request: Request, asked: Annotated[YearAsked, Query()]) -> Response:
    """Карточка, люди, статусы, соглашения, проекты, практики, внедрения, мероприятия, отчёт — по вашим правам."""
    return await _answer(request, overview(_reader(request), institution_id, today=_today(), year=asked.year))


@router.get(
    "/integrations/{integration_id}/overview", response_model=IntegrationOverview, summary="Партнёр на одном экране"
)
async def of_integration(integration_id: Id, request: Request) -> Response:
    """Что выдано, что ждёт на брокере, вебхуки и их состояние, что из сообщённого не принято — по вашим правам."""
    return await _answer(request, partner(_reader(request), integration_id))


@router.get("/projects/{project_id}/timeline", response_model=ProjectTimeline, summary="Путь проекта от идеи до отчёта")
async def of_project(project_id: Id, request: Request) -> Response:
    """Направление, заявка, экспертиза, защита, апробация, пакет, банк, внедрения, отчёты — по порядку дат."""
    return await _answer(request, timeline(_reader(request), project_id))


async def _answer(request: Request, reading: Awaitable[Screen]) -> Response:
    """Answer with a screen; one that lacks a part is not to be kept, the next reading may have it."""
    try:
        screen = await reading
    except NotToBeShown as refused:
        media_type = refused.reply.headers.get(b"content-type", b"application/problem+json").decode("latin-1")
        return Response(refused.reply.body, refused.reply.status, _NOT_KEPT, media_type)
    body = screen.model_dump_json().encode()
    if screen.partial:
        return Response(body, headers=_NOT_KEPT, media_type="application/json")
    response = conditional.answer(request, body, conditional.weak_etag(body))
    # how a partner gets in is kept nowhere, on a screen as little as in the cards that it is made of
    response.headers.update(_NOT_KEPT if isinstance(screen, IntegrationOverview) else _KEPT)
    return response


def _reader(request: Request) -> ReaderOfParts:
    state = request.app.state
    return ReaderOfParts(state.services, request.scope["exchange"], seconds=state.part_seconds)


def _today() -> date:
    return datetime.now(UTC).date()
