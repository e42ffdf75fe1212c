"""What clients see of awards: an institution its own, the centre and the ministry all of them."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chassis.errors import NotPermitted
from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from expertise.awards.domain import MAY_READ, count
from expertise.awards.store import AWARDS
from expertise.entries.queries import ContestView
from expertise.fields import IdFilter, InstitutionId


class AwardView(View):
    """Награда."""

    institution_id: str
    entry_id: str | None
    contest: ContestView
    project_title: str | None
    result: str
    winner_ids: tuple[str, ...]
    granted_on: date


class AwardSearch(PageRequest):
    """Какие награды показать."""

    institution_id: IdFilter = None
    winner_id: IdFilter = Field(default=None, description="Награды человека")
    contest: str | None = Field(default=None, max_length=300, description="Название конкурса: все его отборы")


class AwardCountAsked(BaseModel):
    """Чьи награды и за какой год считать."""

    model_config = ConfigDict(extra="forbid")

    institution_id: InstitutionId
    year: int = Field(ge=2000, le=2100)


class AwardCount(BaseModel):
    """Награды и люди считаются отдельно."""

    institution_id: str
    year: int
    awards: int = Field(description="Сколько наград")
    people: int = Field(description="Сколько разных людей их получили")


async def award(reads: Reads, award_id: str) -> AwardView:
    """Return one award. Raises: AwardUnknown, also when the caller may not see it."""
    return AwardView.model_validate(await AWARDS.document(reads, award_id, to=MAY_READ))


async def awards(reads: Reads, search: AwardSearch) -> Page[AwardView]:
    """Return the awards that the caller may see, in the order of recording."""
    names = {"institution_id": search.institution_id, "winner_ids": search.winner_id, "contest.name": search.contest}
    asked: dict[str, Any] = {name: value for name, value in names.items() if value}
    where = {"$and": [asked, MAY_READ.filter(reads.caller)]}
    return await page(reads.db[AWARDS.collection], where, search, AwardView.model_validate)


async def award_count(reads: Reads, asked: AwardCountAsked) -> AwardCount:
    """Count an institution's awards and winners of a year. Raises: NotPermitted."""
    if not MAY_READ.permits(reads.caller, {"institution_id": asked.institution_id}):
        raise NotPermitted
    year = {"$gte": f"{asked.year}-01-01", "$lte": f"{asked.year}-12-31"}
    found = count(await AWARDS.find(reads, {"institution_id": asked.institution_id, "granted_on": year}))
    return AwardCount(institution_id=asked.institution_id, year=asked.year, awards=found.awards, people=found.people)
