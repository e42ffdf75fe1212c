"""One institution on one screen."""

from datetime import date
from typing import Generic, Self, TypeVar

from pydantic import BaseModel, Field

from gateway.composites.parts import Found, Part, ReaderOfParts, essential, lacking, side_by_side, worst
from gateway.composites.rows import expertise, registry, reporting, transfer

R = TypeVar("R", bound=BaseModel)
Query = dict[str, object]
PAGE = 10
KEY_INDICATORS = 12
_NUMBERS = ("annual", "total", "number")


class ListPart(Part, Generic[R]):
    """Часть экрана — список."""

    items: list[R] = Field(default=[], description="Сначала новые")
    more: str | None = Field(default=None, description="Где читать дальше; null, если это всё")

    @classmethod
    def of(cls, found: Found[R]) -> Self:
        """Return what was found as it is shown."""
        return cls(status=found.status, items=list(found.rows), more=found.more)


class AgreementsPart(ListPart[registry.AgreementBrief]):
    """Соглашения и их счёт за год."""

    counts: registry.AgreementsOfYear | None = None


class BankPart(ListPart[transfer.BankEntryBrief]):
    """Практики учреждения в банке и их счёт за год."""

    counts: transfer.BankOfYear | None = None


class KeyFigure(BaseModel):
    """Показатель отчёта."""

    key: str = Field(examples=["socio.n.consultations"])
    title: str = Field(examples=["Количество консультаций"])
    number: int | float | None = Field(description="Значение за год одним числом, если оно таково", examples=[24])
    text: str = Field(description="Как показатель читается в отчёте", examples=["всего 24 консультации"])
    evidence: str = Field(description="Откуда эта цифра: события по порядку дат")


class ReportPart(Part):
    """Годовой отчёт и его количественные показатели."""

    value: reporting.ReportBrief | None = Field(default=None, description="null, если отчёта за год нет")
    indicators: list[KeyFigure] = Field(default=[])


class InstitutionOverview(BaseModel):
    """Учреждение на одном экране."""

    institution: registry.InstitutionBrief
    year: int = Field(examples=[2023], description="За какой год счёт и отчёт")
    partial: bool = Field(description="true, если какой-то сервис не ответил; какая часть — в её status")
    people: ListPart[registry.MemberBrief]
    appointments: ListPart[registry.AppointmentBrief]
    statuses: ListPart[registry.StatusBrief]
    agreements: AgreementsPart
    projects: ListPart[expertise.ProjectBrief]
    applications: ListPart[expertise.ApplicationBrief]
    bank: BankPart
    replications_in: ListPart[transfer.ReplicationBrief] = Field(description="Что учреждение перенимает")
    replications_out: ListPart[transfer.ReplicationBrief] = Field(description="Что перенимают у учреждения")
    events: ListPart[transfer.EventBrief]
    report: ReportPart


async def overview(reader: ReaderOfParts, institution_id: str, *, today: date, year: int | None) -> InstitutionOverview:
    """Read everything about an institution side by side; without a year, of the current one and the latest report.

    Raises NotToBeShown, `DEADLINE`, `UNREACHABLE` when the institution itself cannot be shown.
    """
    counted = year or today.year
    own: Query = {"institution_id": institution_id, "limit": PAGE}
    latest: Query = {**own, "reverse": "true"}
    of_year: Query = {"institution_id": institution_id, "year": counted}
    side: Query = {"limit": PAGE, "reverse": "true"}
    async with side_by_side() as begin:
        card = begin(reader.record(registry.InstitutionBrief, institution_id))
        people = begin(reader.page(registry.MemberBrief, **own, on=today))
        offices = begin(reader.page(registry.AppointmentBrief, **own, on=today))
        statuses = begin(reader.page(registry.StatusBrief, **latest))
        agreements = begin(_agreements(reader, own, of_year))
        projects = begin(reader.page(expertise.ProjectBrief, **latest))
        applications = begin(reader.page(expertise.ApplicationBrief, **latest))
        bank = begin(_bank(reader, latest, of_year))
        came = begin(reader.page(transfer.ReplicationBrief, **side, site_institution_id=institution_id))
        went = begin(reader.page(transfer.ReplicationBrief, **side, owner_institution_id=institution_id))
        events = begin(reader.page(transfer.EventBrief, **own))
        report = begin(_report(reader, latest, year))
        shown = InstitutionOverview(
            institution=essential(await card),
            year=counted,
            partial=False,
            people=ListPart[registry.MemberBrief].of(await people),
            appointments=ListPart[registry.AppointmentBrief].of(await offices),
            statuses=ListPart[registry.StatusBrief].of(await statuses),
            agreements=await agreements,
            projects=ListPart[expertise.ProjectBrief].of(await projects),
            applications=ListPart[expertise.ApplicationBrief].of(await applications),
            bank=await bank,
            replications_in=ListPart[transfer.ReplicationBrief].of(await came),
            replications_out=ListPart[transfer.ReplicationBrief].of(await went),
            events=ListPart[transfer.EventBrief].of(await events),
            report=await report,
        )
    shown.partial = lacking(part for _, part in shown if isinstance(part, Part))
    return shown


async def _agreements(reader: ReaderOfParts, own: Query, of_year: Query) -> AgreementsPart:
    async with side_by_side() as begin:
        found = begin(reader.page(registry.AgreementBrief, **own))
        counted = begin(reader.answer("registry", registry.AgreementsOfYear, "/v1/agreements/counts", **of_year))
        part = AgreementsPart.of(await found)
        counts = await counted
    return part.model_copy(update={"status": worst(part.status, counts.status), "counts": counts.only})


async def _bank(reader: ReaderOfParts, latest: Query, of_year: Query) -> BankPart:
    async with side_by_side() as begin:
        found = begin(reader.page(transfer.BankEntryBrief, **latest))
        counted = begin(reader.answer("transfer", transfer.BankOfYear, "/v1/bank-counts", **of_year))
        part = BankPart.of(await found)
        counts = await counted
    return part.model_copy(update={"status": worst(part.status, counts.status), "counts": counts.only})


async def _report(reader: ReaderOfParts, latest: Query, year: int | None) -> ReportPart:
    found = await reader.page(reporting.ReportBrief, **latest, year=year)
    report = max(found.rows, key=lambda one: one.year, default=None)
    if report is None:
        return ReportPart(status=found.status)
    figures = await reader.answer("reporting", reporting.Indicators, report.resource)
    told = [figure for one in figures.only.indicators if (figure := _figure(one, report))] if figures.only else []
    return ReportPart(status=worst(found.status, figures.status), value=report, indicators=told[:KEY_INDICATORS])


def _figure(indicator: reporting.Indicator, report: reporting.ReportBrief) -> KeyFigure | None:
    """Return a figure that says something: of the quantitative ones those with a value."""
    value = indicator.value
    if indicator.nature != "quantitative" or value is None or value.get("kind") == "no_data":
        return None
    number = next((value[name] for name in _NUMBERS if isinstance(value.get(name), int | float)), None)
    evidence = f"{report.resource}/indicators/{indicator.key}/evidence"
    text = indicator.text.rstrip(" :")
    return KeyFigure(key=indicator.key, title=indicator.title, number=number, text=text, evidence=evidence)
