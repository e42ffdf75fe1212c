"""Use cases of practice cards."""

from typing import Annotated

from pydantic import Field

from chassis.work import Change, Command, Work
from contracts.transfer import PracticeKind, TargetGroup
from transfer.fields import Day, InstitutionRef, Line, Paragraph, RecordRef
from transfer.institutions.store import institutions_are_known
from transfer.practices import domain
from transfer.practices.domain import MAY_DESCRIBE, Practice, Wording
from transfer.practices.store import PRACTICES, practice_exists
from transfer.projects.store import project_is_of

Title = Annotated[Line, Field(examples=["Семейная гостиная «Разговор с будущим»"])]
TargetGroups = Annotated[
    tuple[TargetGroup, ...], Field(max_length=5, examples=[["families"]], description="Целевые группы")
]
Summary = Annotated[
    Paragraph, Field(examples=["Цикл встреч родителей, детей и специалистов в форматах, которые выбирает семья."])
]
Differences = Annotated[
    tuple[Line, ...], Field(max_length=50, examples=[[]], description="Чем отличается от исходной практики")
]


class DescribePractice(Command):
    """Карточка практики."""

    institution_id: InstitutionRef
    kind: PracticeKind = Field(examples=["technology"])
    title: Title
    target_groups: TargetGroups
    summary: Summary
    project_id: RecordRef | None = Field(default=None, examples=[None], description="Проект, из которого она выросла")
    derived_from: RecordRef | None = Field(default=None, examples=[None], description="Исходная практика")
    differences: Differences = ()
    described_on: Day


class RevisePractice(Command):
    """Новая редакция карточки."""

    title: Title
    target_groups: TargetGroups
    summary: Summary
    differences: Differences = ()


async def describe_practice(command: DescribePractice, work: Work) -> Practice:
    """Put a practice of an institution on a card.

    Raises: NotPermitted, InstitutionNotKnown, ProjectNotKnown, PracticeUnknown (the parent), DateInFuture,
    DifferencesMissing, ParentMissing. Emits: transfer.practice.described.v1.
    """
    MAY_DESCRIBE.require(work.caller, command)
    await institutions_are_known(work, command.institution_id)
    await project_is_of(work, command.project_id, institution_id=command.institution_id)
    await practice_exists(work, command.derived_from)
    practice, fact = domain.describe(Practice(id=work.new_id(), **command.model_dump()), now=work.now)
    return await PRACTICES.save(work, practice, fact)


async def revise_practice(change: Change[RevisePractice], work: Work) -> Practice:
    """Word a card anew.

    Raises: PracticeUnknown, StaleVersion, NotPermitted, DifferencesMissing, ParentMissing.
    Emits: transfer.practice.described.v1.
    """
    practice = await PRACTICES.load(work, change)
    MAY_DESCRIBE.require(work.caller, practice)
    revised, fact = domain.revise(practice, Wording(**change.command.model_dump()))
    return await PRACTICES.save(work, revised, fact)
