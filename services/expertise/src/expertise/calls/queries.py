"""What clients see of calls. They are open to everyone signed in."""

from datetime import date
from typing import Any

from pydantic import Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from expertise.calls.domain import CallUnknown, Criterion, Eligibility, Scale
from expertise.calls.store import CALLS


class CallView(View):
    """Отбор заявок."""

    direction_id: str
    title: str
    opens_on: date
    closes_on: date
    criteria: tuple[Criterion, ...]
    scale: Scale
    eligibility: Eligibility
    returns_limit: int
    reviews_required: int
    divergence_threshold: float


class CallSearch(PageRequest):
    """Какие отборы показать."""

    direction_id: str | None = Field(default=None, max_length=64)
    open_on: date | None = Field(default=None, description="Только те, что принимают заявки в этот день")


async def call(reads: Reads, call_id: str) -> CallView:
    """Return one call. Raises: CallUnknown."""
    found = await reads.db[CALLS.collection].find_one({"_id": call_id})
    if found is None:
        raise CallUnknown(call_id=call_id)
    return CallView.model_validate(found)


async def calls(reads: Reads, search: CallSearch) -> Page[CallView]:
    """Return calls in the order of opening."""
    where: dict[str, Any] = search.model_dump(include={"direction_id"}, exclude_none=True)
    if search.open_on:
        day = search.open_on.isoformat()
        where |= {"opens_on": {"$lte": day}, "closes_on": {"$gte": day}}
    return await page(reads.db[CALLS.collection], where, search, CallView.model_validate)
