"""What clients see of replications: site, mentor, owner of the practice, and those who oversee; counts are open."""

from datetime import date
from typing import ClassVar

from pydantic import BaseModel, Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from transfer.fields import IdFilter, Part, Question
from transfer.institutions.store import municipalities, names
from transfer.practices.queries import practice_titles
from transfer.replications.domain import MAY_SEE, HandedOver, ReplicationState
from transfer.replications.store import REPLICATIONS


class AdaptationView(Part):
    """Отличие от методических рекомендаций."""

    step: int
    change: str
    explanation: str


class ReportView(Part):
    """Отчёт площадки."""

    results: str
    adaptations: tuple[AdaptationView, ...]
    reported_on: date


class ReplicationView(View):
    """Внедрение практики на площадке."""

    practice_id: str
    edition: int
    owner_institution_id: str
    site_institution_id: str
    mentor_institution_id: str
    interest_event_id: str | None
    state: ReplicationState
    agreed_on: date
    handed_over: tuple[HandedOver, ...]
    event_id: str | None
    trained_on: date | None
    started_on: date | None
    report: ReportView | None
    derived_practice_id: str | None
    described_on: date | None
    stopped_on: date | None
    stopped_because: str | None


class NamedReplication(ReplicationView):
    """Внедрение, с названием практики и наименованиями учреждений."""

    beyond_version: ClassVar[bool] = True
    practice_title: str = Field(default="", examples=["Семейная гостиная «Разговор с будущим»"])
    owner_name: str = Field(default="", examples=["КСЦОН «Веста»"])
    site_name: str = ""
    mentor_name: str = ""


class ReplicationSearch(PageRequest):
    """Какие внедрения показать."""

    practice_id: IdFilter = None
    owner_institution_id: IdFilter = None
    site_institution_id: IdFilter = None
    mentor_institution_id: IdFilter = None
    state: ReplicationState | None = None


class ReplicationCountSearch(Question):
    """Внедрения какой практики сосчитать."""

    practice_id: str = Field(min_length=1, max_length=64)


class ReplicationCounts(BaseModel):
    """Площадки, внедряющие практику; прекращённые внедрения в число площадок не входят."""

    sites: int
    by_state: dict[ReplicationState, int]
    by_municipality: dict[str, int]


async def replication(reads: Reads, replication_id: str) -> NamedReplication:
    """Return one replication. Raises: ReplicationUnknown."""
    found = await REPLICATIONS.document(reads, replication_id, to=MAY_SEE)
    return (await _named(reads, [NamedReplication.model_validate(found)]))[0]


async def replications(reads: Reads, search: ReplicationSearch) -> Page[NamedReplication]:
    """Return the replications that the caller may see, in the order in which they were agreed."""
    asked = search.model_dump(
        include={"practice_id", "owner_institution_id", "site_institution_id", "mentor_institution_id", "state"},
        exclude_none=True,
    )
    where = {"$and": [MAY_SEE.filter(reads.caller), asked]}
    found = await page(reads.db[REPLICATIONS.collection], where, search, NamedReplication.model_validate)
    return Page(items=await _named(reads, found.items), next=found.next)


async def _named(reads: Reads, views: list[NamedReplication]) -> list[NamedReplication]:
    sides = {
        side
        for view in views
        for side in (view.owner_institution_id, view.site_institution_id, view.mentor_institution_id)
    }
    called = await names(reads.db, sides)
    titles = await practice_titles(reads, (view.practice_id for view in views))
    return [
        view.model_copy(
            update={
                "practice_title": titles.get(view.practice_id, ""),
                "owner_name": called.get(view.owner_institution_id, ""),
                "site_name": called.get(view.site_institution_id, ""),
                "mentor_name": called.get(view.mentor_institution_id, ""),
            }
        )
        for view in views
    ]


async def replication_counts(reads: Reads, search: ReplicationCountSearch) -> ReplicationCounts:
    """Count the sites of a practice by state and municipality (A36)."""
    group = {"_id": "$state", "sites": {"$push": "$site_institution_id"}}
    found = await reads.db[REPLICATIONS.collection].aggregate(
        [{"$match": {"practice_id": search.practice_id}}, {"$group": group}, {"$sort": {"_id": 1}}]
    )
    standing = {site for document in found if document["_id"] != "stopped" for site in document["sites"]}
    places = await municipalities(reads.db, standing)
    by_municipality: dict[str, int] = {}
    for site in sorted(standing):
        place = places.get(site, "")
        by_municipality[place] = by_municipality.get(place, 0) + 1
    return ReplicationCounts(
        sites=len(standing),
        by_state={document["_id"]: len(document["sites"]) for document in found},
        by_municipality=by_municipality,
    )
