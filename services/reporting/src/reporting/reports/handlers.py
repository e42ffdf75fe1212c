"""Use cases of reports."""

from dataclasses import replace
from datetime import date
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from chassis.work import Change, Command, Work
from contracts.fact import Text
from reporting.evidence.store import COLLECTION as EVIDENCE
from reporting.fields import Id
from reporting.institutions.domain import held_offices
from reporting.institutions.store import in_own_regions, institution_of, offices_of, theme_of
from reporting.reports import domain
from reporting.reports.domain import (
    MAY_AGREE,
    MAY_APPROVE,
    MAY_RETURN,
    MAY_SUPPLEMENT,
    MAY_WRITE,
    Addendum,
    Report,
)
from reporting.reports.entries import Declaration
from reporting.reports.errors import EvidenceUnknown
from reporting.reports.store import REPORTS, entries_of
from reporting.templates.domain import Template
from reporting.templates.library import template_of
from reporting.templates.values import Percent, Value, parts_of

_MOST_PARTS = 200
_LONGEST = 4000

MaybeDay = Annotated[
    date | None, Field(examples=["2024-01-15"], description="День по документу; сегодня, если не указан")
]


class OpenReport(Command):
    """Отчёт учреждения за год."""

    institution_id: Id
    year: int = Field(ge=2000, le=2100, examples=[2023])
    template: str = Field(
        default="vologda-resource-centre", min_length=1, max_length=100, examples=["vologda-resource-centre"]
    )
    edition: int | None = Field(default=None, ge=1, examples=[1], description="Издание; последнее, если не указано")
    theme: str | None = Field(
        default=None,
        max_length=500,
        examples=["Социальное проектирование в организациях социального обслуживания"],
        description="Тема площадки; из статуса учреждения, если не указана",
    )


class DeclareIndicator(Command):
    """Что автор сообщает о показателе; переданное поле заменяет прежнее, null снимает его."""

    key: str = Field(min_length=1, max_length=100, examples=["mgmt.n.events_held"])
    value: Annotated[Value, Field(discriminator="kind")] | None = Field(
        default=None,
        examples=[{"kind": "count_list", "total": 5}],
        description="Вместо посчитанного по событиям; «нет данных» — {kind: no_data}",
    )
    text: str | None = Field(default=None, max_length=_LONGEST, examples=["Поддержание документации"])
    explanation: str | None = Field(default=None, max_length=_LONGEST, examples=["Пятое проведено совместно"])

    @field_validator("value")
    @classmethod
    def _within_bounds(cls, value: Value | None, _: ValidationInfo) -> Value | None:
        parts = parts_of(value) if value else ()
        if len(parts) > _MOST_PARTS or any(not 0 < len(part.title) <= _LONGEST for part in parts):
            raise ValueError(f"не больше {_MOST_PARTS} частей с названиями от 1 до {_LONGEST} символов")
        if isinstance(value, Percent) and value.number > 100:
            raise ValueError("процент от 0 до 100")
        return value


class AmendReport(Command):
    """Правка черновика или возвращённого отчёта; чего нет в запросе, то не меняется."""

    indicators: tuple[DeclareIndicator, ...] = Field(default=(), max_length=100, examples=[[]])
    proposals: str | None = Field(
        default=None, max_length=_LONGEST, examples=["в 2024 году необходимо продолжить деятельность площадки"]
    )
    theme: str | None = Field(default=None, max_length=500, examples=["Социальное проектирование"])


class SubmitReport(Command):
    """Подача на согласование."""

    submitted_on: MaybeDay = None


class ReturnReport(Command):
    """Возврат автору с замечанием."""

    remark: Text = Field(examples=["Уточните число мероприятий"])
    returned_on: MaybeDay = None


class AgreeReport(Command):
    """Гриф СОГЛАСОВАНО; должность берётся из реестра."""

    agreed_on: MaybeDay = None
    appointment_id: Id | None = Field(default=None, examples=[None], description="Если должностей несколько")


class ApproveReport(Command):
    """Гриф УТВЕРЖДАЮ; одна или две должности берутся из реестра."""

    approved_on: MaybeDay = None
    appointment_ids: tuple[Id, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=2,
        examples=[None],
        description="Должности в порядке грифа",
    )


class SupplementReport(Command):
    """Дополнение к утверждённому отчёту."""

    text: Text = Field(examples=["Стал известен результат конкурса «Спорт для всех 2024»"])
    supplemented_on: MaybeDay = None
    evidence_ids: tuple[Id, ...] = Field(default=(), max_length=50, examples=[[]], description="Номера событий")


async def open_report(command: OpenReport, work: Work) -> Report:
    """Open a report of an institution for a year.

    Raises: NotPermitted, InstitutionNotArrived, TemplateUnknown, YearNotStarted, AlreadyExists (one per institution,
    year and template). Emits: reporting.report.drafted.v1.
    """
    MAY_WRITE.require(work.caller, {"institution_id": command.institution_id})
    institution = await institution_of(work, command.institution_id)
    template = template_of(command.template, command.edition)
    report, fact = domain.draft(
        Report(
            id=work.new_id(),
            institution_id=institution.id,
            institution_name=institution.name,
            year=command.year,
            template=template.key,
            edition=template.edition,
            theme=command.theme or await theme_of(work, institution.id, command.year),
            author_id=work.caller.subject,
        ),
        work.today,
    )
    return await REPORTS.save(work, report, fact)


async def amend_report(change: Change[AmendReport], work: Work) -> Report:
    """Take what the author declares.

    Raises: ReportUnknown, StaleVersion, NotPermitted, ReportLocked, IndicatorUnknown, ValueOfAnotherKind.
    """
    report = await REPORTS.load(work, change)
    MAY_WRITE.require(work.caller, report)
    domain.editable(report)
    template = template_of(report.template, report.edition)
    for said in change.command.indicators:
        indicator = template.indicator(said.key)
        report = domain.declare(report, indicator, _declaration(report, template, said))
    named = change.command.model_fields_set & {"proposals", "theme"}
    changes = {name: getattr(change.command, name) for name in named}
    if "proposals" in changes:
        changes["proposals"] = changes["proposals"] or ""
    return await REPORTS.save(work, replace(report, **changes))


async def submit_report(change: Change[SubmitReport], work: Work) -> Report:
    """Hand a report in for agreement with its figures as they are now.

    Raises: ReportUnknown, StaleVersion, NotPermitted, ReportLocked, ReportIncomplete, DiscrepanciesUnexplained,
    DayInFuture, DayTooEarly. Emits: reporting.report.submitted.v1.
    """
    report = await REPORTS.load(work, change)
    MAY_WRITE.require(work.caller, report)
    institution = await institution_of(work, report.institution_id)
    day = change.command.submitted_on or work.today
    entries = await entries_of(work.db, report)
    submitted, fact = domain.submit(report, entries, day=day, today=work.today)
    return await REPORTS.save(work, replace(submitted, institution_name=institution.name), fact)


async def return_report(change: Change[ReturnReport], work: Work) -> Report:
    """Send a report back to its author.

    Raises: ReportUnknown, StaleVersion, NotPermitted, ReportNotSubmitted, DayInFuture, DayTooEarly.
    Emits: reporting.report.returned.v1.
    """
    report = await REPORTS.load(work, change)
    MAY_RETURN.require(await in_own_regions(work), report)
    day = change.command.returned_on or work.today
    returned, fact = domain.send_back(report, change.command.remark, day=day, today=work.today)
    return await REPORTS.save(work, returned, fact)


async def agree_report(change: Change[AgreeReport], work: Work) -> Report:
    """Put the agreement stamp of the institution's head.

    Raises: ReportUnknown, StaleVersion, NotPermitted, ReportNotSubmitted, OfficeNotHeld, DayInFuture, DayTooEarly.
    Emits: reporting.report.agreed.v1.
    """
    report = await REPORTS.load(work, change)
    MAY_AGREE.require(work.caller, report)
    domain.submitted_before(report)
    day = change.command.agreed_on or work.today
    held = held_offices(await offices_of(work, work.caller.subject), day)
    own = [office for office in held if office.institution_id == report.institution_id]
    wanted = (change.command.appointment_id,) if change.command.appointment_id else None
    stamp = domain.stamp_of(domain.chosen_offices(own, wanted)[:1], day=day, place=report.institution_name)
    agreed, fact = domain.agree(report, stamp, work.today)
    return await REPORTS.save(work, agreed, fact)


async def approve_report(change: Change[ApproveReport], work: Work) -> Report:
    """Put the approval stamp and lock the content.

    Raises: ReportUnknown, StaleVersion, NotPermitted, ReportNotAgreed, OfficeNotHeld, DayInFuture, DayTooEarly,
    InstitutionNotArrived. Emits: reporting.report.approved.v1.
    """
    report = await REPORTS.load(work, change)
    MAY_APPROVE.require(await in_own_regions(work), report)
    domain.agreed_before(report)
    day = change.command.approved_on or work.today
    institution = await institution_of(work, report.institution_id)
    held = held_offices(await offices_of(work, work.caller.subject), day)
    entitled = [
        office
        for office in held
        if domain.may_approve_for(await institution_of(work, office.institution_id), institution)
    ]
    stamp = domain.stamp_of(domain.chosen_offices(entitled, change.command.appointment_ids), day=day)
    approved, fact = domain.approve(report, stamp, work.today)
    return await REPORTS.save(work, approved, fact)


async def supplement_report(change: Change[SupplementReport], work: Work) -> Report:
    """Add an addendum to an approved report; an event named twice is named once.

    Raises: ReportUnknown, StaleVersion, NotPermitted, ReportNotApproved, EvidenceUnknown, DayInFuture, DayTooEarly.
    Emits: reporting.report.supplemented.v1.
    """
    report = await REPORTS.load(work, change)
    MAY_SUPPLEMENT.require(await in_own_regions(work), report)
    for event_id in change.command.evidence_ids:
        where = {"_id": event_id, "institution_ids": report.institution_id}
        if await work.db[EVIDENCE].find_one(where) is None:
            raise EvidenceUnknown(event_id=event_id)
    addendum = Addendum(
        number=0,
        text=change.command.text,
        supplemented_on=change.command.supplemented_on or work.today,
        author_id=work.caller.subject,
        author_name=work.caller.name,
        evidence_ids=tuple(dict.fromkeys(change.command.evidence_ids)),
    )
    supplemented, fact = domain.supplement(report, addendum, work.today)
    return await REPORTS.save(work, supplemented, fact)


def _declaration(report: Report, template: Template, said: DeclareIndicator) -> Declaration:
    slot = template.indicator(said.key).slot
    earlier = next((one for one in report.declarations if one.slot == slot), Declaration(slot=slot))
    named = said.model_fields_set & {"value", "text", "explanation"}
    return replace(earlier, **{name: getattr(said, name) for name in named})
