"""What clients see of calls. They are open to everyone signed in."""

from datetime import date
from typing import Any

from pydantic import Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from contracts.registry import InstitutionKind, StatusKind
from expertise.calls.store import CALLS
from expertise.fields import IdFilter
from expertise.shown import Shown


class CriterionView(Shown):
    """Критерий оценки."""

    code: str
    title: str
    weight: int


class ScaleView(Shown):
    """Шкала оценок, обе границы допустимы."""

    minimum: int
    maximum: int


class EligibilityView(Shown):
    """Кто может подать заявку; пустой список ничего не требует."""

    status_kinds: frozenset[StatusKind]
    institution_kinds: frozenset[InstitutionKind]
    team_supervisor_status_kinds: frozenset[StatusKind]


class CallView(View):
    """Отбор заявок."""

    direction_id: str
    title: str
    opens_on: date
    closes_on: date
    criteria: tuple[CriterionView, ...]
    scale: ScaleView
    eligibility: EligibilityView
    returns_limit: int
    reviews_required: int
    divergence_threshold: float


class CallSearch(PageRequest):
    """Какие отборы показать."""

    direction_id: IdFilter = None
    open_on: date | None = Field(default=None, description="Только те, что принимают заявки в этот день")


async def call(reads: Reads, call_id: str) -> CallView:
    """Return one call. Raises: CallUnknown."""
    return CallView.model_validate(await CALLS.document(reads, call_id))


async def calls(reads: Reads, search: CallSearch) -> Page[CallView]:
    """Return calls in the order of opening."""
    where: dict[str, Any] = search.model_dump(include={"direction_id"}, exclude_none=True)
    if search.open_on:
        day = search.open_on.isoformat()
        where |= {"opens_on": {"$lte": day}, "closes_on": {"$gte": day}}
    return await page(reads.db[CALLS.collection], where, search, CallView.model_validate)
