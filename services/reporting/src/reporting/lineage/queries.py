"""The events behind a figure, and the figures before an event."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis.pages import Page, PageRequest, page
from chassis.work import Reads
from reporting.evidence.queries import ORDER, EvidenceView
from reporting.evidence.store import COLLECTION
from reporting.institutions.store import in_own_regions
from reporting.reports.domain import MAY_SEE, Report
from reporting.reports.queries import ReportSummary, visible_report
from reporting.reports.store import REPORTS, entries_of
from reporting.templates.library import template_of

_EVENTS = 1000  # no record of the technopark is mentioned so often


class CountedIn(BaseModel):
    """Показатель, в котором учтено то, о чём спрашивают."""

    key: str = Field(examples=["quality.n.bank_entries"])
    title: str


class CountingReport(ReportSummary):
    """Отчёт и его показатели, в которых это учтено."""

    indicators: tuple[CountedIn, ...] = ()


class CountingAsked(BaseModel):
    """О каких записях спрашивают."""

    model_config = ConfigDict(extra="forbid")

    about: list[Annotated[str, Field(min_length=1, max_length=64)]] = Field(
        min_length=1, max_length=20, description="Номера записей: проект, заявка, практика и другие"
    )
    limit: int = Field(default=10, ge=1, le=20, description="Сколько отчётов, начиная с последнего года")


async def counting(reads: Reads, asked: CountingAsked) -> Page[CountingReport]:
    """Return the reports that the caller may see whose figures count events about records, the latest year first."""
    events = await reads.db[COLLECTION].find({"mentions": {"$in": sorted(asked.about)}}, limit=_EVENTS)
    known = {event["_id"] for event in events}
    of_years = {
        "institution_id": {"$in": sorted({event["institution_id"] for event in events if event.get("institution_id")})},
        "year": {"$in": sorted({event["year"] for event in events})},
    }
    where = {"$and": [of_years, MAY_SEE.filter(await in_own_regions(reads))]}
    found = await reads.db[REPORTS.collection].find(where, sort=[("year", -1), ("_id", 1)], limit=asked.limit)
    told = [await _counting(reads, REPORTS.read(document), known) for document in found]
    return Page(items=[report for report in told if report.indicators])


async def _counting(reads: Reads, report: Report, events: set[str]) -> CountingReport:
    template = template_of(report.template, report.edition)
    counted = [
        CountedIn(key=entry.key, title=template.indicator(entry.key).title)
        for entry in await entries_of(reads.db, report)
        if events & set(entry.evidence_ids)
    ]
    return CountingReport.model_validate(report).model_copy(update={"indicators": tuple(counted)})


async def behind(reads: Reads, report_id: str, key: str, paging: PageRequest) -> Page[EvidenceView]:
    """Return the events a figure was counted from, by date; of a frozen report those it was frozen with.

    Raises: ReportUnknown, IndicatorUnknown.
    """
    report = await visible_report(reads, report_id)
    template_of(report.template, report.edition).indicator(key)
    entry = next(entry for entry in await entries_of(reads.db, report) if entry.key == key)
    where = {"_id": {"$in": sorted(entry.evidence_ids)}}
    return await page(reads.db[COLLECTION], where, paging, EvidenceView.model_validate, order=ORDER)
