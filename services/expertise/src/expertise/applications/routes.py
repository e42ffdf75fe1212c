"""HTTP doors of applications."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch, RequiredIfMatch
from chassis.pages import Page
from chassis.work import Change
from expertise.applications import handlers, queries
from expertise.applications.commands import (
    AdmitApplication,
    DraftApplication,
    ReturnApplication,
    ReviseApplication,
    SignOpinion,
    SubmitApplication,
    WithdrawApplication,
)
from expertise.applications.queries import ApplicationSearch, ApplicationView

router = APIRouter(prefix="/v1/applications", tags=["Заявки"])


@router.post("", status_code=201, response_model=ApplicationView, summary="Начать заявку")
async def draft(body: DraftApplication, door: Door) -> Response:
    """Черновик готовит специалист или руководитель учреждения, которое отвечает условиям отбора."""
    return await door.run(handlers.draft_application, body, ApplicationView, status=201)


@router.get("", response_model=Page[ApplicationView], summary="Список заявок")
async def listing(door: Door, search: Annotated[ApplicationSearch, Query()]) -> Response:
    """Заявки, которые вам доступны."""
    return door.listing(await queries.applications(door.reads, search))


@router.get("/{application_id}", response_model=ApplicationView, summary="Заявка")
async def show(application_id: Id, door: Door) -> Response:
    """Заявка с паспортом проекта и заключением научного руководителя."""
    return door.show(await queries.application(door.reads, application_id))


@router.put("/{application_id}", response_model=ApplicationView, summary="Изменить заявку")
async def revise(application_id: Id, body: ReviseApplication, door: Door, version: RequiredIfMatch) -> Response:
    """Изменить можно черновик, возвращённую заявку и заявку с замечаниями совета."""
    return await door.run(handlers.revise_application, Change(application_id, version, body), ApplicationView)


@router.post("/{application_id}/submission", response_model=ApplicationView, summary="Подать заявку")
async def submit(application_id: Id, body: SubmitApplication, door: Door, version: IfMatch) -> Response:
    """Первая подача — в срок отбора, по согласованному направлению, с руководителем ВТК из УМЦ."""
    return await door.run(handlers.submit_application, Change(application_id, version, body), ApplicationView)


@router.post("/{application_id}/return", response_model=ApplicationView, summary="Вернуть на доработку")
async def send_back(application_id: Id, body: ReturnApplication, door: Door, version: IfMatch) -> Response:
    """Возвращает куратор УМЦ, не чаще, чем позволяет отбор."""
    return await door.run(handlers.return_application, Change(application_id, version, body), ApplicationView)


@router.post("/{application_id}/admission", response_model=ApplicationView, summary="Допустить к защите")
async def admit(application_id: Id, body: AdmitApplication, door: Door, version: IfMatch) -> Response:
    """Допускает куратор УМЦ."""
    return await door.run(handlers.admit_application, Change(application_id, version, body), ApplicationView)


@router.post("/{application_id}/withdrawal", response_model=ApplicationView, summary="Отозвать заявку")
async def withdraw(application_id: Id, body: WithdrawApplication, door: Door, version: IfMatch) -> Response:
    """Отзывает учреждение, пока совет не вынес решение."""
    return await door.run(handlers.withdraw_application, Change(application_id, version, body), ApplicationView)


@router.post("/{application_id}/opinion", response_model=ApplicationView, summary="Подписать заключение")
async def sign(application_id: Id, body: SignOpinion, door: Door, version: IfMatch) -> Response:
    """Подписывает научный руководитель направления; без заключения защита не назначается."""
    return await door.run(handlers.sign_opinion, Change(application_id, version, body), ApplicationView)
