"""Use cases of mentor clusters."""

from pydantic import Field

from chassis.work import Change, Command, Work
from transfer.clusters import domain
from transfer.clusters.domain import MAY_MENTOR, AttachedSite, Cluster, ProgrammeStep, Visit
from transfer.clusters.store import CLUSTERS
from transfer.fields import Day, InstitutionRef, Line, OtherInstitutionRef, Paragraph, PracticeRef
from transfer.institutions.store import institutions_are_known
from transfer.practices.store import practice_exists
from transfer.statuses.store import require_status


class FormCluster(Command):
    """Кластер площадок вокруг РИП-ментора по одной практике."""

    practice_id: PracticeRef
    mentor_institution_id: InstitutionRef
    load_limit: int = Field(ge=1, le=100, examples=[4], description="Сколько площадок ментор может вести")
    formed_on: Day


class AttachSite(Command):
    """Присоединение площадки к кластеру."""

    institution_id: OtherInstitutionRef
    attached_on: Day


class NamedStep(Command):
    """Шаг программы менторского сопровождения."""

    title: Line = Field(examples=["Стажировка специалистов площадки у ментора"])
    checklist: tuple[Line, ...] = Field(default=(), max_length=50, examples=[["договор подписан"]])


class SetProgramme(Command):
    """Программа менторского сопровождения, общая для площадок кластера."""

    steps: tuple[NamedStep, ...] = Field(
        min_length=1, max_length=50, examples=[[{"title": "Стажировка у ментора", "checklist": ["договор подписан"]}]]
    )


class RecordVisit(Command):
    """Посещение площадки ментором по шагу программы."""

    institution_id: OtherInstitutionRef
    step: int = Field(ge=1, le=50, examples=[1], description="Номер шага программы, с 1")
    visited_on: Day
    note: Paragraph | None = Field(default=None, examples=["Площадка готова к запуску"])


async def form_cluster(command: FormCluster, work: Work) -> Cluster:
    """Make a РИП the mentor of a cluster for a practice.

    Raises: NotPermitted, InstitutionNotKnown, PracticeUnknown, StatusRequired (rip on the day), DateInFuture,
    AlreadyExists (one cluster per mentor and practice). Emits: transfer.cluster.formed.v1.
    """
    MAY_MENTOR.require(work.caller, command)
    await institutions_are_known(work, command.mentor_institution_id)
    await practice_exists(work, command.practice_id)
    await require_status(work, "rip", institution_id=command.mentor_institution_id, day=command.formed_on)
    cluster, fact = domain.form(Cluster(id=work.new_id(), **command.model_dump()), now=work.now)
    return await CLUSTERS.save(work, cluster, fact)


async def attach_site(change: Change[AttachSite], work: Work) -> Cluster:
    """Attach a site to a cluster.

    Raises: ClusterUnknown, StaleVersion, NotPermitted, InstitutionNotKnown, StatusRequired (site on the day),
    MentorIsNoSite, SiteAlreadyAttached, ClusterFull, DateInFuture, DatesOutOfOrder.
    Emits: transfer.site.attached.v1.
    """
    cluster = await _mentored(change, work)
    command = change.command
    await institutions_are_known(work, command.institution_id)
    await require_status(work, "site", institution_id=command.institution_id, day=command.attached_on)
    attached, fact = domain.attach(cluster, AttachedSite(**command.model_dump()), now=work.now)
    return await CLUSTERS.save(work, attached, fact)


async def set_programme(change: Change[SetProgramme], work: Work) -> Cluster:
    """Give a cluster its mentoring programme.

    Raises: ClusterUnknown, StaleVersion, NotPermitted, ProgrammeStepUnknown.
    """
    cluster = await _mentored(change, work)
    steps = tuple(ProgrammeStep(title=step.title, checklist=step.checklist) for step in change.command.steps)
    return await CLUSTERS.save(work, domain.set_programme(cluster, steps))


async def record_visit(change: Change[RecordVisit], work: Work) -> Cluster:
    """Record a visit of the mentor to a site.

    Raises: ClusterUnknown, StaleVersion, NotPermitted, SiteOutsideCluster, ProgrammeStepUnknown, DateInFuture,
    DatesOutOfOrder.
    """
    cluster = await _mentored(change, work)
    return await CLUSTERS.save(work, domain.visit(cluster, Visit(**change.command.model_dump()), now=work.now))


async def _mentored(change: Change[Command], work: Work) -> Cluster:
    cluster = await CLUSTERS.load(work, change)
    MAY_MENTOR.require(work.caller, cluster)
    return cluster
