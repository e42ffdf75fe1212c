"""An annual report: its states, its stamps, its frozen content."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from chassis.policy import Allow
from contracts.reporting import (
    ReportAgreedV1,
    ReportApprovedV1,
    ReportDraftedV1,
    ReportReturnedV1,
    ReportSubmittedV1,
    ReportSupplementedV1,
)
from reporting.institutions.domain import Institution, Office, office_title
from reporting.reports import errors
from reporting.reports.entries import Declaration, Entry
from reporting.templates.domain import Indicator

State = Literal["draft", "submitted", "returned", "agreed", "approved"]
STATES_RU = {
    "draft": "черновик",
    "submitted": "подан",
    "returned": "возвращён",
    "agreed": "согласован",
    "approved": "утверждён",
}

_AUTHORS = frozenset({"head", "specialist"})
_DECIDERS = frozenset({"head", "official"})
"""An official is here a member of each institution of their regions: `institutions.store.in_own_regions`."""
MAY_SEE = Allow(roles=frozenset({"administrator", "curator"}), members=_AUTHORS | _DECIDERS)
MAY_WRITE = Allow(members=_AUTHORS)
MAY_AGREE = Allow(members=frozenset({"head"}))
MAY_RETURN = Allow(roles=frozenset({"curator"}), members=_DECIDERS)
MAY_APPROVE = Allow(members=frozenset({"official"}))
MAY_SUPPLEMENT = Allow(roles=frozenset({"curator"}), members=_AUTHORS | _DECIDERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """«СОГЛАСОВАНО» or «УТВЕРЖДАЮ»: who, in which offices, when. `titles` are the offices as printed."""

    person_id: str
    person_name: str
    office: str
    acting: bool
    titles: tuple[str, ...]
    stamped_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Addendum:
    """What became known after the approval."""

    number: int
    text: str
    supplemented_on: date
    author_id: str
    author_name: str
    evidence_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One institution's report for one year by one template.

    `entries` are empty while the report is open for editing: its figures are then counted anew at each reading.
    `content` is the canonical text whose SHA-256 is `content_hash`; neither changes after the approval.
    """

    id: str
    version: int = 0
    institution_id: str
    institution_name: str
    year: int
    template: str
    edition: int
    theme: str | None
    author_id: str
    state: State = "draft"
    declarations: tuple[Declaration, ...] = ()
    proposals: str = ""
    entries: tuple[Entry, ...] = ()
    submitted_on: date | None = None
    returned_on: date | None = None
    remark: str | None = None
    agreement: Stamp | None = None
    approval: Stamp | None = None
    content: str | None = None
    content_hash: str | None = None
    addenda: tuple[Addendum, ...] = ()

    @property
    def open(self) -> bool:
        """Tell whether the author may change it."""
        return self.state in ("draft", "returned")


def draft(report: Report, today: date) -> tuple[Report, ReportDraftedV1]:
    """Open a report. Raises: YearNotStarted."""
    if report.year > today.year:
        raise errors.YearNotStarted(year=report.year)
    return report, ReportDraftedV1(**_about(report), template=report.template, edition=report.edition)


def declare(report: Report, indicator: Indicator, declaration: Declaration) -> Report:
    """Take what the author says of an indicator, and so of all that share its evidence.

    Raises: ReportLocked, ValueOfAnotherKind.
    """
    editable(report)
    offered = declaration.value.kind if declaration.value else "no_data"
    if offered not in (indicator.kind, "no_data"):
        raise errors.ValueOfAnotherKind(key=indicator.key, expected=indicator.kind, offered=offered)
    others = tuple(one for one in report.declarations if one.slot != declaration.slot)
    return replace(report, declarations=(*others, declaration))


def editable(report: Report) -> None:
    """Refuse a change of a report that is with its deciders or approved. Raises: ReportLocked."""
    if not report.open:
        raise errors.ReportLocked(state=report.state, state_ru=STATES_RU[report.state])


def submit(report: Report, entries: Sequence[Entry], *, day: date, today: date) -> tuple[Report, ReportSubmittedV1]:
    """Freeze the rows and hand the report in for agreement.

    Raises: ReportLocked, ReportIncomplete, DiscrepanciesUnexplained, DayInFuture, DayTooEarly.
    """
    editable(report)
    _in_time(day, earliest=report.returned_on or date(report.year, 1, 1), today=today)
    if empty := [entry.key for entry in entries if entry.empty]:
        raise errors.ReportIncomplete(keys=", ".join(empty))
    if doubtful := [entry for entry in entries if entry.unexplained]:
        texts = (f"{entry.key} — {'; '.join(one.text for one in entry.discrepancies)}" for entry in doubtful)
        raise errors.DiscrepanciesUnexplained(texts=". ".join(texts))
    submitted = replace(report, state="submitted", entries=tuple(entries), submitted_on=day, remark=None)
    return submitted, ReportSubmittedV1(**_about(report), submitted_on=day)


def send_back(report: Report, remark: str, *, day: date, today: date) -> tuple[Report, ReportReturnedV1]:
    """Return a submitted or agreed report to its author; an agreement stamp is lost.

    Raises: ReportNotSubmitted, DayInFuture, DayTooEarly.
    """
    if report.state not in ("submitted", "agreed"):
        raise errors.ReportNotSubmitted(state=report.state, state_ru=STATES_RU[report.state])
    _in_time(day, earliest=_last_step(report), today=today)
    returned = replace(report, state="returned", entries=(), agreement=None, returned_on=day, remark=remark)
    return returned, ReportReturnedV1(**_about(report), remark=remark, returned_on=day)


def agree(report: Report, stamp: Stamp, today: date) -> tuple[Report, ReportAgreedV1]:
    """Put «СОГЛАСОВАНО» (C03). Raises: ReportNotSubmitted, DayInFuture, DayTooEarly."""
    submitted_before(report)
    _in_time(stamp.stamped_on, earliest=_last_step(report), today=today)
    fact = ReportAgreedV1(
        **_about(report),
        person_id=stamp.person_id,
        office=stamp.office,
        acting=stamp.acting,
        agreed_on=stamp.stamped_on,
    )
    return replace(report, state="agreed", agreement=stamp), fact


def approve(report: Report, stamp: Stamp, today: date) -> tuple[Report, ReportApprovedV1]:
    """Put «УТВЕРЖДАЮ» and lock the content under its hash (C04, T9).

    Raises: ReportNotAgreed, DayInFuture, DayTooEarly.
    """
    agreed_before(report)
    _in_time(stamp.stamped_on, earliest=_last_step(report), today=today)
    stamped = replace(report, state="approved", approval=stamp)
    content = canonical(stamped)
    approved = replace(stamped, content=content, content_hash=hashlib.sha256(content.encode()).hexdigest())
    fact = ReportApprovedV1(
        **_about(report),
        person_id=stamp.person_id,
        office=stamp.office,
        acting=stamp.acting,
        approved_on=stamp.stamped_on,
        content_hash=str(approved.content_hash),
    )
    return approved, fact


def submitted_before(report: Report) -> None:
    """Refuse an agreement to what is not handed in. Raises: ReportNotSubmitted."""
    if report.state != "submitted":
        raise errors.ReportNotSubmitted(state=report.state, state_ru=STATES_RU[report.state])


def agreed_before(report: Report) -> None:
    """Refuse an approval that does not follow an agreement (C04). Raises: ReportNotAgreed."""
    if report.state != "agreed":
        raise errors.ReportNotAgreed(state=report.state, state_ru=STATES_RU[report.state])


def supplement(report: Report, addendum: Addendum, today: date) -> tuple[Report, ReportSupplementedV1]:
    """Add what became known later; the approved content stays as it is (T6).

    Raises: ReportNotApproved, DayInFuture, DayTooEarly.
    """
    if report.state != "approved":
        raise errors.ReportNotApproved(state=report.state, state_ru=STATES_RU[report.state])
    _in_time(addendum.supplemented_on, earliest=_last_step(report), today=today)
    numbered = replace(addendum, number=len(report.addenda) + 1)
    fact = ReportSupplementedV1(**_about(report), number=numbered.number, supplemented_on=numbered.supplemented_on)
    return replace(report, addenda=(*report.addenda, numbered)), fact


def stamp_of(offices: Sequence[Office], *, day: date, place: str = "") -> Stamp:
    """Return the stamp of a person in one or two offices held on a day; `place` follows the office in print.

    Raises: OfficeNotHeld.
    """
    if not offices:
        raise errors.OfficeNotHeld(day=day)
    return Stamp(
        person_id=offices[0].person_id,
        person_name=offices[0].person_name,
        office=", ".join(office.office for office in offices),
        acting=offices[0].acting,
        titles=tuple(f"{office_title(office)} {place}".strip() for office in offices),
        stamped_on=day,
    )


def may_approve_for(ministry: Institution, institution: Institution) -> bool:
    """Tell whether an office of a body gives the right to approve: the ministry of the institution's region."""
    return ministry.kind == "ministry" and ministry.region == institution.region


def canonical(report: Report) -> str:
    """Return what is approved as canonical JSON: sorted keys, no spaces, dates as ISO text; no addenda."""
    chosen = asdict(report)
    names = ("institution_id", "institution_name", "year", "template", "edition", "theme", "proposals", "entries")
    content = {name: chosen[name] for name in (*names, "submitted_on", "agreement", "approval")}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def chosen_offices(offices: Iterable[Office], wanted: Sequence[str] | None) -> list[Office]:
    """Return the offices a signatory names, each once, in that order; the first two when none is named.

    One that is not among those held is not left out of the stamp in silence: then none is returned.
    """
    held = {office.id: office for office in offices}
    if wanted is None:
        return list(held.values())[:2]
    named = dict.fromkeys(wanted)
    return [held[office_id] for office_id in named] if named.keys() <= held.keys() else []


def _last_step(report: Report) -> date:
    days = (report.submitted_on, *(stamp.stamped_on for stamp in (report.agreement, report.approval) if stamp))
    return max((*(day for day in days if day), *(one.supplemented_on for one in report.addenda)), default=date.min)


def _in_time(day: date, *, earliest: date, today: date) -> None:
    # `today` is in UTC: in the regions tomorrow has begun up to twelve hours earlier.
    if day > today + timedelta(days=1):
        raise errors.DayInFuture(day=day)
    if day < earliest:
        raise errors.DayTooEarly(day=day, earliest=earliest)


def _about(report: Report) -> dict[str, Any]:
    return {"report_id": report.id, "institution_id": report.institution_id, "year": report.year}
