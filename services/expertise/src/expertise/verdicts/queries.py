"""What clients see of verdicts. Defence is open, and so are its decisions, to everyone signed in."""

from datetime import date
from typing import Any

from pydantic import Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from contracts.expertise import SubjectKind, VerdictOutcome
from expertise.fields import IdFilter
from expertise.verdicts.domain import Purpose
from expertise.verdicts.store import VERDICTS


class VerdictView(View):
    """Решение экспертного совета."""

    session_id: str
    subject_kind: SubjectKind
    subject_id: str = Field(description="Заявка, если рассмотрен проект; иначе практика")
    institution_id: str
    title: str
    purpose: Purpose = Field(description="Защита или отчёт о реализации")
    hearing: int = Field(description="Которое слушание")
    outcome: VerdictOutcome
    remarks: tuple[str, ...]
    remarks_due_on: date | None
    votes_for: int
    votes_against: int
    abstained: int
    decided_on: date


class VerdictSearch(PageRequest):
    """Какие решения показать."""

    session_id: IdFilter = None
    subject_id: IdFilter = None
    institution_id: IdFilter = None
    outcome: VerdictOutcome | None = None
    remarks_due_by: date | None = Field(default=None, description="Срок устранения замечаний не позже этого дня")


async def verdict(reads: Reads, verdict_id: str) -> VerdictView:
    """Return one verdict. Raises: VerdictUnknown."""
    return VerdictView.model_validate(await VERDICTS.get(reads, verdict_id))


async def verdicts(reads: Reads, search: VerdictSearch) -> Page[VerdictView]:
    """Return verdicts in the order of deciding."""
    where: dict[str, Any] = search.model_dump(
        include={"session_id", "subject_id", "institution_id", "outcome"}, exclude_none=True
    )
    if search.remarks_due_by:
        where["remarks_due_on"] = {"$gt": "", "$lte": search.remarks_due_by.isoformat()}
    return await page(reads.db[VERDICTS.collection], where, search, VerdictView.model_validate)
