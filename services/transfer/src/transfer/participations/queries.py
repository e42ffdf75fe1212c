"""What clients see of participations: the institution's own people and those who oversee."""

from datetime import date

from pydantic import BaseModel, Field

from chassis.documents import Document
from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from contracts.transfer import ParticipationForm
from transfer.dates import within
from transfer.fields import IdFilter, Question, YearFilter
from transfer.participations.domain import MAY_SEE
from transfer.participations.store import PARTICIPATIONS


class ParticipationView(View):
    """Участие в обучении или во внешнем мероприятии."""

    institution_id: str
    form: ParticipationForm
    title: str | None
    persons: int
    person_ids: frozenset[str]
    took_place_on: date


class ParticipationSearch(PageRequest):
    """Какие участия показать."""

    institution_id: IdFilter = None
    form: ParticipationForm | None = None
    year: YearFilter = None


class ParticipationCountSearch(Question):
    """Чьи участия и за какой год сосчитать."""

    institution_id: IdFilter = None
    year: YearFilter = None


class ParticipationCounts(BaseModel):
    """Участия и люди — разные меры: один человек бывает в нескольких участиях."""

    participations: int
    by_form: dict[ParticipationForm, int]
    distinct_persons: int | None = Field(description="Разных людей; null, если названы не все")


async def participation(reads: Reads, participation_id: str) -> ParticipationView:
    """Return one participation. Raises: ParticipationUnknown."""
    return ParticipationView.model_validate(await PARTICIPATIONS.document(reads, participation_id, to=MAY_SEE))


async def participations(reads: Reads, search: ParticipationSearch) -> Page[ParticipationView]:
    """Return the participations that the caller may see, the latest first."""
    asked = search.model_dump(include={"institution_id", "form"}, exclude_none=True)
    where = {"$and": [MAY_SEE.filter(reads.caller), {"took_place_on": within(search.year), **asked}]}
    collection = reads.db[PARTICIPATIONS.collection]
    return await page(collection, where, search, ParticipationView.model_validate, order=("took_place_on", -1))


async def participation_counts(reads: Reads, search: ParticipationCountSearch) -> ParticipationCounts:
    """Count participations by form, and the people behind them where all are named (C12, T8)."""
    asked = search.model_dump(include={"institution_id"}, exclude_none=True)
    where = {"$and": [MAY_SEE.filter(reads.caller), {"took_place_on": within(search.year), **asked}]}
    group = {
        "_id": "$form",
        "persons": {"$sum": "$persons"},
        "named": {"$push": "$person_ids"},
        "complete": {"$min": "$names_everybody"},
    }
    found = await reads.db[PARTICIPATIONS.collection].aggregate(
        [{"$match": where}, {"$group": group}, {"$sort": {"_id": 1}}]
    )
    by_form = {document["_id"]: document["persons"] for document in found}
    return ParticipationCounts(participations=sum(by_form.values()), by_form=by_form, distinct_persons=_distinct(found))


def _distinct(groups: list[Document]) -> int | None:
    if not all(group["complete"] for group in groups):
        return None
    return len({person for group in groups for named in group["named"] for person in named})
