"""HTTP doors of replications."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch
from chassis.pages import Page
from chassis.work import Change
from transfer.replications import queries
from transfer.replications.description import (
    DescribeOwnPractice,
    LinkOwnPractice,
    describe_own_practice,
    link_own_practice,
)
from transfer.replications.handlers import (
    AgreeReplication,
    HandOverDocuments,
    ReportReplication,
    StartReplication,
    StopReplication,
    TrainSite,
    agree_replication,
    hand_over_documents,
    report_replication,
    start_replication,
    stop_replication,
    train_site,
)
from transfer.replications.queries import (
    NamedReplication,
    ReplicationCounts,
    ReplicationCountSearch,
    ReplicationSearch,
    ReplicationView,
)

router = APIRouter(prefix="/v1", tags=["Внедрение"])


@router.post("/replications", status_code=201, response_model=ReplicationView, summary="Договориться о внедрении")
async def agree(body: AgreeReplication, door: Door) -> Response:
    """Внедряются действующие записи банка; площадка — в кластере названного ментора."""
    return await door.run(agree_replication, body, ReplicationView, status=201)


@router.get("/replications", response_model=Page[NamedReplication], summary="Внедрения")
async def listing(door: Door, search: Annotated[ReplicationSearch, Query()]) -> Response:
    """Видны площадке, ментору, владельцу практики и куратору."""
    return door.listing(await queries.replications(door.reads, search))


@router.get("/replications/{replication_id}", response_model=NamedReplication, summary="Внедрение")
async def show(replication_id: Id, door: Door) -> Response:
    """Паспорт внедрения: состояние, обучение, документы, отчёт, своя практика."""
    return door.show(await queries.replication(door.reads, replication_id))


@router.post("/replications/{replication_id}/training", response_model=ReplicationView, summary="Отметить обучение")
async def train(replication_id: Id, body: TrainSite, door: Door, version: IfMatch) -> Response:
    """Обучение — только семинар по этой практике, на котором площадка была."""
    return await door.run(train_site, Change(replication_id, version, body), ReplicationView)


@router.post("/replications/{replication_id}/documents", response_model=ReplicationView, summary="Передать документы")
async def hand_over(replication_id: Id, body: HandOverDocuments, door: Door, version: IfMatch) -> Response:
    """Передаёт ментор; до отчёта площадка получает пособие и рекомендации."""
    return await door.run(hand_over_documents, Change(replication_id, version, body), ReplicationView)


@router.post(
    "/replications/{replication_id}/start", response_model=ReplicationView, summary="Начать работу по практике"
)
async def start(replication_id: Id, body: StartReplication, door: Door, version: IfMatch) -> Response:
    """Начинает обученная площадка."""
    return await door.run(start_replication, Change(replication_id, version, body), ReplicationView)


@router.post("/replications/{replication_id}/report", response_model=ReplicationView, summary="Отчитаться о внедрении")
async def report(replication_id: Id, body: ReportReplication, door: Door, version: IfMatch) -> Response:
    """Каждое отличие от рекомендаций объясняется."""
    return await door.run(report_replication, Change(replication_id, version, body), ReplicationView)


@router.post(
    "/replications/{replication_id}/self-description", response_model=ReplicationView, summary="Описать свою практику"
)
async def describe(replication_id: Id, body: DescribeOwnPractice, door: Door, version: IfMatch) -> Response:
    """Создаётся карточка, выведенная из внедрённой практики."""
    return await door.run(describe_own_practice, Change(replication_id, version, body), ReplicationView)


@router.post(
    "/replications/{replication_id}/own-practice", response_model=ReplicationView, summary="Связать свою практику"
)
async def link(replication_id: Id, body: LinkOwnPractice, door: Door, version: IfMatch) -> Response:
    """Карточка уже внесена площадкой и выведена из внедрённой практики."""
    return await door.run(link_own_practice, Change(replication_id, version, body), ReplicationView)


@router.post("/replications/{replication_id}/stop", response_model=ReplicationView, summary="Прекратить внедрение")
async def stop(replication_id: Id, body: StopReplication, door: Door, version: IfMatch) -> Response:
    """Прекращается с указанием причины, до отчёта."""
    return await door.run(stop_replication, Change(replication_id, version, body), ReplicationView)


@router.get("/replication-counts", response_model=ReplicationCounts, summary="Площадки практики")
async def counts(door: Door, search: Annotated[ReplicationCountSearch, Query()]) -> Response:
    """Число площадок по состояниям и муниципалитетам."""
    return door.listing(await queries.replication_counts(door.reads, search))
