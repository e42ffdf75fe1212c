"""HTTP doors of institutions."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, RequiredIfMatch
from chassis.pages import Page
from chassis.work import Change
from registry.institutions import queries
from registry.institutions.handlers import (
    RegisterInstitution,
    RenameInstitution,
    register_institution,
    rename_institution,
)
from registry.institutions.queries import Coverage, CoverageSearch, InstitutionSearch, InstitutionView

router = APIRouter(prefix="/v1/institutions", tags=["Учреждения"])


@router.post("", status_code=201, response_model=InstitutionView, summary="Внести учреждение в реестр")
async def register(body: RegisterInstitution, door: Door) -> Response:
    """ИНН и ОГРН проверяются по контрольным суммам."""
    return await door.run(register_institution, body, InstitutionView, status=201)


@router.get("", response_model=Page[InstitutionView], summary="Список учреждений")
async def listing(door: Door, search: Annotated[InstitutionSearch, Query()]) -> Response:
    """Учреждения в порядке внесения в реестр."""
    return door.listing(await queries.institutions(door.reads, search))


@router.get("/coverage", response_model=Coverage, summary="Где есть учреждения")
async def coverage(door: Door, search: Annotated[CoverageSearch, Query()]) -> Response:
    """Муниципальные образования региона и число учреждений в каждом."""
    return door.listing(await queries.coverage(door.reads, search))


@router.get("/{institution_id}", response_model=InstitutionView, summary="Учреждение")
async def show(institution_id: Id, door: Door) -> Response:
    """Учреждение по номеру."""
    return door.show(await queries.institution(door.reads, institution_id))


@router.patch("/{institution_id}", response_model=InstitutionView, summary="Переименовать учреждение")
async def rename(institution_id: Id, body: RenameInstitution, door: Door, version: RequiredIfMatch) -> Response:
    """Переименовать может куратор или руководитель учреждения."""
    return await door.run(rename_institution, Change(institution_id, version, body), InstitutionView)
