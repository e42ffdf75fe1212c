"""HTTP doors of agreements."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch
from chassis.pages import Page
from chassis.work import Change
from registry.agreements import queries
from registry.agreements.handlers import (
    SignAddendum,
    SignAgreement,
    TerminateAgreement,
    sign_addendum,
    sign_agreement,
    terminate_agreement,
)
from registry.agreements.queries import AgreementCounts, AgreementSearch, AgreementView, CountSearch

router = APIRouter(prefix="/v1/agreements", tags=["Соглашения"])


@router.post("", status_code=201, response_model=AgreementView, summary="Внести соглашение о сотрудничестве")
async def sign(body: SignAgreement, door: Door) -> Response:
    """Вносит руководитель или специалист учреждения, либо куратор."""
    return await door.run(sign_agreement, body, AgreementView, status=201)


@router.get("", response_model=Page[AgreementView], summary="Соглашения о сотрудничестве")
async def listing(door: Door, search: Annotated[AgreementSearch, Query()]) -> Response:
    """Последние — первыми; сотрудники видят соглашения своего учреждения."""
    return door.listing(await queries.agreements(door.reads, search))


@router.get("/counts", response_model=AgreementCounts, summary="Число соглашений за год")
async def counts(door: Door, search: Annotated[CountSearch, Query()]) -> Response:
    """Заключено за год, всего на конец года, дополнительных соглашений."""
    return door.listing(await queries.counts(door.reads, search))


@router.get("/{agreement_id}", response_model=AgreementView, summary="Соглашение")
async def show(agreement_id: Id, door: Door) -> Response:
    """Соглашение с дополнительными соглашениями."""
    return door.show(await queries.agreement(door.reads, agreement_id))


@router.post(
    "/{agreement_id}/addenda", status_code=201, response_model=AgreementView, summary="Внести дополнительное соглашение"
)
async def add(agreement_id: Id, body: SignAddendum, door: Door, version: IfMatch) -> Response:
    """Дополнительное соглашение к действующему соглашению."""
    return await door.run(sign_addendum, Change(agreement_id, version, body), AgreementView, status=201)


@router.post("/{agreement_id}/termination", response_model=AgreementView, summary="Расторгнуть соглашение")
async def terminate(agreement_id: Id, body: TerminateAgreement, door: Door, version: IfMatch) -> Response:
    """С указанного дня соглашение не действует."""
    return await door.run(terminate_agreement, Change(agreement_id, version, body), AgreementView)
