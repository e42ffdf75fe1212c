"""What clients see of entries: an institution its own, the centre and the ministry all of them."""

from datetime import date
from typing import Any

from pydantic import Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from expertise.entries.domain import MAY_READ, EntryKind, EntryOutcome
from expertise.entries.store import ENTRIES
from expertise.fields import IdFilter
from expertise.shown import Shown


class ContestView(Shown):
    """Внешний конкурс; отборы одного конкурса различаются редакцией."""

    name: str
    edition: str | None
    organiser: str


class EntryView(View):
    """Заявка на внешний грант или конкурс."""

    institution_id: str
    kind: EntryKind
    contest: ContestView
    project_title: str | None
    sum_requested: int | None
    filed_on: date
    result_due: date | None
    outcome: EntryOutcome
    decided_on: date | None


class EntrySearch(PageRequest):
    """Какие заявки на конкурсы показать."""

    institution_id: IdFilter = None
    kind: EntryKind | None = None
    outcome: EntryOutcome | None = None
    contest: str | None = Field(default=None, max_length=300, description="Название конкурса: все его отборы")
    result_due_by: date | None = Field(default=None, description="Результат ожидается не позже этого дня")


async def entry(reads: Reads, entry_id: str) -> EntryView:
    """Return one entry. Raises: EntryUnknown, also when the caller may not see it."""
    return EntryView.model_validate(await ENTRIES.document(reads, entry_id, to=MAY_READ))


async def entries(reads: Reads, search: EntrySearch) -> Page[EntryView]:
    """Return the entries that the caller may see, in the order of recording."""
    asked: dict[str, Any] = search.model_dump(include={"institution_id", "kind", "outcome"}, exclude_none=True)
    if search.contest:
        asked["contest.name"] = search.contest
    if search.result_due_by:
        asked["result_due"] = {"$gt": "", "$lte": search.result_due_by.isoformat()}
    where = {"$and": [asked, MAY_READ.filter(reads.caller)]}
    return await page(reads.db[ENTRIES.collection], where, search, EntryView.model_validate)
