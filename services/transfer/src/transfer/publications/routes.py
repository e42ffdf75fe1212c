"""HTTP doors of publications."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, RequiredIfMatch
from chassis.pages import Page
from chassis.work import Change
from transfer.publications import queries
from transfer.publications.handlers import (
    CorrectPublication,
    ReleasePublication,
    correct_publication,
    release_publication,
)
from transfer.publications.queries import (
    PublicationCounts,
    PublicationCountSearch,
    PublicationSearch,
    PublicationView,
)

router = APIRouter(prefix="/v1", tags=["Публикации"])


@router.post("/publications", status_code=201, response_model=PublicationView, summary="Внести публикацию")
async def release(body: ReleasePublication, door: Door) -> Response:
    """Статьи вносятся по одной, посты и выступления — числом."""
    return await door.run(release_publication, body, PublicationView, status=201)


@router.get("/publications", response_model=Page[PublicationView], summary="Реестр публикаций")
async def listing(door: Door, search: Annotated[PublicationSearch, Query()]) -> Response:
    """Сначала последние."""
    return door.listing(await queries.publications(door.reads, search))


@router.get("/publications/{publication_id}", response_model=PublicationView, summary="Публикация")
async def show(publication_id: Id, door: Door) -> Response:
    """Запись реестра по номеру."""
    return door.show(await queries.publication(door.reads, publication_id))


@router.put("/publications/{publication_id}", response_model=PublicationView, summary="Исправить публикацию")
async def correct(publication_id: Id, body: CorrectPublication, door: Door, version: RequiredIfMatch) -> Response:
    """Запись заменяется целиком; за ней меняются все показатели, которые на ней стоят."""
    return await door.run(correct_publication, Change(publication_id, version, body), PublicationView)


@router.get("/publication-counts", response_model=PublicationCounts, summary="Публикации по каналам")
async def counts(door: Door, search: Annotated[PublicationCountSearch, Query()]) -> Response:
    """Число публикаций за год по каналам и уровням."""
    return door.listing(await queries.publication_counts(door.reads, search))
