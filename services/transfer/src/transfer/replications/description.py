"""Use cases of the last step: the site describes its own practice."""

from pydantic import Field

from chassis.work import Change, Command, Work
from contracts.transfer import PracticeKind
from transfer.fields import Day, PracticeRef
from transfer.packages.domain import Step
from transfer.practices import domain as practices
from transfer.practices.domain import Practice
from transfer.practices.handlers import Differences, Summary, TargetGroups, Title
from transfer.practices.store import PRACTICES
from transfer.replications import domain
from transfer.replications.domain import MAY_RUN, Replication
from transfer.replications.handlers import guideline_steps
from transfer.replications.store import REPLICATIONS


class DescribeOwnPractice(Command):
    """Карточка своей практики площадки; без перечня отличий они берутся из отчёта."""

    kind: PracticeKind = Field(examples=["practice"])
    title: Title
    target_groups: TargetGroups
    summary: Summary
    differences: Differences = ()
    described_on: Day


class LinkOwnPractice(Command):
    """Уже внесённая карточка практики, выведенной из внедрённой."""

    practice_id: PracticeRef


async def describe_own_practice(change: Change[DescribeOwnPractice], work: Work) -> Replication:
    """Put the site's own practice on a card derived from the replicated one.

    Raises: ReplicationUnknown, StaleVersion, NotPermitted, ReplicationNotInState, DifferencesMissing, DateInFuture,
    DatesOutOfOrder. Emits: transfer.practice.described.v1, transfer.replication.self_described.v1.
    """
    replication = await REPLICATIONS.load(work, change)
    MAY_RUN.require(work.caller, replication)
    said = change.command.model_dump()
    differences = change.command.differences or adapted_steps(replication, await guideline_steps(work, replication))
    card = Practice(
        id=work.new_id(),
        institution_id=replication.site_institution_id,
        project_id=None,
        derived_from=replication.practice_id,
        **(said | {"differences": differences}),
    )
    derived, described = practices.describe(card, now=work.now)
    told, fact = domain.describe_own(replication, derived)
    await PRACTICES.save(work, derived, described)
    return await REPLICATIONS.save(work, told, fact)


async def link_own_practice(change: Change[LinkOwnPractice], work: Work) -> Replication:
    """Link a card that the site has entered before.

    Raises: ReplicationUnknown, StaleVersion, NotPermitted, PracticeUnknown, ReplicationNotInState, NotDerivedHere,
    DatesOutOfOrder. Emits: transfer.replication.self_described.v1.
    """
    replication = await REPLICATIONS.load(work, change)
    MAY_RUN.require(work.caller, replication)
    derived = await PRACTICES.get(work, change.command.practice_id)
    told, fact = domain.describe_own(replication, derived)
    return await REPLICATIONS.save(work, told, fact)


def adapted_steps(replication: Replication, steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Return the adaptations of the report as differences of a card, each within 500 characters."""
    adaptations = replication.report.adaptations if replication.report else ()
    return tuple(
        f"Шаг {adaptation.step} «{steps[adaptation.step - 1].title}»: {adaptation.change}"[:500]
        for adaptation in adaptations
    )
