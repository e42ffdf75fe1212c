"""Refusals of the reports room."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from chassis.errors import NotFound, RuleBroken, Words


@dataclass(eq=False, kw_only=True)
class ReportUnknown(NotFound):
    """No report has this id, or the caller may not see it."""

    code: ClassVar = "report-unknown"
    title: ClassVar = Words("Отчёт не найден", "Report not found")
    detail: ClassVar = Words("Отчёта {report_id} нет.", "There is no report {report_id}.")
    report_id: str


@dataclass(eq=False, kw_only=True)
class YearNotStarted(RuleBroken):
    """A report is about a year that has begun."""

    code: ClassVar = "year-not-started"
    title: ClassVar = Words("Год ещё не начался", "The year has not started")
    detail: ClassVar = Words("Отчёт за {year} год открыть рано.", "It is too early for a report on {year}.")
    year: int


@dataclass(eq=False, kw_only=True)
class ReportLocked(RuleBroken):
    """Only a draft or a returned report may be changed; an approved one is supplemented."""

    code: ClassVar = "report-locked"
    title: ClassVar = Words("Отчёт закрыт для правки", "The report is locked")
    detail: ClassVar = Words(
        "Отчёт в состоянии «{state_ru}»: правится только черновик или возвращённый отчёт. "
        "К утверждённому отчёту добавляют дополнение.",
        "The report is {state}: only a draft or a returned report is edited. An approved report takes addenda.",
    )
    state: str
    state_ru: str


@dataclass(eq=False, kw_only=True)
class ReportNotSubmitted(RuleBroken):
    """The action needs a report that waits for a decision."""

    code: ClassVar = "report-not-submitted"
    title: ClassVar = Words("Отчёт не подан", "The report is not submitted")
    detail: ClassVar = Words(
        "Отчёт в состоянии «{state_ru}», а нужен поданный на согласование.",
        "The report is {state}; a submitted one is needed.",
    )
    state: str
    state_ru: str


@dataclass(eq=False, kw_only=True)
class ReportNotAgreed(RuleBroken):
    """Approval follows agreement (C04)."""

    code: ClassVar = "report-not-agreed"
    title: ClassVar = Words("Отчёт не согласован", "The report is not agreed")
    detail: ClassVar = Words(
        "Отчёт в состоянии «{state_ru}»: сначала его согласует руководитель учреждения, затем утверждает департамент.",
        "The report is {state}: the head of the institution agrees first, then the ministry approves.",
    )
    state: str
    state_ru: str


@dataclass(eq=False, kw_only=True)
class ReportNotApproved(RuleBroken):
    """Only an approved report is supplemented; any other is edited."""

    code: ClassVar = "report-not-approved"
    title: ClassVar = Words("Отчёт не утверждён", "The report is not approved")
    detail: ClassVar = Words(
        "Отчёт в состоянии «{state_ru}»: дополнения бывают только у утверждённого отчёта.",
        "The report is {state}: only an approved report takes addenda.",
    )
    state: str
    state_ru: str


@dataclass(eq=False, kw_only=True)
class ReportIncomplete(RuleBroken):
    """Indicators without a value: a figure, a text, or an explicit «no data»."""

    code: ClassVar = "report-incomplete"
    title: ClassVar = Words("Отчёт заполнен не полностью", "The report is incomplete")
    detail: ClassVar = Words(
        "Заполните показатели или отметьте «нет данных»: {keys}.", "Fill in or mark as no data: {keys}."
    )
    keys: str


@dataclass(eq=False, kw_only=True)
class DiscrepanciesUnexplained(RuleBroken):
    """Figures do not fit together and nobody says why (T1)."""

    code: ClassVar = "discrepancies-unexplained"
    title: ClassVar = Words("Расхождения не объяснены", "Discrepancies are not explained")
    detail: ClassVar = Words("Поясните показатели: {texts}.", "Explain the indicators: {texts}.")
    texts: str


@dataclass(eq=False, kw_only=True)
class ValueOfAnotherKind(RuleBroken):
    """A value is of the kind that the template gives the indicator, or no data."""

    code: ClassVar = "value-of-another-kind"
    title: ClassVar = Words("Значение другого вида", "A value of another kind")
    detail: ClassVar = Words(
        "Показатель {key} ждёт значение вида {expected} или no_data, а получен {offered}.",
        "Indicator {key} takes {expected} or no_data, not {offered}.",
    )
    key: str
    expected: str
    offered: str


@dataclass(eq=False, kw_only=True)
class DayInFuture(RuleBroken):
    """A stamp is not put in advance."""

    code: ClassVar = "day-in-future"
    title: ClassVar = Words("Дата в будущем", "The date is in the future")
    detail: ClassVar = Words("{day:%d.%m.%Y} ещё не наступило.", "{day} has not come yet.")
    day: date


@dataclass(eq=False, kw_only=True)
class DayTooEarly(RuleBroken):
    """A step is not dated before the one it follows (T9)."""

    code: ClassVar = "day-too-early"
    title: ClassVar = Words("Дата слишком ранняя", "The date is too early")
    detail: ClassVar = Words(
        "{day:%d.%m.%Y} раньше, чем возможно: не ранее {earliest:%d.%m.%Y}.", "{day} is before {earliest}."
    )
    day: date
    earliest: date


@dataclass(eq=False, kw_only=True)
class OfficeNotHeld(RuleBroken):
    """The signatory holds no office that gives the right to this stamp on its day."""

    code: ClassVar = "office-not-held"
    title: ClassVar = Words("Нет должности для подписи", "No office to sign in")
    detail: ClassVar = Words(
        "На {day:%d.%m.%Y} в реестре нет вашей должности с правом этой подписи. Проверьте назначение и дату.",
        "On {day} the registry shows no office of yours that gives the right to this stamp.",
    )
    day: date


@dataclass(eq=False, kw_only=True)
class EvidenceUnknown(RuleBroken):
    """An addendum points to events that concern the institution and are known."""

    code: ClassVar = "evidence-unknown"
    title: ClassVar = Words("Событие не найдено", "Event not found")
    detail: ClassVar = Words(
        "В летописи учреждения нет события {event_id}.", "The institution's chronicle has no event {event_id}."
    )
    event_id: str
