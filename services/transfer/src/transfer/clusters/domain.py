"""A mentor cluster: a РИП that passes one practice on to sites, within its load limit."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.transfer import ClusterFormedV1, SiteAttachedV1
from transfer.access import CURATOR, OVERSEERS, STAFF
from transfer.dates import day_has_come, days_in_order

MAY_MENTOR = Allow(roles=CURATOR, members=STAFF, institution_fields=("mentor_institution_id",))
MAY_SEE = Allow(roles=OVERSEERS, members=STAFF, institution_fields=("mentor_institution_id", "sites.institution_id"))


@dataclass(eq=False, kw_only=True)
class ClusterUnknown(NotFound):
    """No cluster has this id, or the caller may not see it."""

    code: ClassVar = "cluster-unknown"
    title: ClassVar = Words("Кластер не найден", "Cluster not found")
    detail: ClassVar = Words("Кластера {cluster_id} нет.", "There is no cluster {cluster_id}.")
    cluster_id: str


@dataclass(eq=False, kw_only=True)
class ClusterFull(RuleBroken):
    """The mentor has as many sites as its load limit allows."""

    code: ClassVar = "cluster-full"
    title: ClassVar = Words("Нагрузка ментора исчерпана", "The mentor's load is exhausted")
    detail: ClassVar = Words(
        "Площадок у ментора: {sites} при пределе {limit}. Ещё одну присоединить нельзя.",
        "The mentor has {sites} sites, its limit is {limit}: no further site can be attached.",
    )
    sites: int
    limit: int


@dataclass(eq=False, kw_only=True)
class SiteAlreadyAttached(RuleBroken):
    """The site is in the cluster already."""

    code: ClassVar = "site-already-attached"
    title: ClassVar = Words("Площадка уже в кластере", "The site is in the cluster already")
    detail: ClassVar = Words("Площадка {institution_id} уже в кластере.", "Site {institution_id} is in the cluster.")
    institution_id: str


@dataclass(eq=False, kw_only=True)
class MentorIsNoSite(RuleBroken):
    """A mentor is attached to its own cluster."""

    code: ClassVar = "mentor-is-no-site"
    title: ClassVar = Words("Ментор — не площадка своего кластера", "The mentor is no site of its cluster")
    detail: ClassVar = Words(
        "Учреждение {institution_id} — ментор этого кластера.", "Institution {institution_id} mentors this cluster."
    )
    institution_id: str


@dataclass(eq=False, kw_only=True)
class SiteOutsideCluster(RuleBroken):
    """The site is not in the mentor's cluster for the practice."""

    code: ClassVar = "site-outside-cluster"
    title: ClassVar = Words("Площадка не в кластере ментора", "The site is outside the cluster")
    detail: ClassVar = Words(
        "Площадка {institution_id} не присоединена к кластеру этого ментора по этой практике.",
        "Site {institution_id} is not attached to this mentor's cluster for this practice.",
    )
    institution_id: str


@dataclass(eq=False, kw_only=True)
class ProgrammeStepUnknown(RuleBroken):
    """A visit is for a step that the mentoring programme does not have."""

    code: ClassVar = "programme-step-unknown"
    title: ClassVar = Words("Такого шага в программе нет", "The programme has no such step")
    detail: ClassVar = Words(
        "Шагов в программе менторского сопровождения: {steps}, указан шаг {step}.",
        "The mentoring programme has {steps} steps, step {step} is named.",
    )
    step: int
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedSite:
    """A site of the cluster."""

    institution_id: str
    attached_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeStep:
    """A step of the mentoring programme; every site of the cluster goes through it."""

    title: str
    checklist: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit of the mentor to a site, for one step of the programme, numbered from 1."""

    institution_id: str
    step: int
    visited_on: date
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The sites that a mentor serves for one practice."""

    id: str
    version: int = 0
    practice_id: str
    mentor_institution_id: str
    load_limit: int
    formed_on: date
    sites: tuple[AttachedSite, ...] = ()
    programme: tuple[ProgrammeStep, ...] = ()
    visits: tuple[Visit, ...] = ()

    @property
    def free_places(self) -> int:
        """How many sites may still be attached."""
        return self.load_limit - len(self.sites)

    def has_site(self, institution_id: str) -> bool:
        """Tell whether an institution is a site of the cluster."""
        return any(site.institution_id == institution_id for site in self.sites)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A mentor proposed to a site."""

    cluster_id: str
    mentor_institution_id: str
    free_places: int
    is_previous: bool


def form(cluster: Cluster, *, now: datetime) -> tuple[Cluster, ClusterFormedV1]:
    """Make a РИП the mentor of a cluster (A05). Raises: DateInFuture."""
    day_has_come(cluster.formed_on, now=now)
    fact = ClusterFormedV1(
        cluster_id=cluster.id,
        practice_id=cluster.practice_id,
        mentor_institution_id=cluster.mentor_institution_id,
        load_limit=cluster.load_limit,
    )
    return cluster, fact


def mentor_has_room(cluster: Cluster) -> None:
    """Refuse a site beyond the load limit (A05, F12). Raises: ClusterFull."""
    if cluster.free_places < 1:
        raise ClusterFull(sites=len(cluster.sites), limit=cluster.load_limit)


def attach(cluster: Cluster, site: AttachedSite, *, now: datetime) -> tuple[Cluster, SiteAttachedV1]:
    """Attach a site to a cluster.

    Raises: MentorIsNoSite, SiteAlreadyAttached, ClusterFull, DateInFuture, DatesOutOfOrder (before the cluster).
    """
    if site.institution_id == cluster.mentor_institution_id:
        raise MentorIsNoSite(institution_id=site.institution_id)
    if cluster.has_site(site.institution_id):
        raise SiteAlreadyAttached(institution_id=site.institution_id)
    mentor_has_room(cluster)
    day_has_come(site.attached_on, now=now)
    days_in_order(cluster.formed_on, site.attached_on)
    fact = SiteAttachedV1(
        cluster_id=cluster.id,
        practice_id=cluster.practice_id,
        mentor_institution_id=cluster.mentor_institution_id,
        site_institution_id=site.institution_id,
    )
    return replace(cluster, sites=(*cluster.sites, site)), fact


def set_programme(cluster: Cluster, programme: tuple[ProgrammeStep, ...]) -> Cluster:
    """Give the cluster its mentoring programme (A55). Raises: ProgrammeStepUnknown when a visited step would go."""
    last_visited = max((visit.step for visit in cluster.visits), default=0)
    if last_visited > len(programme):
        raise ProgrammeStepUnknown(step=last_visited, steps=len(programme))
    return replace(cluster, programme=programme)


def visit(cluster: Cluster, made: Visit, *, now: datetime) -> Cluster:
    """Record a visit to a site of the cluster, once it is attached.

    Raises: SiteOutsideCluster, ProgrammeStepUnknown, DateInFuture, DatesOutOfOrder.
    """
    site = next((site for site in cluster.sites if site.institution_id == made.institution_id), None)
    if site is None:
        raise SiteOutsideCluster(institution_id=made.institution_id)
    if not 1 <= made.step <= len(cluster.programme):
        raise ProgrammeStepUnknown(step=made.step, steps=len(cluster.programme))
    day_has_come(made.visited_on, now=now)
    days_in_order(site.attached_on, made.visited_on)
    return replace(cluster, visits=(*cluster.visits, made))


def propose(clusters: Iterable[Cluster], *, previous_mentors: frozenset[str]) -> list[Proposal]:
    """Return mentors for a site: its previous one first unless overloaded, then those with most room (F12)."""
    proposals = [
        Proposal(
            cluster_id=cluster.id,
            mentor_institution_id=cluster.mentor_institution_id,
            free_places=cluster.free_places,
            is_previous=cluster.mentor_institution_id in previous_mentors,
        )
        for cluster in clusters
    ]
    return sorted(
        proposals,
        key=lambda found: (found.free_places < 1, not found.is_previous, -found.free_places, found.cluster_id),
    )
