"""What clients see of statuses. Statuses are open to everyone signed in."""

from collections import defaultdict
from datetime import date
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from contracts.registry import StatusKind
from registry.fields import IdFilter
from registry.institutions.queries import institution_names
from registry.statuses.store import APPROVED_REPORTS, STATUSES, held_on


class ExtensionView(BaseModel):
    """Продление статуса."""

    model_config = ConfigDict(from_attributes=True)

    act_id: str
    valid_until: date


class RevocationView(BaseModel):
    """Прекращение статуса."""

    model_config = ConfigDict(from_attributes=True)

    act_id: str
    revoked_on: date


class StatusView(View):
    """Статус учреждения в технопарке."""

    institution_id: str
    kind: StatusKind
    theme: str | None = None
    act_id: str
    valid_from: date
    valid_until: date | None = None
    extensions: tuple[ExtensionView, ...] = ()
    revocation: RevocationView | None = None


class StatusCard(StatusView):
    """Статус с наименованием учреждения и годами, за которые есть утверждённый отчёт."""

    beyond_version: ClassVar[bool] = True
    last_day: date = Field(description="Последний день с учётом прекращения; 9999-12-31 у бессрочного")
    institution_name: str = Field(default="", examples=["КСЦОН «Веста»"])
    approved_report_years: tuple[int, ...] = Field(default=(), examples=[[2023]])


class StatusSearch(PageRequest):
    """Какие статусы показать."""

    institution_id: IdFilter = None
    kind: StatusKind | None = Field(default=None, description="Вид статуса")
    on: date | None = Field(default=None, description="Действует в этот день")
    ends_from: date | None = Field(default=None, description="Последний день не раньше этого")
    ends_to: date | None = Field(default=None, description="Последний день не позже этого")


async def status(reads: Reads, status_id: str) -> StatusCard:
    """Return one status. Raises: StatusUnknown."""
    return (await _completed(reads, [StatusCard.model_validate(await STATUSES.document(reads, status_id))]))[0]


async def statuses(reads: Reads, search: StatusSearch) -> Page[StatusCard]:
    """Return statuses in the order of their first days."""
    exact = {"institution_id": search.institution_id, "kind": search.kind}
    where: dict[str, Any] = {name: value for name, value in exact.items() if value}
    ends = {"$gte": search.ends_from, "$lte": search.ends_to}
    if bounds := {bound: day.isoformat() for bound, day in ends.items() if day}:
        where["last_day"] = bounds
    where = {"$and": [where, held_on(search.on)]} if search.on else where
    rows = reads.db[STATUSES.collection]
    found = await page(rows, where, search, StatusCard.model_validate, order=("valid_from", 1))
    return Page(items=await _completed(reads, found.items), next=found.next)


async def _completed(reads: Reads, cards: list[StatusCard]) -> list[StatusCard]:
    names = await institution_names(reads, (card.institution_id for card in cards))
    years = await _approved_years(reads, {card.institution_id for card in cards})
    return [
        card.model_copy(
            update={
                "institution_name": names[card.institution_id],
                "approved_report_years": tuple(year for year in years[card.institution_id] if _held_in(card, year)),
            }
        )
        for card in cards
    ]


async def _approved_years(reads: Reads, institution_ids: set[str]) -> dict[str, list[int]]:
    reports = await reads.db[APPROVED_REPORTS].find({"institution_id": {"$in": sorted(institution_ids)}})
    years: dict[str, set[int]] = defaultdict(set)
    for report in reports:
        years[report["institution_id"]].add(report["year"])
    return defaultdict(list, {institution: sorted(found) for institution, found in years.items()})


def _held_in(card: StatusCard, year: int) -> bool:
    return card.valid_from.year <= year <= card.last_day.year
