"""HTTP doors of mentor clusters."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch, RequiredIfMatch
from chassis.pages import Page
from chassis.work import Change
from transfer.clusters import queries
from transfer.clusters.handlers import (
    AttachSite,
    FormCluster,
    RecordVisit,
    SetProgramme,
    attach_site,
    form_cluster,
    record_visit,
    set_programme,
)
from transfer.clusters.queries import ClusterSearch, ClusterView, Proposals, ProposalSearch

router = APIRouter(prefix="/v1", tags=["Менторские кластеры"])


@router.post("/clusters", status_code=201, response_model=ClusterView, summary="Создать кластер")
async def form(body: FormCluster, door: Door) -> Response:
    """Ментор — действующая РИП; предел нагрузки — число площадок."""
    return await door.run(form_cluster, body, ClusterView, status=201)


@router.get("/clusters", response_model=Page[ClusterView], summary="Кластеры")
async def listing(door: Door, search: Annotated[ClusterSearch, Query()]) -> Response:
    """Кластеры видны ментору, площадкам и куратору."""
    return door.listing(await queries.clusters(door.reads, search))


@router.get("/clusters/{cluster_id}", response_model=ClusterView, summary="Кластер")
async def show(cluster_id: Id, door: Door) -> Response:
    """Площадки, программа сопровождения и посещения."""
    return door.show(await queries.cluster(door.reads, cluster_id))


@router.post("/clusters/{cluster_id}/sites", response_model=ClusterView, summary="Присоединить площадку")
async def attach(cluster_id: Id, body: AttachSite, door: Door, version: IfMatch) -> Response:
    """Сверх предела нагрузки ментора площадка не присоединяется."""
    return await door.run(attach_site, Change(cluster_id, version, body), ClusterView)


@router.put("/clusters/{cluster_id}/programme", response_model=ClusterView, summary="Задать программу сопровождения")
async def programme(cluster_id: Id, body: SetProgramme, door: Door, version: RequiredIfMatch) -> Response:
    """Шаги с контрольными листами, общие для площадок кластера."""
    return await door.run(set_programme, Change(cluster_id, version, body), ClusterView)


@router.post("/clusters/{cluster_id}/visits", response_model=ClusterView, summary="Отметить посещение площадки")
async def visit(cluster_id: Id, body: RecordVisit, door: Door, version: IfMatch) -> Response:
    """Посещение относится к шагу программы."""
    return await door.run(record_visit, Change(cluster_id, version, body), ClusterView)


@router.get("/mentor-proposals", response_model=Proposals, summary="Подобрать ментора")
async def proposals(door: Door, search: Annotated[ProposalSearch, Query()]) -> Response:
    """Прежний ментор — первым, если он не перегружен; дальше те, у кого больше свободных мест."""
    return door.listing(await queries.mentor_proposals(door.reads, search))
