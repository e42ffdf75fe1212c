"""HTTP doors of councils."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, RequiredIfMatch
from chassis.pages import Page
from chassis.work import Change
from expertise.councils import queries
from expertise.councils.handlers import FormCouncil, form_council, reform_council
from expertise.councils.queries import CouncilSearch, CouncilView

router = APIRouter(prefix="/v1/councils", tags=["Экспертные советы"])


@router.post("", status_code=201, response_model=CouncilView, summary="Образовать совет")
async def form(body: FormCouncil, door: Door) -> Response:
    """Председатель входит в число членов; кворум и большинство — данные совета."""
    return await door.run(form_council, body, CouncilView, status=201)


@router.get("", response_model=Page[CouncilView], summary="Список советов")
async def listing(door: Door, search: Annotated[CouncilSearch, Query()]) -> Response:
    """Советы в порядке образования."""
    return door.listing(await queries.councils(door.reads, search))


@router.get("/{council_id}", response_model=CouncilView, summary="Экспертный совет")
async def show(council_id: Id, door: Door) -> Response:
    """Совет с составом, сроком и правилами."""
    return door.show(await queries.council(door.reads, council_id))


@router.put("/{council_id}", response_model=CouncilView, summary="Изменить состав или правила")
async def reform(council_id: Id, body: FormCouncil, door: Door, version: RequiredIfMatch) -> Response:
    """Открытые заседания сохраняют состав, с которым открыты."""
    return await door.run(reform_council, Change(council_id, version, body), CouncilView)
