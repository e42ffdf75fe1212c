"""What clients see of agreements: their own institution's, or all for those who oversee."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from registry.agreements.domain import MAY_READ, count
from registry.agreements.store import AGREEMENTS
from registry.fields import IdFilter


class AddendumView(BaseModel):
    """Дополнительное соглашение."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    number: str
    subject: str
    signed_on: date


class AgreementView(View):
    """Соглашение о сотрудничестве."""

    institution_id: str
    number: str
    partner: str
    subject: str
    signed_on: date
    valid_until: date | None = None
    terminated_on: date | None = None
    addenda: tuple[AddendumView, ...] = ()


class AgreementSearch(PageRequest):
    """Какие соглашения показать."""

    institution_id: IdFilter = None
    signed_from: date | None = Field(default=None, description="Подписаны не раньше этого дня")
    signed_to: date | None = Field(default=None, description="Подписаны не позже этого дня")
    text: str | None = Field(default=None, max_length=200, description="Слова из партнёра или предмета, в любой форме")


class CountSearch(BaseModel):
    """За какой год и для какого учреждения считать."""

    model_config = ConfigDict(extra="forbid")

    institution_id: str = Field(min_length=1, max_length=64)
    year: int = Field(ge=2000, le=2100, examples=[2023])


class AgreementCounts(BaseModel):
    """Соглашения учреждения так, как их считает годовой отчёт."""

    model_config = ConfigDict(from_attributes=True)

    signed: int = Field(examples=[7], description="Заключено за год")
    addenda: int = Field(examples=[1], description="Дополнительных соглашений за год")
    terminated: int = Field(examples=[0], description="Расторгнуто за год")
    total: int = Field(examples=[18], description="Действует на конец года: все заключённые без расторгнутых")


async def agreement(reads: Reads, agreement_id: str) -> AgreementView:
    """Return one agreement. Raises: AgreementUnknown, also when the caller may not see it."""
    return AgreementView.model_validate(await AGREEMENTS.document(reads, agreement_id, to=MAY_READ))


async def agreements(reads: Reads, search: AgreementSearch) -> Page[AgreementView]:
    """Return the agreements that the caller may see, the latest first."""
    wanted: dict[str, Any] = {"institution_id": search.institution_id} if search.institution_id else {}
    bounds = {"$gte": search.signed_from, "$lte": search.signed_to}
    if signed := {bound: day.isoformat() for bound, day in bounds.items() if day}:
        wanted["signed_on"] = signed
    if search.text:
        wanted["$text"] = {"$search": search.text}
    where = {"$and": [wanted, MAY_READ.filter(reads.caller)]}
    rows = reads.db[AGREEMENTS.collection]
    return await page(rows, where, search, AgreementView.model_validate, order=("signed_on", -1))


async def counts(reads: Reads, search: CountSearch) -> AgreementCounts:
    """Return the counts of one institution and year (C22). Raises: NotPermitted."""
    MAY_READ.require(reads.caller, search)
    found = await reads.db[AGREEMENTS.collection].find({"institution_id": search.institution_id})
    return AgreementCounts.model_validate(count(map(AGREEMENTS.read, found), year=search.year))
