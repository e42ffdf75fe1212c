"""Rows of a report: what the evidence says, what the author says, and where the two do not fit together."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from reporting.templates.counting import Computed
from reporting.templates.domain import Check, Indicator, Template
from reporting.templates.values import (
    CountList,
    Narrative,
    NoData,
    Number,
    Percent,
    Value,
    figures_of,
    parts_of,
    total_of,
)
from reporting.templates.wording import bullets, lead

Source = Literal["computed", "declared", "none"]
NO_DATA = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What the author says about a slot: a value instead of the computed one, a wording, an explanation."""

    slot: str
    value: Value | None = None
    text: str | None = None
    explanation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """Figures that do not fit together. They are never mended silently: somebody explains them (T1, T5, T8)."""

    code: str
    text: str
    needs_explanation: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of a report as it reads."""

    key: str
    value: Value | None
    source: Source
    lead: str
    bullets: tuple[str, ...] = ()
    explanation: str | None = None
    discrepancies: tuple[Discrepancy, ...] = ()
    evidence_ids: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to read here; «-» is something."""
        return self.value is None or (isinstance(self.value, Narrative) and not self.lead and not self.bullets)

    @property
    def unexplained(self) -> bool:
        """Tell whether a discrepancy still waits for its explanation."""
        return not self.explanation and any(one.needs_explanation for one in self.discrepancies)


def compose(
    template: Template, declarations: Iterable[Declaration], computed: Mapping[str, Computed], year: int
) -> tuple[Entry, ...]:
    """Return the rows of a report in the order of its template."""
    declared = {one.slot: one for one in declarations}
    rows = {
        indicator.key: _entry(indicator, declared.get(indicator.slot), computed.get(indicator.slot, Computed()), year)
        for indicator in template.indicators
    }
    people = _people(rows[template.people])
    return tuple(
        replace(rows[one.key], discrepancies=_discrepancies(one, rows[one.key], computed.get(one.slot), people))
        for one in template.indicators
    )


def _entry(indicator: Indicator, declared: Declaration | None, found: Computed, year: int) -> Entry:
    declared = declared or Declaration(slot=indicator.slot)
    value = _value(indicator, declared, found)
    source: Source = "computed" if value is not None else "none"
    if declared.value is not None or (declared.text and indicator.kind == "narrative"):
        source = "declared"
    return Entry(
        key=indicator.key,
        value=value,
        source=source,
        lead=declared.text or _said(indicator, value, year),
        bullets=bullets(indicator.wording, value) if value is not None else (),
        explanation=declared.explanation,
        evidence_ids=found.evidence_ids,
    )


def _said(indicator: Indicator, value: Value | None, year: int) -> str:
    if isinstance(value, NoData):
        return NO_DATA
    return lead(indicator.wording, value, year) if value is not None else ""


def _value(indicator: Indicator, declared: Declaration, found: Computed) -> Value | None:
    """Return the value that counts; a declared total without a list stands over the computed list."""
    if declared.value is None:
        return Narrative() if found.value is None and indicator.kind == "narrative" and declared.text else found.value
    if isinstance(declared.value, NoData | Percent) or parts_of(declared.value) or found.value is None:
        return declared.value
    return replace(declared.value, parts=parts_of(found.value))


def _people(entry: Entry) -> int | None:
    return entry.value.number if isinstance(entry.value, Number) else None


def _discrepancies(
    indicator: Indicator, entry: Entry, found: Computed | None, people: int | None
) -> tuple[Discrepancy, ...]:
    doubts = [_CHECKS[check](entry, people) for check in indicator.checks]
    doubts += [_against_evidence(entry, found), _respondents(entry)]
    return tuple(doubt for doubt in doubts if doubt)


def _listed(entry: Entry, _: int | None) -> Discrepancy | None:
    parts = parts_of(entry.value) if entry.value else ()
    stated, listed = figures_of(entry.value), total_of(parts)
    if not parts or stated in ((), (listed,)):
        return None
    return Discrepancy(code="declared-not-listed", text=f"Заявлено {stated[0]}, перечислено {listed}")


def _people_and_awards(entry: Entry, _: int | None) -> Discrepancy | None:
    if not isinstance(entry.value, CountList) or entry.value.total == len(entry.value.parts):
        return None
    text = f"Призёров {entry.value.total}, наград {len(entry.value.parts)}: люди и награды считаются отдельно"
    return Discrepancy(code="people-not-awards", text=text)


def _participations_and_people(entry: Entry, people: int | None) -> Discrepancy | None:
    participations = total_of(parts_of(entry.value)) if entry.value else 0
    if people is None or not participations or participations == people:
        return None
    text = f"Участий {participations}, специалистов {people}: один человек мог участвовать несколько раз"
    return Discrepancy(code="participations-not-people", text=text)


_CHECKS: Mapping[Check, Callable[[Entry, int | None], Discrepancy | None]] = {
    "listed": _listed,
    "people_and_awards": _people_and_awards,
    "participations_and_people": _participations_and_people,
}


def _against_evidence(entry: Entry, found: Computed | None) -> Discrepancy | None:
    counted = figures_of(found.value) if found else ()
    stated = figures_of(entry.value)
    if entry.source != "declared" or not counted or not stated or stated == counted:
        return None
    text = f"Заявлено {_spoken(stated)}, по событиям {_spoken(counted)}"
    return Discrepancy(code="differs-from-evidence", text=text)


def _respondents(entry: Entry) -> Discrepancy | None:
    if not isinstance(entry.value, Percent) or entry.value.respondents:
        return None
    return Discrepancy(code="respondents-missing", text="Не указано, сколько человек опрошено", needs_explanation=False)


def _spoken(figures: tuple[int | None, ...]) -> str:
    return " / ".join(str(figure) for figure in figures)
