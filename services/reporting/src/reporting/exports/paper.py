"""What stands on the paper, before any file format: stamps, title, criteria, tables, proposals, addenda."""

import re
from dataclasses import dataclass
from datetime import date

from reporting.reports.domain import Report, Stamp
from reporting.reports.entries import Entry
from reporting.templates.domain import Criterion, Nature, Template

AGREED, APPROVED, DRAFT = "СОГЛАСОВАНО:", "УТВЕРЖДАЮ:", "ПРОЕКТ"
RESULT = "Результативность"
HEADINGS: dict[Nature, str] = {"qualitative": "Качественные показатели", "quantitative": "Количественные показатели"}
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
"""Signs that a text may have brought along from where it was copied, and that XML, so a DOCX, cannot hold."""
_BLANK_LINE = "_" * 30
_BLANK_DATE = "«___» __________ 20___ года"


@dataclass(frozen=True, slots=True, kw_only=True)
class StampBlock:
    """A stamp in a corner of the first page; blank lines where nobody has signed yet."""

    heading: str
    office: str
    name: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table: the indicator and what is reported on it, paragraph by paragraph."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Indicators of one nature."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A criterion with its tables."""

    heading: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A report as it is printed; `mark` stands on every page until it is approved, `footer` afterwards."""

    agreed: StampBlock
    approved: StampBlock
    title: str
    sections: tuple[Section, ...]
    proposals: str
    addenda: tuple[tuple[str, str], ...]
    mark: str
    footer: str
    file_name: str


def paper_of(report: Report, entries: tuple[Entry, ...], template: Template) -> Paper:
    """Lay a report out as the form of its template has it."""
    rows = {entry.key: entry for entry in entries}
    theme = f" по теме: «{report.theme}»" if report.theme else ""
    return Paper(
        agreed=_stamp(AGREED, report.agreement),
        approved=_stamp(APPROVED, report.approval),
        title=template.title.format(institution=report.institution_name, theme=theme, year=report.year),
        sections=tuple(_section(criterion, rows) for criterion in template.criteria),
        proposals=f"Предложения: {report.proposals}" if report.proposals else "",
        addenda=tuple(
            (f"Дополнение № {one.number} от {one.supplemented_on:%d.%m.%Y}", one.text) for one in report.addenda
        ),
        mark="" if report.content_hash else DRAFT,
        footer=f"Утверждённое содержание, SHA-256: {report.content_hash}" if report.content_hash else "",
        file_name=f"Отчет {report.year} {report.institution_name}".replace("/", "-")[:120],
    )


def printable(text: str) -> str:
    """Return a text without the signs that no document can hold."""
    return _UNPRINTABLE.sub("", text)


def stamped_day(day: date) -> str:
    """Return «15» 01 2024 года."""
    return f"«{day:%d}» {day:%m} {day.year} года"


def _stamp(heading: str, stamp: Stamp | None) -> StampBlock:
    if stamp is None:
        return StampBlock(heading=heading, office=_BLANK_LINE, name=_BLANK_LINE, day=_BLANK_DATE)
    office = ", ".join(stamp.titles)
    return StampBlock(heading=heading, office=office, name=stamp.person_name, day=stamped_day(stamp.stamped_on))


def _section(criterion: Criterion, rows: dict[str, Entry]) -> Section:
    tables = tuple(
        Table(
            heading=heading,
            rows=tuple(
                Row(title=one.title, paragraphs=_paragraphs(rows[one.key]))
                for one in criterion.indicators
                if one.nature == nature
            ),
        )
        for nature, heading in HEADINGS.items()
    )
    return Section(heading=f"Критерий «{criterion.title}»", tables=tuple(table for table in tables if table.rows))


def _paragraphs(entry: Entry) -> tuple[str, ...]:
    """Return the text and its list, closed as a Russian list is: «- …;» and a full stop at the end."""
    last = len(entry.bullets) - 1
    listed = [f"- {item.rstrip(' .;')}{'.' if place == last else ';'}" for place, item in enumerate(entry.bullets)]
    intro = entry.lead if not listed or not entry.lead or entry.lead.endswith((":", ".")) else f"{entry.lead}:"
    return tuple(text for text in (intro, *listed) if text)
