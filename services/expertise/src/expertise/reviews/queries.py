"""What clients see of reviews: experts their own, others' only after finishing; nobody where they have an interest."""

from collections import defaultdict
from datetime import date
from typing import Any, ClassVar

from pydantic import BaseModel, Field

from chassis.documents import Document
from chassis.identity import Caller
from chassis.pages import Page, PageRequest, View, page
from chassis.policy import Allow
from chassis.work import Reads
from expertise.applications.store import APPLICATIONS
from expertise.calls.store import CALLS
from expertise.conflicts.store import barred_applications
from expertise.fields import IdFilter
from expertise.reviews.domain import Review, ReviewState
from expertise.reviews.errors import InterestBarsReading, ReviewUnknown
from expertise.reviews.evaluation import adjusted_totals, evaluate
from expertise.reviews.store import REVIEWS
from expertise.shown import Shown

SEES_ALL = Allow(roles=frozenset({"administrator", "curator", "secretary"}))


class MarkView(Shown):
    """Оценка по критерию."""

    criterion: str
    value: int
    comment: str | None


class EvaluationView(Shown):
    """Итог законченных рецензий."""

    assigned: int
    completed: int
    totals: tuple[float, ...]
    mean: float | None
    divergence: float | None
    third_expert_needed: bool
    ready: bool


class ReviewView(View):
    """Рецензия; оценки незаконченной рецензии видит только её автор."""

    beyond_version: ClassVar[bool] = True
    application_id: str
    call_id: str
    expert_id: str
    assigned_on: date
    state: ReviewState
    marks: tuple[MarkView, ...]
    comment: str | None
    total: float | None = Field(description="Взвешенный итог от 0 до 100; null, пока рецензия не закончена")
    completed_on: date | None
    recused_on: date | None
    recused_because: str | None


class ReviewSearch(PageRequest):
    """Какие рецензии показать."""

    application_id: IdFilter = None
    expert_id: IdFilter = None
    call_id: IdFilter = None
    state: ReviewState | None = Field(default=None, description="assigned — ждут эксперта")


class ApplicationEvaluation(BaseModel):
    """Итог рецензий по заявке."""

    application_id: str
    evaluation: EvaluationView


class RankedView(BaseModel):
    """Заявка в рейтинге отбора."""

    rank: int
    application_id: str
    raw: float = Field(description="Средний итог")
    adjusted: float | None = Field(description="С поправкой на строгость; null, если у эксперта меньше пяти рецензий")
    reviews: int


class Ranking(BaseModel):
    """Рейтинг отбора: исходные и поправленные итоги рядом."""

    call_id: str
    items: list[RankedView]


async def review(reads: Reads, review_id: str) -> ReviewView:
    """Return one review. Raises: ReviewUnknown, also when the caller may not see it."""
    found = await reads.db[REVIEWS.collection].find_one({"$and": [{"_id": review_id}, await _visible(reads)]})
    if found is None:
        raise ReviewUnknown(review_id=review_id)
    return _shown(found, reads.caller)


async def reviews(reads: Reads, search: ReviewSearch) -> Page[ReviewView]:
    """Return the reviews that the caller may see, in the order of assignment."""
    asked = search.model_dump(include={"application_id", "expert_id", "call_id", "state"}, exclude_none=True)
    where = {"$and": [asked, await _visible(reads)]}
    return await page(reads.db[REVIEWS.collection], where, search, lambda found: _shown(found, reads.caller))


async def evaluation(reads: Reads, application_id: str) -> ApplicationEvaluation:
    """Sum up the reviews of an application. Raises: NotPermitted, ApplicationUnknown, InterestBarsReading."""
    SEES_ALL.require(reads.caller, {})
    application = await APPLICATIONS.get(reads, application_id)
    if application_id in await barred_applications(reads.db, reads.caller.subject, reads.now.date()):
        raise InterestBarsReading
    found = await REVIEWS.find(reads, {"application_id": application_id})
    call = await CALLS.get(reads, application.call_id)
    summed = EvaluationView.model_validate(evaluate(found, call))
    return ApplicationEvaluation(application_id=application_id, evaluation=summed)


async def ranking(reads: Reads, call_id: str) -> Ranking:
    """Rank the reviewed applications of a call by raw mean, without those in which the caller has an interest.

    Raises: NotPermitted, CallUnknown.
    """
    SEES_ALL.require(reads.caller, {})
    await CALLS.get(reads, call_id)
    barred = await barred_applications(reads.db, reads.caller.subject, reads.now.date())
    found = [item for item in await REVIEWS.find(reads, {"call_id": call_id}) if item.total is not None]
    adjusted = adjusted_totals(found)
    by_application: dict[str, list[Review]] = defaultdict(list)
    for item in found:
        if item.application_id not in barred:
            by_application[item.application_id].append(item)
    rows = sorted(
        (_ranked(application_id, items, adjusted) for application_id, items in by_application.items()),
        key=lambda row: (-row.raw, row.application_id),
    )
    return Ranking(
        call_id=call_id, items=[row.model_copy(update={"rank": number}) for number, row in enumerate(rows, start=1)]
    )


async def _visible(reads: Reads) -> dict[str, Any]:
    me = reads.caller.subject
    if SEES_ALL.permits(reads.caller, {}):
        barred = await barred_applications(reads.db, me, reads.now.date())
        return {"application_id": {"$nin": barred}} if barred else {}
    own = await reads.db[REVIEWS.collection].find({"expert_id": me})
    finished = [item["application_id"] for item in own if item["state"] == "completed"]
    return {"$or": [{"expert_id": me}, {"application_id": {"$in": finished}, "state": "completed"}]}


def _shown(found: Document, caller: Caller) -> ReviewView:
    view = ReviewView.model_validate(found)
    if view.state == "assigned" and view.expert_id != caller.subject:
        return view.model_copy(update={"marks": (), "comment": None})
    return view


def _ranked(application_id: str, items: list[Review], adjusted: dict[str, float | None]) -> RankedView:
    totals = [item.total for item in items if item.total is not None]
    known = [value for item in items if (value := adjusted[item.id]) is not None]
    complete = len(known) == len(items)
    return RankedView(
        rank=0,
        application_id=application_id,
        raw=round(sum(totals) / len(totals), 2),
        adjusted=round(sum(known) / len(known), 2) if complete else None,
        reviews=len(items),
    )
