"""One institution on one screen."""

from datetime import date
from typing import Generic, Self, TypeVar

from pydantic import BaseModel, Field

from gateway.composites.parts import Found, Part, ReaderOfParts, essential, lacking, side_by_side, worst
from gateway.composites.rows import expertise, registry, reporting, transfer

R = TypeVar("R", bound=BaseModel)
Query = dict[str, object]
PAGE = 20
_MOVED = "/v1/replications"
KEY_INDICATORS = 12


class ListPart(Part, Generic[R]):
    """Часть экрана — список."""

    items: list[R] = Field(default=[], description="Сначала новые")
    more: str | None = Field(default=None, description="Где читать дальше; null, если это всё")

    @classmethod
    def of(cls, found: Found[R]) -> Self:
        """Return what was found as it is shown."""
        return cls(status=found.status, items=list(found.rows), more=found.more)


class AgreementsPart(ListPart[registry.Agreement]):
    """Соглашения и их счёт за год."""

    counts: registry.AgreementCounts | None = None


class BankPart(ListPart[transfer.BankEntry]):
    """Практики учреждения в банке и их счёт за год."""

    counts: transfer.BankCounts | None = None


class ReportPart(Part):
    """Годовой отчёт и его количественные показатели."""

    value: reporting.Report | None = Field(default=None, description="null, если отчёта за год нет")
    indicators: list[reporting.Indicator] = Field(default=[])


class Overview(BaseModel):
    """Учреждение на одном экране."""

    institution: registry.Institution
    year: int = Field(examples=[2023], description="За какой год счёт и отчёт")
    partial: bool = Field(description="true, если какой-то сервис не ответил; какая часть — в её status")
    people: ListPart[registry.Member]
    appointments: ListPart[registry.Appointment]
    statuses: ListPart[registry.Status]
    agreements: AgreementsPart
    projects: ListPart[expertise.Project]
    applications: ListPart[expertise.Application]
    bank: BankPart
    replications_in: ListPart[transfer.Replication] = Field(description="Что учреждение перенимает")
    replications_out: ListPart[transfer.Replication] = Field(description="Что перенимают у учреждения")
    events: ListPart[transfer.Event]
    report: ReportPart


async def overview(reader: ReaderOfParts, institution_id: str, *, today: date, year: int | None) -> Overview:
    """Read everything about an institution side by side; without a year, of the current one and the latest report.

    Raises NotToBeShown, `UNREACHABLE` when the institution itself cannot be shown.
    """
    counted = year or today.year
    own: Query = {"institution_id": institution_id, "limit": PAGE}
    latest: Query = {**own, "reverse": "true"}
    of_year: Query = {"institution_id": institution_id, "year": counted}
    side: Query = {"limit": PAGE, "reverse": "true"}
    async with side_by_side() as begin:
        card = begin(reader.record("registry", registry.Institution, f"/v1/institutions/{institution_id}"))
        people = begin(reader.page("registry", registry.Member, "/v1/memberships", **own, on=today))
        offices = begin(reader.page("registry", registry.Appointment, "/v1/appointments", **own, on=today))
        statuses = begin(reader.page("registry", registry.Status, "/v1/statuses", **latest))
        agreements = begin(_agreements(reader, own, of_year))
        projects = begin(reader.page("expertise", expertise.Project, "/v1/projects", **latest))
        applications = begin(reader.page("expertise", expertise.Application, "/v1/applications", **latest))
        bank = begin(_bank(reader, latest, of_year))
        came = begin(reader.page("transfer", transfer.Replication, _MOVED, **side, site_institution_id=institution_id))
        went = begin(reader.page("transfer", transfer.Replication, _MOVED, **side, owner_institution_id=institution_id))
        events = begin(reader.page("transfer", transfer.Event, "/v1/events", **own))
        report = begin(_report(reader, latest, year))
        shown = Overview(
            institution=essential(await card),
            year=counted,
            partial=False,
            people=ListPart[registry.Member].of(await people),
            appointments=ListPart[registry.Appointment].of(await offices),
            statuses=ListPart[registry.Status].of(await statuses),
            agreements=await agreements,
            projects=ListPart[expertise.Project].of(await projects),
            applications=ListPart[expertise.Application].of(await applications),
            bank=await bank,
            replications_in=ListPart[transfer.Replication].of(await came),
            replications_out=ListPart[transfer.Replication].of(await went),
            events=ListPart[transfer.Event].of(await events),
            report=await report,
        )
    shown.partial = lacking(part for _, part in shown if isinstance(part, Part))
    return shown


async def _agreements(reader: ReaderOfParts, own: Query, of_year: Query) -> AgreementsPart:
    async with side_by_side() as begin:
        found = begin(reader.page("registry", registry.Agreement, "/v1/agreements", **own))
        counted = begin(reader.record("registry", registry.AgreementCounts, "/v1/agreements/counts", **of_year))
        part = AgreementsPart.of(await found)
        counts = await counted
    return part.model_copy(update={"status": worst(part.status, counts.status), "counts": counts.only})


async def _bank(reader: ReaderOfParts, latest: Query, of_year: Query) -> BankPart:
    async with side_by_side() as begin:
        found = begin(reader.page("transfer", transfer.BankEntry, "/v1/bank-entries", **latest))
        counted = begin(reader.record("transfer", transfer.BankCounts, "/v1/bank-counts", **of_year))
        part = BankPart.of(await found)
        counts = await counted
    return part.model_copy(update={"status": worst(part.status, counts.status), "counts": counts.only})


async def _report(reader: ReaderOfParts, latest: Query, year: int | None) -> ReportPart:
    found = await reader.page("reporting", reporting.Report, "/v1/reports", **latest, year=year)
    report = max(found.rows, key=lambda one: one.year, default=None)
    if report is None:
        return ReportPart(status=found.status)
    figures = await reader.record("reporting", reporting.Indicators, report.resource)
    told = [one for one in figures.only.indicators if _is_key(one)] if figures.only else []
    return ReportPart(status=worst(found.status, figures.status), value=report, indicators=told[:KEY_INDICATORS])


def _is_key(indicator: reporting.Indicator) -> bool:
    """A figure that says something: of the quantitative ones those with a value."""
    value = indicator.value
    return indicator.nature == "quantitative" and value is not None and value.get("kind") != "no_data"
