"""Reports in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Database, Index
from reporting.evidence.store import evidence_for
from reporting.reports.domain import Report
from reporting.reports.entries import Entry, compose
from reporting.reports.errors import ReportUnknown
from reporting.templates.counting import Computed, compute_all
from reporting.templates.library import template_of

REPORTS = Aggregates(
    Report,
    collection="reports",
    missing=lambda report_id: ReportUnknown(report_id=report_id),
    indexes=[
        Index([("institution_id", 1), ("year", 1), ("template", 1)], {"unique": True}),
        Index([("year", 1), ("_id", 1)]),
        Index([("state", 1), ("_id", 1)]),
    ],
)


async def entries_of(db: Database, report: Report) -> tuple[Entry, ...]:
    """Return the rows of a report: counted now while it is open for editing, as frozen afterwards."""
    if not report.open:
        return report.entries
    template = template_of(report.template, report.edition)
    return compose(template, report.declarations, await _computed(db, report), report.year)


async def _computed(db: Database, report: Report) -> dict[str, Computed]:
    template = template_of(report.template, report.edition)
    evidence = await evidence_for(
        db,
        report.institution_id,
        year=report.year,
        of_year=template.types(from_the_beginning=False),
        of_all_years=template.types(from_the_beginning=True),
    )
    return compute_all(template, evidence, report.year)
