"""Regional totals of approved reports: «no data» is skipped and counted, one evidence set is counted once."""

from collections.abc import Iterable
from dataclasses import dataclass

from reporting.reports.domain import Report
from reporting.templates.domain import Template
from reporting.templates.values import Narrative, NoData, Percent, figures_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The sum of an indicator's first figure over the reports that have one (T2).

    `counted_with` names the indicator that carries the total when several share one evidence set (T4).
    """

    key: str
    total: int | None
    reports: int
    no_data: int
    counted_with: str | None = None


def totals(template: Template, reports: Iterable[Report]) -> tuple[Total, ...]:
    """Return the totals of the indicators that are numbers; percentages and texts do not add up."""
    counted = list(reports)
    first: dict[str, str] = {}
    found = []
    for indicator in template.indicators:
        if indicator.kind not in ("narrative", "percent"):
            carrier = first.setdefault(indicator.slot, indicator.key)
            found.append(_total(indicator.key, counted, carrier if carrier != indicator.key else None))
    return tuple(found)


def _total(key: str, reports: list[Report], counted_with: str | None) -> Total:
    values = [entry.value for report in reports for entry in report.entries if entry.key == key]
    figures = [figures_of(value)[0] for value in values if not isinstance(value, NoData | Narrative | Percent | None)]
    return Total(
        key=key,
        total=None if counted_with else sum(figure or 0 for figure in figures),
        reports=len(figures),
        no_data=sum(isinstance(value, NoData) for value in values),
        counted_with=counted_with,
    )
