"""What clients see of the bank: active entries everybody, candidates their owner and the curator."""

from datetime import date

from pydantic import BaseModel, Field

from chassis.documents import Document
from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from contracts.expertise import VerdictOutcome
from contracts.transfer import PracticeKind, TargetGroup
from transfer.bank.domain import MAY_SEE, EntryState
from transfer.bank.store import BANK
from transfer.dates import within
from transfer.fields import IdFilter, Part, Question, YearFilter


class HearingView(Part):
    """Решение экспертного совета."""

    verdict_id: str
    outcome: VerdictOutcome
    remarks: tuple[str, ...]
    decided_on: date


class EntryView(View):
    """Запись регионального банка."""

    practice_id: str
    institution_id: str
    kind: PracticeKind
    title: str
    target_groups: tuple[TargetGroup, ...]
    edition: int
    nominated_on: date
    state: EntryState
    hearings: tuple[HearingView, ...]
    remarks: tuple[str, ...] = Field(description="Замечания, которые нужно снять до повторного слушания")
    verdict_id: str | None
    activated_on: date | None
    archived_on: date | None
    archived_because: str | None


class EntrySearch(PageRequest):
    """Какие записи банка показать."""

    state: EntryState | None = None
    kind: PracticeKind | None = None
    target_group: TargetGroup | None = None
    institution_id: IdFilter = None
    practice_id: IdFilter = None
    year: YearFilter = Field(default=None, description="В каком году включены в банк")


class BankCountSearch(Question):
    """Чьи записи банка и за какой год сосчитать."""

    institution_id: IdFilter = None
    year: int = Field(ge=2000, le=2100, examples=[2023], description="Календарный год")


class BankCounts(BaseModel):
    """Сколько включено в банк за год и сколько в нём на конец года."""

    activated_in_year: int
    active_at_year_end: int


def _entry(document: Document) -> EntryView:
    return EntryView.model_validate(BANK.read(document))


async def entry(reads: Reads, entry_id: str) -> EntryView:
    """Return one entry. Raises: EntryUnknown."""
    return _entry(await BANK.document(reads, entry_id, to=MAY_SEE))


async def entries(reads: Reads, search: EntrySearch) -> Page[EntryView]:
    """Return the entries that the caller may see, in the order of nomination."""
    asked = {
        "state": search.state,
        "kind": search.kind,
        "target_groups": search.target_group,
        "institution_id": search.institution_id,
        "practice_id": search.practice_id,
        "activated_on": within(search.year) if search.year else None,
    }
    wanted = {name: value for name, value in asked.items() if value is not None}
    where = {"$and": [MAY_SEE.filter(reads.caller), wanted]}
    return await page(reads.db[BANK.collection], where, search, _entry)


async def bank_counts(reads: Reads, search: BankCountSearch) -> BankCounts:
    """Count the technologies that came into the bank in a year, and all that were in it at its end (C16)."""
    owned = {"institution_id": search.institution_id} if search.institution_id else {}
    end = f"{search.year}-12-31"
    kept = {"$or": [{"archived_on": None}, {"archived_on": {"$gt": end}}]}
    bank = reads.db[BANK.collection]
    return BankCounts(
        activated_in_year=await bank.count({**owned, "activated_on": within(search.year)}),
        active_at_year_end=await bank.count({**owned, "activated_on": {"$type": "string", "$lte": end}, **kept}),
    )
