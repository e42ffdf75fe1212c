"""The events behind a figure."""

from chassis.pages import Page, PageRequest, page
from chassis.work import Reads
from reporting.evidence.queries import ORDER, EvidenceView
from reporting.evidence.store import COLLECTION
from reporting.reports.queries import visible_report
from reporting.reports.store import entries_of
from reporting.templates.library import template_of


async def behind(reads: Reads, report_id: str, key: str, paging: PageRequest) -> Page[EvidenceView]:
    """Return the events a figure was counted from, by date; of a frozen report those it was frozen with.

    Raises: ReportUnknown, IndicatorUnknown.
    """
    report = await visible_report(reads, report_id)
    template_of(report.template, report.edition).indicator(key)
    entry = next(entry for entry in await entries_of(reads.db, report) if entry.key == key)
    where = {"_id": {"$in": sorted(entry.evidence_ids)}}
    return await page(reads.db[COLLECTION], where, paging, EvidenceView.model_validate, order=ORDER)
