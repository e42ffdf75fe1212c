"""HTTP doors of projects."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch
from chassis.pages import Page
from chassis.work import Change
from expertise.projects import handlers, queries
from expertise.projects.handlers import ChangeLead, EnterPhase, PlanMilestone, ReachMilestone
from expertise.projects.queries import Gaps, GapsAsked, Milestones, ProjectSearch, ProjectView

router = APIRouter(prefix="/v1", tags=["Проекты"])


@router.get("/projects", response_model=Page[ProjectView], summary="Список проектов")
async def listing(door: Door, search: Annotated[ProjectSearch, Query()]) -> Response:
    """Проекты в порядке начала."""
    return door.listing(await queries.projects(door.reads, search))


@router.get("/projects/{project_id}", response_model=ProjectView, summary="Проект")
async def show(project_id: Id, door: Door) -> Response:
    """Проект с паспортом, коллективом, этапами и лидерами."""
    return door.show(await queries.project(door.reads, project_id))


@router.post("/projects/{project_id}/phase", response_model=ProjectView, summary="Начать этап")
async def enter_phase(project_id: Id, body: EnterPhase, door: Door, version: IfMatch) -> Response:
    """Этапов три: проектирование, реализация, обобщение — строго по порядку."""
    return await door.run(handlers.enter_phase, Change(project_id, version, body), ProjectView)


@router.post("/projects/{project_id}/lead", response_model=ProjectView, summary="Сменить лидера")
async def change_lead(project_id: Id, body: ChangeLead, door: Door, version: IfMatch) -> Response:
    """Прежние лидеры остаются в истории проекта."""
    return await door.run(handlers.change_lead, Change(project_id, version, body), ProjectView)


@router.get("/projects/{project_id}/milestones", response_model=Milestones, summary="Вехи проекта")
async def milestones(project_id: Id, door: Door) -> Response:
    """Вехи и их состояние на сегодня."""
    return door.listing(await queries.milestones(door.reads, project_id))


@router.post("/projects/{project_id}/milestones", response_model=ProjectView, summary="Запланировать веху")
async def plan(project_id: Id, body: PlanMilestone, door: Door, version: IfMatch) -> Response:
    """Вехи нумеруются по порядку."""
    return await door.run(handlers.plan_milestone, Change(project_id, version, body), ProjectView)


@router.post("/projects/{project_id}/achievement", response_model=ProjectView, summary="Отметить пройденную веху")
async def reach(project_id: Id, body: ReachMilestone, door: Door, version: IfMatch) -> Response:
    """Нужно указать, чем это подтверждается."""
    return await door.run(handlers.reach_milestone, Change(project_id, version, body), ProjectView)


@router.get("/incubator-gaps", response_model=Gaps, summary="Площадки без проекта или направления")
async def gaps(door: Door, asked: Annotated[GapsAsked, Query()]) -> Response:
    """Действующие РИП, у которых на этот день нет проекта или направления."""
    return door.listing(await queries.gaps(door.reads, asked.on))
