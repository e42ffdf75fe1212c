"""What clients see of projects (open to everyone signed in), and which platforms lack one."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chassis.pages import Page, PageRequest, View, page
from chassis.policy import Allow
from chassis.work import Reads
from expertise.applications.queries import PassportView, TeamView
from expertise.applications.store import APPLICATIONS
from expertise.fields import IdFilter
from expertise.projects.domain import MilestoneColour, PhaseName, Project, colour
from expertise.projects.store import PROJECTS
from expertise.references.domain import status_in_force
from expertise.references.store import institution_names, statuses_of_kind
from expertise.shown import Shown

MAY_REVIEW_INCUBATOR = Allow(roles=frozenset({"administrator", "curator", "official"}))


class PhaseView(Shown):
    """Этап проекта и день его начала."""

    name: PhaseName
    since: date


class LeadView(Shown):
    """Лидер проекта."""

    person_id: str
    since: date
    reason: str | None


class MilestoneView(Shown):
    """Веха."""

    number: int
    title: str
    due_on: date
    reached_on: date | None
    evidence: str | None


class ColouredMilestone(BaseModel):
    """Веха проекта."""

    milestone: MilestoneView
    colour: MilestoneColour = Field(description="red — просрочена на 30 дней и больше")


class ProjectView(View):
    """Инновационный проект."""

    application_id: str
    direction_id: str
    institution_id: str
    scientific_supervisor_id: str
    title: str
    passport: PassportView
    team: TeamView
    started_on: date
    phase: PhaseName
    phases: tuple[PhaseView, ...]
    lead_id: str | None
    leads: tuple[LeadView, ...]
    milestones: tuple[MilestoneView, ...]


class Milestones(BaseModel):
    """Вехи проекта на сегодня."""

    project_id: str
    items: list[ColouredMilestone]


class ProjectSearch(PageRequest):
    """Какие проекты показать."""

    institution_id: IdFilter = None
    direction_id: IdFilter = None
    phase: PhaseName | None = None


class GapsAsked(BaseModel):
    """На какой день."""

    model_config = ConfigDict(extra="forbid")

    on: date


class Platform(BaseModel):
    """Региональная инновационная площадка."""

    institution_id: str
    name: str | None


class Gaps(BaseModel):
    """Площадки социального инкубатора, у которых чего-то нет."""

    on: date
    platforms: int = Field(description="Сколько учреждений имеют статус РИП")
    without_project: list[Platform]
    without_direction: list[Platform] = Field(description="Нет ни проекта, ни поданной заявки по направлению")


async def project(reads: Reads, project_id: str) -> ProjectView:
    """Return one project. Raises: ProjectUnknown."""
    return ProjectView.model_validate(await PROJECTS.get(reads, project_id))


async def projects(reads: Reads, search: ProjectSearch) -> Page[ProjectView]:
    """Return projects in the order of starting."""
    where = search.model_dump(include={"institution_id", "direction_id", "phase"}, exclude_none=True)
    return await page(
        reads.db[PROJECTS.collection], where, search, lambda found: ProjectView.model_validate(PROJECTS.read(found))
    )


async def milestones(reads: Reads, project_id: str) -> Milestones:
    """Return the milestones of a project with their colours today. Raises: ProjectUnknown."""
    found: Project = await PROJECTS.get(reads, project_id)
    today = reads.now.date()
    items = [
        ColouredMilestone(milestone=MilestoneView.model_validate(item), colour=colour(item, today))
        for item in found.milestones
    ]
    return Milestones(project_id=project_id, items=items)


async def gaps(reads: Reads, on: date) -> Gaps:
    """Return the platforms without a project (A17) and without a direction (T12) on a day. Raises: NotPermitted."""
    MAY_REVIEW_INCUBATOR.require(reads.caller, {})
    statuses = await statuses_of_kind(reads.db, "rip")
    platforms = sorted({status.institution_id for status in statuses if status_in_force(status, on)})
    day = on.isoformat()
    with_project = await _owners(reads, PROJECTS.collection, platforms, {"started_on": {"$lte": day}})
    submitted = {"history": {"$elemMatch": {"what": "submitted", "on": {"$lte": day}}}, "state": {"$ne": "withdrawn"}}
    with_direction = with_project | await _owners(reads, APPLICATIONS.collection, platforms, submitted)
    names = await institution_names(reads.db, platforms)

    def lacking(owners: set[str]) -> list[Platform]:
        return [Platform(institution_id=item, name=names.get(item)) for item in platforms if item not in owners]

    return Gaps(
        on=on,
        platforms=len(platforms),
        without_project=lacking(with_project),
        without_direction=lacking(with_direction),
    )


async def _owners(reads: Reads, collection: str, platforms: list[str], where: dict[str, Any]) -> set[str]:
    found = await reads.db[collection].find({"institution_id": {"$in": platforms}, **where})
    return {row["institution_id"] for row in found}
