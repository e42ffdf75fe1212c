"""HTTP doors of packages."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch, RequiredIfMatch
from chassis.pages import Page
from chassis.work import Change
from transfer.packages import queries
from transfer.packages.handlers import (
    OpenPackage,
    PublishPackage,
    StateAuthors,
    WriteGuidelines,
    WriteManual,
    open_package,
    publish_package,
    state_authors,
    write_guidelines,
    write_manual,
)
from transfer.packages.queries import EditionSearch, EditionView, PackageSearch, PackageView

router = APIRouter(prefix="/v1", tags=["Упаковка"])


@router.post("/packages", status_code=201, response_model=PackageView, summary="Начать упаковку практики")
async def begin(body: OpenPackage, door: Door) -> Response:
    """У практики один пакет; изданий может быть много."""
    return await door.run(open_package, body, PackageView, status=201)


@router.get("/packages", response_model=Page[PackageView], summary="Пакеты в работе")
async def listing(door: Door, search: Annotated[PackageSearch, Query()]) -> Response:
    """Рабочие тексты видны авторам и куратору."""
    return door.listing(await queries.packages(door.reads, search))


@router.get("/packages/{package_id}", response_model=PackageView, summary="Пакет в работе")
async def show(package_id: Id, door: Door) -> Response:
    """Рабочий текст и то, чего не хватает для издания."""
    return door.show(await queries.package(door.reads, package_id))


@router.put("/packages/{package_id}/manual", response_model=PackageView, summary="Написать методическое пособие")
async def manual(package_id: Id, body: WriteManual, door: Door, version: RequiredIfMatch) -> Response:
    """Обязательны теоретические подходы и описание технологии."""
    return await door.run(write_manual, Change(package_id, version, body), PackageView)


@router.put(
    "/packages/{package_id}/guidelines", response_model=PackageView, summary="Написать методические рекомендации"
)
async def guidelines(package_id: Id, body: WriteGuidelines, door: Door, version: RequiredIfMatch) -> Response:
    """Шаги, минимальный состав специалистов, документы, ресурсы и риски."""
    return await door.run(write_guidelines, Change(package_id, version, body), PackageView)


@router.put("/packages/{package_id}/authors", response_model=PackageView, summary="Указать авторов и права")
async def authors(package_id: Id, body: StateAuthors, door: Door, version: RequiredIfMatch) -> Response:
    """Пакет пишут вместе: нужны авторы учреждения и второй организации."""
    return await door.run(state_authors, Change(package_id, version, body), PackageView)


@router.post("/packages/{package_id}/publication", response_model=PackageView, summary="Издать пакет")
async def publish(package_id: Id, body: PublishPackage, door: Door, version: IfMatch) -> Response:
    """Издаётся только полный пакет; прежнее издание заменяется."""
    return await door.run(publish_package, Change(package_id, version, body), PackageView)


@router.get("/package-editions", response_model=Page[EditionView], summary="Издания пакетов")
async def editions(door: Door, search: Annotated[EditionSearch, Query()]) -> Response:
    """Издания открыты всем вошедшим."""
    return door.listing(await queries.editions(door.reads, search))


@router.get("/package-editions/{edition_id}", response_model=EditionView, summary="Издание пакета")
async def edition(edition_id: Id, door: Door) -> Response:
    """Пособие и рекомендации издания."""
    return door.show(await queries.edition(door.reads, edition_id))
