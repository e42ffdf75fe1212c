"""HTTP doors of materials."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id
from chassis.pages import Page
from transfer.materials import queries
from transfer.materials.handlers import IssueMaterial, issue_material
from transfer.materials.queries import MaterialSearch, MaterialView

router = APIRouter(prefix="/v1/materials", tags=["Материалы"])


@router.post("", status_code=201, response_model=MaterialView, summary="Внести материалы")
async def issue(body: IssueMaterial, door: Door) -> Response:
    """Информационно-методические материалы учреждения, в том числе по итогам мероприятия."""
    return await door.run(issue_material, body, MaterialView, status=201)


@router.get("", response_model=Page[MaterialView], summary="Материалы")
async def listing(door: Door, search: Annotated[MaterialSearch, Query()]) -> Response:
    """Сначала последние."""
    return door.listing(await queries.materials(door.reads, search))


@router.get("/{material_id}", response_model=MaterialView, summary="Материалы по номеру")
async def show(material_id: Id, door: Door) -> Response:
    """Информационно-методические материалы."""
    return door.show(await queries.material(door.reads, material_id))
