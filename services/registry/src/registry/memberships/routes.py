"""HTTP doors of memberships and of the caller."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch
from chassis.pages import Page
from chassis.work import Change
from registry.memberships import queries
from registry.memberships.handlers import EndMembership, GrantMembership, end_membership, grant_membership
from registry.memberships.queries import Me, MembershipSearch, MembershipView, NamedMembership

router = APIRouter(prefix="/v1/memberships", tags=["Люди"])
me_router = APIRouter(prefix="/v1/me", tags=["Вход"])


@router.post("", status_code=201, response_model=MembershipView, summary="Внести работу человека в учреждении")
async def grant(body: GrantMembership, door: Door) -> Response:
    """Руководитель учреждения вносит специалистов; руководителей вносит куратор."""
    return await door.run(grant_membership, body, MembershipView, status=201)


@router.get("", response_model=Page[NamedMembership], summary="Кто где работает")
async def listing(door: Door, search: Annotated[MembershipSearch, Query()]) -> Response:
    """Сотрудники видят своё учреждение, куратор и министерство — все."""
    return door.listing(await queries.memberships(door.reads, search))


@router.get("/{membership_id}", response_model=NamedMembership, summary="Работа человека в учреждении")
async def show(membership_id: Id, door: Door) -> Response:
    """Запись по номеру."""
    return door.show(await queries.membership(door.reads, membership_id))


@router.post("/{membership_id}/ending", response_model=MembershipView, summary="Завершить работу в учреждении")
async def end(membership_id: Id, body: EndMembership, door: Door, version: IfMatch) -> Response:
    """Указанный день — последний день работы."""
    return await door.run(end_membership, Change(membership_id, version, body), MembershipView)


@me_router.get("", response_model=Me, summary="Кто я")
async def me(door: Door) -> Response:
    """Человек, его роли и учреждения, как их даёт токен."""
    return door.listing(await queries.me(door.reads))
