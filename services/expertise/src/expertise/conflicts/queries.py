"""A check of candidates before anyone is invited, and the history of an application as the caller may see it."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from chassis.policy import Allow
from chassis.work import Reads
from expertise.applications.history import StepKind
from expertise.applications.queries import readable
from expertise.applications.store import APPLICATIONS
from expertise.conflicts.domain import REASONS, ConflictKind, conflicts_of, matter_of
from expertise.conflicts.store import barred_applications, ties_of
from expertise.fields import PersonId

MAY_CHECK = Allow(roles=frozenset({"curator", "secretary", "administrator"}))
SEES_REVIEWERS = Allow(roles=frozenset({"administrator", "curator"}))


class ConflictCheck(BaseModel):
    """Кого проверить и на какой день."""

    model_config = ConfigDict(extra="forbid")

    person_id: list[PersonId] = Field(min_length=1, max_length=100, description="Кандидаты; параметр повторяется")
    on: date = Field(description="День, на который проверяются места работы")


class ConflictView(BaseModel):
    """Причина, по которой кандидат не может оценивать проект."""

    kind: ConflictKind
    reason: str


class CandidateView(BaseModel):
    """Кандидат в эксперты."""

    person_id: str
    free: bool = Field(description="Конфликта интересов нет")
    conflicts: list[ConflictView]


class Candidates(BaseModel):
    """Проверенные кандидаты в порядке запроса."""

    application_id: str
    items: list[CandidateView]


class StepView(BaseModel):
    """Шаг в истории заявки."""

    model_config = ConfigDict(from_attributes=True)

    what: StepKind
    on: date = Field(description="День, когда это произошло")
    at: datetime = Field(description="Когда внесено")
    by: str = Field(description="Кто внёс")
    note: str | None


class Timeline(BaseModel):
    """История заявки: кто, что и когда сделал."""

    application_id: str
    steps: list[StepView]


async def candidates(reads: Reads, application_id: str, check: ConflictCheck) -> Candidates:
    """Return the conflicts of each candidate. Raises: NotPermitted, ApplicationUnknown."""
    MAY_CHECK.require(reads.caller, {})
    matter = matter_of(await APPLICATIONS.get(reads, application_id))
    ties = await ties_of(reads.db, check.person_id, [matter])
    items = []
    for person_id in check.person_id:
        found = conflicts_of(person_id, matter, ties, on=check.on)
        reasons = [ConflictView(kind=kind, reason=REASONS[kind].ru) for kind in found]
        items.append(CandidateView(person_id=person_id, free=not found, conflicts=reasons))
    return Candidates(application_id=application_id, items=items)


async def timeline(reads: Reads, application_id: str) -> Timeline:
    """Return who did what when; only curators without an interest learn who reviews. Raises: ApplicationUnknown."""
    found = await readable(reads, application_id)
    everything = SEES_REVIEWERS.permits(reads.caller, found) and found.id not in await barred_applications(
        reads.db, reads.caller.subject, reads.now.date()
    )
    steps = [StepView.model_validate(step) for step in found.history if everything or not step.internal]
    return Timeline(application_id=found.id, steps=steps)
