"""Use cases of projects. A project itself is started by the council's verdict."""

from datetime import date

from pydantic import Field

from chassis.work import Change, Command, Work
from contracts.fact import Date, ShortText, Text
from expertise.dates import has_happened
from expertise.fields import PersonId
from expertise.projects import domain
from expertise.projects.domain import MAY_LEAD, Lead, PhaseName, Project
from expertise.projects.store import PROJECTS


class EnterPhase(Command):
    """Начало этапа проекта."""

    phase: PhaseName = Field(examples=["implementation"])
    since: Date = Field(examples=["2018-06-01"])


class ChangeLead(Command):
    """Смена лидера проекта."""

    person_id: PersonId
    since: Date = Field(examples=["2019-01-10"])
    reason: str | None = Field(default=None, max_length=1000, examples=["Переход на другую работу"])


class PlanMilestone(Command):
    """Веха проекта."""

    title: ShortText = Field(examples=["Проведено 10 встреч семейной гостиной"])
    due_on: date = Field(examples=["2018-12-01"])


class ReachMilestone(Command):
    """Веха пройдена."""

    number: int = Field(ge=1, examples=[1])
    reached_on: Date = Field(examples=["2018-11-28"])
    evidence: Text = Field(examples=["Журнал посещений, 10 встреч"])


async def enter_phase(change: Change[EnterPhase], work: Work) -> Project:
    """Begin the next phase. Raises: ProjectUnknown, NotPermitted, PhaseOutOfOrder, DatesOutOfOrder, DateInFuture."""
    project = await _led(change, work)
    has_happened(change.command.since, work.today)
    return await PROJECTS.save(work, domain.enter_phase(project, change.command.phase, on=change.command.since))


async def change_lead(change: Change[ChangeLead], work: Work) -> Project:
    """Name another lead. Raises: ProjectUnknown, NotPermitted, DatesOutOfOrder, DateInFuture."""
    project = await _led(change, work)
    has_happened(change.command.since, work.today)
    return await PROJECTS.save(work, domain.change_lead(project, Lead(**change.command.model_dump())))


async def plan_milestone(change: Change[PlanMilestone], work: Work) -> Project:
    """Promise a step. Raises: ProjectUnknown, NotPermitted, DatesOutOfOrder."""
    project, command = await _led(change, work), change.command
    return await PROJECTS.save(work, domain.plan_milestone(project, title=command.title, due_on=command.due_on))


async def reach_milestone(change: Change[ReachMilestone], work: Work) -> Project:
    """Record a reached milestone.

    Raises: ProjectUnknown, NotPermitted, MilestoneUnknown, MilestoneReached, DatesOutOfOrder, DateInFuture.
    """
    project, command = await _led(change, work), change.command
    has_happened(command.reached_on, work.today)
    reached = domain.reach_milestone(project, command.number, on=command.reached_on, evidence=command.evidence)
    return await PROJECTS.save(work, reached)


async def _led(
    change: Change[EnterPhase] | Change[ChangeLead] | Change[PlanMilestone] | Change[ReachMilestone], work: Work
) -> Project:
    project = await PROJECTS.load(work, change)
    MAY_LEAD.require(work.caller, project)
    return project
