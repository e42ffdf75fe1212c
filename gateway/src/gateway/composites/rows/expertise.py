"""Rows of the expertise: directions, applications, reviews, sessions, verdicts, projects, contests."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from pydantic import Field

from gateway.composites.rows.linked import Linked, Row


class OfExpertise(Linked):
    """A record of the expertise service."""

    service: ClassVar = "expertise"


class ApplicationBrief(OfExpertise):
    """Заявка."""

    address: ClassVar = "/v1/applications"
    institution_id: str
    title: str = Field(examples=["Семейная гостиная «Разговор с будущим»"])
    state: str = Field(examples=["submitted"])
    state_since: date | None = None


class OpinionAsked(ApplicationBrief):
    """An application as its scientific supervisor sees it."""

    opinion: Mapping[str, Any] | None = None


class Step(Row):
    """A step of an application's own history."""

    what: str
    on: date
    note: str | None = None


class History(Row):
    """The history that an application keeps of itself."""

    steps: tuple[Step, ...]


class Review(OfExpertise):
    """Рецензия."""

    address: ClassVar = "/v1/reviews"
    application_id: str
    assigned_on: date
    state: str
    total: float | None = None
    completed_on: date | None = None


class AgendaItem(Row):
    """A matter on the agenda of a session."""

    subject_id: str
    title: str


class Session(OfExpertise):
    """Заседание экспертного совета."""

    address: ClassVar = "/v1/sessions"
    title: str
    held_on: date
    state: str
    chair_id: str
    items: tuple[AgendaItem, ...]


class Verdict(OfExpertise):
    """Решение экспертного совета."""

    address: ClassVar = "/v1/verdicts"
    subject_id: str
    title: str
    purpose: str
    hearing: int
    outcome: str
    remarks: tuple[str, ...]
    remarks_due_on: date | None
    decided_on: date


class DirectionEdition(Row):
    """A proposal of a direction and the answer to it."""

    revision: int
    state: str
    put_on: date
    answered_on: date | None
    remark: str | None


class Direction(OfExpertise):
    """Направление инновационных проектов."""

    address: ClassVar = "/v1/directions"
    title: str
    state: str
    closed_on: date | None
    editions: tuple[DirectionEdition, ...]


class Phase(Row):
    """A phase of a project."""

    name: str
    since: date


class Milestone(Row):
    """A milestone of a project."""

    number: int
    title: str
    due_on: date
    reached_on: date | None


class ProjectBrief(OfExpertise):
    """Инновационный проект."""

    address: ClassVar = "/v1/projects"
    institution_id: str
    application_id: str
    direction_id: str
    title: str = Field(examples=["Семейная гостиная «Разговор с будущим»"])
    phase: str = Field(examples=["implementation"])
    started_on: date


class ProjectWhole(ProjectBrief):
    """A project with what happens in it."""

    phases: tuple[Phase, ...]
    milestones: tuple[Milestone, ...]


class Contest(Row):
    """A contest of somebody else's."""

    name: str


class ContestEntry(OfExpertise):
    """An application for a grant or to a contest."""

    address: ClassVar = "/v1/entries"
    contest: Contest
    project_title: str | None
    filed_on: date
    result_due: date | None
