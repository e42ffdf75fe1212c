"""What clients see of reports."""

from datetime import date
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from chassis.documents import Document
from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from reporting.fields import IdFilter
from reporting.institutions.store import in_own_regions
from reporting.reports.domain import MAY_SEE, Report, State
from reporting.reports.entries import Entry, Source
from reporting.reports.errors import ReportUnknown
from reporting.reports.store import REPORTS, entries_of
from reporting.reports.totals import totals
from reporting.templates.domain import Nature
from reporting.templates.library import template_of
from reporting.templates.values import Value


class StampView(BaseModel):
    """Гриф."""

    model_config = ConfigDict(from_attributes=True)

    person_name: str = Field(examples=["Н. Л. Веревокина"])
    titles: tuple[str, ...] = Field(description="Должности, как в грифе", examples=[["И. О. директора"]])
    acting: bool
    stamped_on: date


class AddendumView(BaseModel):
    """Дополнение."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    text: str
    supplemented_on: date
    author_name: str
    evidence_ids: tuple[str, ...]


class DiscrepancyView(BaseModel):
    """Расхождение."""

    model_config = ConfigDict(from_attributes=True)

    code: str = Field(examples=["declared-not-listed"])
    text: str = Field(examples=["Заявлено 5, перечислено 4"])
    needs_explanation: bool


class IndicatorView(BaseModel):
    """Показатель отчёта."""

    key: str = Field(examples=["socio.n.consultations"])
    criterion: str
    title: str
    nature: Nature
    value: Value | None
    source: Source = Field(description="computed — посчитано по событиям, declared — указано автором, none — пусто")
    text: str = Field(description="Как показатель читается в отчёте")
    items: tuple[str, ...] = Field(description="Список под текстом")
    explanation: str | None
    warnings: tuple[DiscrepancyView, ...]
    evidence_count: int = Field(description="Сколько событий стоит за показателем")


class ReportSummary(View):
    """Отчёт в списке."""

    institution_id: str
    institution_name: str
    year: int
    template: str
    edition: int
    theme: str | None
    state: State
    submitted_on: date | None
    agreement: StampView | None
    approval: StampView | None
    content_hash: str | None


class ReportAnswer(ReportSummary):
    """Отчёт после изменения; показатели читают отдельно."""

    proposals: str
    returned_on: date | None
    remark: str | None
    addenda: tuple[AddendumView, ...]


class ReportView(ReportAnswer):
    """Отчёт с показателями; у открытого они следуют за событиями и без новой версии."""

    beyond_version: ClassVar[bool] = True
    indicators: tuple[IndicatorView, ...]


class TotalView(BaseModel):
    """Итог по показателю."""

    model_config = ConfigDict(from_attributes=True)

    key: str
    total: int | None = Field(description="Сумма по отчётам, где есть значение; null, если учтено в другом показателе")
    reports: int = Field(description="Сколько отчётов вошло в сумму")
    no_data: int = Field(description="Сколько отчётов без данных")
    counted_with: str | None = Field(description="Показатель с теми же событиями, в котором значение уже учтено")


class ReportSearch(PageRequest):
    """Какие отчёты показать."""

    institution_id: IdFilter = None
    year: int | None = Field(default=None, ge=2000, le=2100)
    state: State | None = None


async def visible_report(reads: Reads, report_id: str) -> Report:
    """Return a report that the caller may see. Raises: ReportUnknown."""
    found = await reads.db[REPORTS.collection].find_one({"_id": report_id})
    if found is None or not MAY_SEE.permits(await in_own_regions(reads), found):
        raise ReportUnknown(report_id=report_id)
    return REPORTS.read(found)


async def report(reads: Reads, report_id: str) -> ReportView:
    """Return a report with its figures. Raises: ReportUnknown."""
    found = await visible_report(reads, report_id)
    rows = {entry.key: entry for entry in await entries_of(reads.db, found)}
    indicators = [
        _indicator(rows[indicator.key], criterion.title, indicator.title, indicator.nature)
        for criterion in template_of(found.template, found.edition).criteria
        for indicator in criterion.indicators
    ]
    shown = ReportAnswer.model_validate(found).model_dump()
    return ReportView.model_validate({**shown, "indicators": indicators})


async def reports(reads: Reads, search: ReportSearch) -> Page[ReportSummary]:
    """Return reports in the order of their opening."""
    named = {name: getattr(search, name) for name in ("institution_id", "year", "state")}
    conditions: list[dict[str, Any]] = [{name: value} for name, value in named.items() if value is not None]
    conditions += [found for found in (MAY_SEE.filter(await in_own_regions(reads)),) if found]
    where = {"$and": conditions} if conditions else {}
    return await page(reads.db[REPORTS.collection], where, search, _summary)


async def regional_totals(reads: Reads, year: int, template: str) -> Page[TotalView]:
    """Return totals over the approved reports of a year that the caller may see. Raises: TemplateUnknown."""
    edition = template_of(template)
    caller = await in_own_regions(reads)
    where = {"$and": [{"year": year, "state": "approved", "template": template}, MAY_SEE.filter(caller)]}
    found = [REPORTS.read(document) for document in await reads.db[REPORTS.collection].find(where)]
    return Page(items=[TotalView.model_validate(total) for total in totals(edition, found)])


def _summary(document: Document) -> ReportSummary:
    return ReportSummary.model_validate(document)


def _indicator(entry: Entry, criterion: str, title: str, nature: Nature) -> IndicatorView:
    return IndicatorView(
        key=entry.key,
        criterion=criterion,
        title=title,
        nature=nature,
        value=entry.value,
        source=entry.source,
        text=entry.lead,
        items=entry.bullets,
        explanation=entry.explanation,
        warnings=tuple(DiscrepancyView.model_validate(one) for one in entry.discrepancies),
        evidence_count=len(entry.evidence_ids),
    )
