"""What clients see of clusters: the mentor, its sites, and those who oversee; proposals are for everybody."""

from datetime import date

from pydantic import BaseModel, Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from transfer.clusters.domain import MAY_SEE, propose
from transfer.clusters.store import CLUSTERS
from transfer.fields import IdFilter, Part, Question
from transfer.institutions.store import names


class AttachedSiteView(Part):
    """Площадка кластера."""

    institution_id: str
    attached_on: date


class ProgrammeStepView(Part):
    """Шаг программы менторского сопровождения."""

    title: str
    checklist: tuple[str, ...]


class VisitView(Part):
    """Посещение площадки ментором."""

    institution_id: str
    step: int
    visited_on: date
    note: str | None


class ClusterView(View):
    """Кластер площадок вокруг РИП-ментора."""

    practice_id: str
    mentor_institution_id: str
    load_limit: int
    formed_on: date
    sites: tuple[AttachedSiteView, ...]
    programme: tuple[ProgrammeStepView, ...]
    visits: tuple[VisitView, ...]


class ClusterSearch(PageRequest):
    """Какие кластеры показать."""

    practice_id: IdFilter = None
    mentor_institution_id: IdFilter = None
    site_institution_id: IdFilter = None


class ProposalSearch(Question):
    """Для какой площадки и по какой практике ищется ментор."""

    practice_id: str = Field(min_length=1, max_length=64)
    site_institution_id: str = Field(min_length=1, max_length=64)


class ProposalView(BaseModel):
    """Предлагаемый ментор."""

    cluster_id: str
    mentor_institution_id: str
    name: str
    free_places: int
    is_previous: bool = Field(description="Уже вёл эту площадку")


class Proposals(BaseModel):
    """Менторы по порядку предложения."""

    items: list[ProposalView]


async def cluster(reads: Reads, cluster_id: str) -> ClusterView:
    """Return one cluster. Raises: ClusterUnknown."""
    return ClusterView.model_validate(await CLUSTERS.document(reads, cluster_id, to=MAY_SEE))


async def clusters(reads: Reads, search: ClusterSearch) -> Page[ClusterView]:
    """Return the clusters that the caller may see, in the order in which they were formed."""
    asked = {
        "practice_id": search.practice_id,
        "mentor_institution_id": search.mentor_institution_id,
        "sites.institution_id": search.site_institution_id,
    }
    wanted = {name: value for name, value in asked.items() if value is not None}
    where = {"$and": [MAY_SEE.filter(reads.caller), wanted]}
    return await page(reads.db[CLUSTERS.collection], where, search, ClusterView.model_validate)


async def mentor_proposals(reads: Reads, search: ProposalSearch) -> Proposals:
    """Return mentors of a practice for a site, the previous one first unless overloaded (F12)."""
    stored = reads.db[CLUSTERS.collection]
    served = await stored.find({"sites.institution_id": search.site_institution_id})
    previous = frozenset(document["mentor_institution_id"] for document in served)
    found = [CLUSTERS.read(document) for document in await stored.find({"practice_id": search.practice_id})]
    proposals = propose(found, previous_mentors=previous)
    called = await names(reads.db, (proposal.mentor_institution_id for proposal in proposals))
    return Proposals(
        items=[
            ProposalView(
                cluster_id=proposal.cluster_id,
                mentor_institution_id=proposal.mentor_institution_id,
                name=called.get(proposal.mentor_institution_id, ""),
                free_places=proposal.free_places,
                is_previous=proposal.is_previous,
            )
            for proposal in proposals
        ]
    )
