"""Use cases of replications."""

from typing import Annotated

from pydantic import Field

from chassis.work import Change, Command, Work
from transfer.bank.store import is_in_bank
from transfer.clusters.store import cluster_with
from transfer.events.store import EVENTS
from transfer.fields import Day, EventRef, InstitutionRef, OtherInstitutionRef, Paragraph, PracticeRef
from transfer.packages.domain import Step
from transfer.packages.store import EDITIONS, edition_in_force
from transfer.practices.store import PRACTICES
from transfer.replications import domain
from transfer.replications.domain import (
    MAY_AGREE,
    MAY_HAND_OVER,
    MAY_RUN,
    Adaptation,
    HandedOver,
    Replication,
    Report,
)
from transfer.replications.store import REPLICATIONS

Documents = Annotated[
    tuple[HandedOver, ...], Field(max_length=2, examples=[["manual", "guidelines"]], description="Переданные документы")
]


class AgreeReplication(Command):
    """Договорённость площадки и ментора о внедрении практики."""

    practice_id: PracticeRef
    site_institution_id: OtherInstitutionRef
    mentor_institution_id: InstitutionRef
    interest_event_id: EventRef | None = Field(
        default=None, examples=[None], description="Мастерская, на которой площадка заинтересовалась"
    )
    agreed_on: Day


class TrainSite(Command):
    """Обучение площадки на семинаре по этой практике."""

    event_id: EventRef
    documents: Documents = ()


class HandOverDocuments(Command):
    """Передача документов пакета площадке."""

    documents: Documents = Field(min_length=1)


class StartReplication(Command):
    """Начало работы по практике."""

    started_on: Day


class ExplainedAdaptation(Command):
    """Отличие от методических рекомендаций и его причина."""

    step: int = Field(ge=1, le=100, examples=[2], description="Номер шага рекомендаций, с 1")
    change: Paragraph = Field(examples=["Встречи проводятся в сельском клубе"])
    explanation: str = Field(default="", max_length=4000, examples=["У площадки нет своей комнаты для встреч"])


class ReportReplication(Command):
    """Отчёт площадки о внедрении."""

    results: Paragraph = Field(examples=["Цикл прошли 12 семей"])
    adaptations: tuple[ExplainedAdaptation, ...] = Field(
        default=(),
        max_length=100,
        examples=[[{"step": 2, "change": "Встречи в сельском клубе", "explanation": "Нет своей комнаты для встреч"}]],
    )
    reported_on: Day


class StopReplication(Command):
    """Прекращение внедрения."""

    reason: Paragraph = Field(examples=["Учреждение реорганизовано"])
    stopped_on: Day


async def agree_replication(command: AgreeReplication, work: Work) -> Replication:
    """Agree on the replication of an active bank entry at a site of the mentor's cluster.

    Raises: NotPermitted, PracticeUnknown, PracticeNotInBank, SiteOutsideCluster, EventUnknown,
    TrainingOfAnotherPractice, SiteDidNotAttend, DateInFuture, DatesOutOfOrder, AlreadyExists (one per practice
    and site).
    Emits: transfer.replication.agreed.v1.
    """
    MAY_AGREE.require(work.caller, command)
    practice = await PRACTICES.get(work, command.practice_id)
    mentor, site = command.mentor_institution_id, command.site_institution_id
    in_bank = await is_in_bank(work, practice.id)
    if in_bank:
        await cluster_with(work, practice.id, mentor_institution_id=mentor, site_institution_id=site)
    edition = await edition_in_force(work, practice.id)
    interest = await EVENTS.get(work, command.interest_event_id) if command.interest_event_id else None
    replication, fact = domain.agree(
        Replication(
            id=work.new_id(),
            edition=edition.number if edition else 0,
            owner_institution_id=practice.institution_id,
            **command.model_dump(),
        ),
        in_bank=in_bank,
        interest=interest,
        now=work.now,
    )
    return await REPLICATIONS.save(work, replication, fact)


async def train_site(change: Change[TrainSite], work: Work) -> Replication:
    """Record the training of the site at a seminar of the practice, and the documents received there.

    Raises: ReplicationUnknown, StaleVersion, NotPermitted, EventUnknown, ReplicationNotInState,
    TrainingOfAnotherPractice, SiteDidNotAttend. Emits: transfer.replication.trained.v1.
    """
    replication = await REPLICATIONS.load(work, change)
    MAY_AGREE.require(work.caller, replication)
    event = await EVENTS.get(work, change.command.event_id)
    trained, fact = domain.train(replication, event, handed_over=change.command.documents)
    return await REPLICATIONS.save(work, trained, fact)


async def hand_over_documents(change: Change[HandOverDocuments], work: Work) -> Replication:
    """Record documents that the mentor has handed over.

    Raises: ReplicationUnknown, StaleVersion, NotPermitted, ReplicationNotInState.
    """
    replication = await REPLICATIONS.load(work, change)
    MAY_HAND_OVER.require(work.caller, replication)
    return await REPLICATIONS.save(work, domain.hand_over(replication, handed_over=change.command.documents))


async def start_replication(change: Change[StartReplication], work: Work) -> Replication:
    """Record that the site works by the practice.

    Raises: ReplicationUnknown, StaleVersion, NotPermitted, ReplicationNotInState, DateInFuture, DatesOutOfOrder.
    Emits: transfer.replication.started.v1.
    """
    replication = await REPLICATIONS.load(work, change)
    MAY_RUN.require(work.caller, replication)
    started, fact = domain.start(replication, started_on=change.command.started_on, now=work.now)
    return await REPLICATIONS.save(work, started, fact)


async def report_replication(change: Change[ReportReplication], work: Work) -> Replication:
    """Take the site's report.

    Raises: ReplicationUnknown, StaleVersion, NotPermitted, ReplicationNotInState, TransferIncomplete,
    AdaptedStepUnknown, AdaptationUnexplained, DateInFuture, DatesOutOfOrder.
    Emits: transfer.replication.reported.v1.
    """
    replication = await REPLICATIONS.load(work, change)
    MAY_RUN.require(work.caller, replication)
    said = change.command
    report = Report(
        results=said.results,
        adaptations=tuple(Adaptation(**adaptation.model_dump()) for adaptation in said.adaptations),
        reported_on=said.reported_on,
    )
    steps = await guideline_steps(work, replication)
    reported, fact = domain.report_on(replication, report, steps=len(steps), now=work.now)
    return await REPLICATIONS.save(work, reported, fact)


async def stop_replication(change: Change[StopReplication], work: Work) -> Replication:
    """End a replication before its report.

    Raises: ReplicationUnknown, StaleVersion, NotPermitted, ReplicationNotInState, DateInFuture, DatesOutOfOrder.
    Emits: transfer.replication.stopped.v1.
    """
    replication = await REPLICATIONS.load(work, change)
    MAY_AGREE.require(work.caller, replication)
    stopped, fact = domain.stop(
        replication, reason=change.command.reason, stopped_on=change.command.stopped_on, now=work.now
    )
    return await REPLICATIONS.save(work, stopped, fact)


async def guideline_steps(work: Work, replication: Replication) -> tuple[Step, ...]:
    """Return the steps of the edition that the site replicates."""
    for edition in await EDITIONS.find(work, {"practice_id": replication.practice_id}):
        if edition.number == replication.edition:
            return edition.guidelines.steps
    return ()
