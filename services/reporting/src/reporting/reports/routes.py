"""HTTP doors of reports."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from chassis import conditional
from chassis.door import Door, Id, IfMatch, RequiredIfMatch
from chassis.pages import Page
from chassis.work import Change
from reporting.reports import queries
from reporting.reports.domain import STATES_RU
from reporting.reports.errors import ReportNotApproved
from reporting.reports.handlers import (
    AgreeReport,
    AmendReport,
    ApproveReport,
    OpenReport,
    ReturnReport,
    SubmitReport,
    SupplementReport,
    agree_report,
    amend_report,
    approve_report,
    open_report,
    return_report,
    submit_report,
    supplement_report,
)
from reporting.reports.queries import ReportAnswer, ReportSearch, ReportSummary, ReportView, TotalView

router = APIRouter(prefix="/v1/reports", tags=["Отчёты"])
_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/json": {
                "schema": {"type": "object"},
                "example": {"institution_id": "0190a000-0000-7000-8000-000000000101", "year": 2023, "entries": {}},
            }
        }
    }
}


@router.post("", status_code=201, response_model=ReportAnswer, summary="Открыть отчёт за год")
async def open_one(body: OpenReport, door: Door) -> Response:
    """Один отчёт на учреждение, год и шаблон; значения заполняются по событиям года."""
    return await door.run(open_report, body, ReportAnswer, status=201)


@router.get("", response_model=Page[ReportSummary], summary="Список отчётов")
async def listing(door: Door, search: Annotated[ReportSearch, Query()]) -> Response:
    """Министерство и куратор видят все отчёты, учреждение — свои."""
    return door.listing(await queries.reports(door.reads, search))


@router.get("/totals/{year}", response_model=Page[TotalView], summary="Итоги по утверждённым отчётам")
async def regional_totals(
    year: Annotated[int, Path(ge=2000, le=2100)],
    door: Door,
    template: Annotated[str, Query(max_length=100)] = "vologda-resource-centre",
) -> Response:
    """«Нет данных» в сумму не входит и считается отдельно; общие события двух показателей учтены один раз."""
    return door.listing(await queries.regional_totals(door.reads, year, template))


@router.get("/{report_id}", response_model=ReportView, summary="Отчёт с показателями")
async def show(report_id: Id, door: Door) -> Response:
    """Пока отчёт правится, показатели считаются по событиям при каждом чтении."""
    return door.show(await queries.report(door.reads, report_id))


@router.patch("/{report_id}", response_model=ReportAnswer, summary="Заполнить показатели и предложения")
async def amend(report_id: Id, body: AmendReport, door: Door, version: RequiredIfMatch) -> Response:
    """Значение, текст, пояснение расхождения; показатели с общими событиями меняются вместе."""
    return await door.run(amend_report, Change(report_id, version, body), ReportAnswer)


@router.post("/{report_id}/submission", response_model=ReportAnswer, summary="Подать на согласование")
async def submit(report_id: Id, body: SubmitReport, door: Door, version: IfMatch) -> Response:
    """Все показатели заполнены, расхождения объяснены; значения фиксируются."""
    return await door.run(submit_report, Change(report_id, version, body), ReportAnswer)


@router.post("/{report_id}/return", response_model=ReportAnswer, summary="Вернуть автору")
async def send_back(report_id: Id, body: ReturnReport, door: Door, version: IfMatch) -> Response:
    """С замечанием; согласование снимается."""
    return await door.run(return_report, Change(report_id, version, body), ReportAnswer)


@router.post("/{report_id}/agreement", response_model=ReportAnswer, summary="СОГЛАСОВАНО")
async def agree(report_id: Id, body: AgreeReport, door: Door, version: IfMatch) -> Response:
    """Согласует руководитель учреждения; должность и «И. О.» — из реестра на день грифа."""
    return await door.run(agree_report, Change(report_id, version, body), ReportAnswer)


@router.post("/{report_id}/approval", response_model=ReportAnswer, summary="УТВЕРЖДАЮ")
async def approve(report_id: Id, body: ApproveReport, door: Door, version: IfMatch) -> Response:
    """Утверждает министерство региона после согласования; содержание закрывается под хешем SHA-256."""
    return await door.run(approve_report, Change(report_id, version, body), ReportAnswer)


@router.post("/{report_id}/addenda", status_code=201, response_model=ReportAnswer, summary="Дополнить отчёт")
async def supplement(report_id: Id, body: SupplementReport, door: Door, version: IfMatch) -> Response:
    """Например, результат конкурса, объявленный после утверждения; хеш отчёта не меняется."""
    return await door.run(supplement_report, Change(report_id, version, body), ReportAnswer, status=201)


@router.get("/{report_id}/content", summary="Утверждённое содержание", responses=_CONTENT)
async def content(report_id: Id, door: Door, request: Request) -> Response:
    """Канонический текст: его SHA-256 равен хешу отчёта, это может проверить каждый."""
    found = await queries.visible_report(door.reads, report_id)
    if found.content is None:
        raise ReportNotApproved(state=found.state, state_ru=STATES_RU[found.state])
    return conditional.answer(request, found.content, f'"{found.content_hash}"')
