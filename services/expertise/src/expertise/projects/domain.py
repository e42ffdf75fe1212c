"""An innovation project: a supported application at work, in exactly three phases (A17, B25)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar, Literal

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.expertise import ProjectStartedV1
from expertise.applications.domain import Application, Passport, Team
from expertise.dates import in_order

PhaseName = Literal["design", "implementation", "generalisation"]
PHASES: tuple[PhaseName, ...] = ("design", "implementation", "generalisation")
PHASE_NAMES: Mapping[PhaseName, str] = {
    "design": "проектирование",
    "implementation": "реализация",
    "generalisation": "обобщение",
}
MilestoneColour = Literal["done", "ahead", "overdue", "red"]
_RED_AFTER = timedelta(days=30)
MAY_LEAD = Allow(roles=frozenset({"curator"}), members=frozenset({"head", "specialist"}))


@dataclass(eq=False, kw_only=True)
class ProjectUnknown(NotFound):
    """No project has this id."""

    code: ClassVar = "project-unknown"
    title: ClassVar = Words("Проект не найден", "Project not found")
    detail: ClassVar = Words("Проекта {project_id} нет.", "There is no project {project_id}.")
    project_id: str


@dataclass(eq=False, kw_only=True)
class PhaseOutOfOrder(RuleBroken):
    """A project passes design, implementation and generalisation, in this order and once each."""

    code: ClassVar = "phase-out-of-order"
    title: ClassVar = Words("Этап не по порядку", "The phase is out of order")
    detail: ClassVar = Words(
        "После этапа «{current_ru}» этап «{asked_ru}» не начинается.", "The phase {asked} does not follow {current}."
    )
    current: str
    asked: str
    current_ru: str
    asked_ru: str


@dataclass(eq=False, kw_only=True)
class MilestoneUnknown(NotFound):
    """The project has no milestone with this number."""

    code: ClassVar = "milestone-unknown"
    title: ClassVar = Words("Веха не найдена", "Milestone not found")
    detail: ClassVar = Words("У проекта нет вехи {number}.", "The project has no milestone {number}.")
    number: int


@dataclass(eq=False, kw_only=True)
class MilestoneReached(RuleBroken):
    """The milestone has been reached already."""

    code: ClassVar = "milestone-reached"
    title: ClassVar = Words("Веха уже пройдена", "The milestone is reached")
    detail: ClassVar = Words(
        "Веха {number} пройдена {reached_on:%d.%m.%Y}.", "Milestone {number} was reached on {reached_on}."
    )
    number: int
    reached_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A phase and the day it began."""

    name: PhaseName
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Who leads the project since a day; all leads stay on record (A52)."""

    person_id: str
    since: date
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A promised step with its day; `evidence` says what shows that it was reached."""

    number: int
    title: str
    due_on: date
    reached_on: date | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project of an institution."""

    id: str
    version: int = 0
    application_id: str
    direction_id: str
    institution_id: str
    scientific_supervisor_id: str
    title: str
    passport: Passport
    team: Team
    started_on: date
    phases: tuple[Phase, ...]
    leads: tuple[Lead, ...] = ()
    milestones: tuple[Milestone, ...] = ()

    @property
    def phase(self) -> PhaseName:
        """The phase the project is in."""
        return self.phases[-1].name

    @property
    def lead_id(self) -> str | None:
        """The present lead, if one is named."""
        return self.leads[-1].person_id if self.leads else None


def start(project_id: str, application: Application, *, on: date) -> tuple[Project, ProjectStartedV1]:
    """Make a project of an application that the council has supported; it begins with design."""
    lead = application.team.lead_id
    project = Project(
        id=project_id,
        application_id=application.id,
        direction_id=application.direction_id,
        institution_id=application.institution_id,
        scientific_supervisor_id=application.scientific_supervisor_id,
        title=application.title,
        passport=application.passport,
        team=application.team,
        started_on=on,
        phases=(Phase(name="design", since=on),),
        leads=(Lead(person_id=lead, since=on),) if lead else (),
    )
    fact = ProjectStartedV1(
        project_id=project_id,
        application_id=application.id,
        direction_id=application.direction_id,
        institution_id=application.institution_id,
        title=application.title,
        started_on=on,
    )
    return project, fact


def enter_phase(project: Project, name: PhaseName, *, on: date) -> Project:
    """Begin the next phase. Raises: PhaseOutOfOrder, DatesOutOfOrder."""
    if PHASES.index(name) != PHASES.index(project.phase) + 1:
        now = project.phase
        raise PhaseOutOfOrder(current=now, asked=name, current_ru=PHASE_NAMES[now], asked_ru=PHASE_NAMES[name])
    in_order(project.phases[-1].since, on)
    return replace(project, phases=(*project.phases, Phase(name=name, since=on)))


def change_lead(project: Project, lead: Lead) -> Project:
    """Name another lead; the earlier ones stay on record. Raises: DatesOutOfOrder."""
    in_order(project.leads[-1].since if project.leads else project.started_on, lead.since)
    return replace(project, leads=(*project.leads, lead))


def plan_milestone(project: Project, *, title: str, due_on: date) -> Project:
    """Promise a step; milestones are numbered in the order of planning. Raises: DatesOutOfOrder."""
    in_order(project.started_on, due_on)
    milestone = Milestone(number=len(project.milestones) + 1, title=title, due_on=due_on)
    return replace(project, milestones=(*project.milestones, milestone))


def reach_milestone(project: Project, number: int, *, on: date, evidence: str) -> Project:
    """Record a reached milestone, once. Raises: MilestoneUnknown, MilestoneReached, DatesOutOfOrder."""
    in_order(project.started_on, on)
    found = next((item for item in project.milestones if item.number == number), None)
    if found is None:
        raise MilestoneUnknown(number=number)
    if found.reached_on:
        raise MilestoneReached(number=number, reached_on=found.reached_on)
    reached = replace(found, reached_on=on, evidence=evidence)
    return replace(project, milestones=tuple(reached if item.number == number else item for item in project.milestones))


def colour(milestone: Milestone, today: date) -> MilestoneColour:
    """Return how a milestone stands: overdue from the day after its term, red from the thirtieth day (A19)."""
    if milestone.reached_on:
        return "done"
    if today - milestone.due_on >= _RED_AFTER:
        return "red"
    return "overdue" if today > milestone.due_on else "ahead"
