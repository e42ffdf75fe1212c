"""Rows of the reporting: annual reports."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from pydantic import Field

from gateway.composites.rows.linked import Linked, Row


class OfReporting(Linked):
    """A record of the reporting service."""

    service: ClassVar = "reporting"


class StampBrief(Row):
    """Гриф."""

    person_name: str
    stamped_on: date


class ReportBrief(OfReporting):
    """Годовой отчёт."""

    address: ClassVar = "/v1/reports"
    institution_id: str
    institution_name: str
    year: int = Field(examples=[2023])
    theme: str | None
    state: str = Field(examples=["approved"])
    submitted_on: date | None
    agreement: StampBrief | None
    approval: StampBrief | None


class Indicator(Row):
    """A figure of a report."""

    key: str
    title: str
    nature: str
    text: str
    value: Mapping[str, Any] | None


class Indicators(Row):
    """A report's figures."""

    indicators: tuple[Indicator, ...]


class CountedIn(Row):
    """An indicator that counts something."""

    key: str
    title: str


class CountingReport(ReportBrief):
    """A report and its indicators that count what was asked about."""

    listed_at: ClassVar = "/v1/counting-reports"
    indicators: tuple[CountedIn, ...]


class WebhookBrief(OfReporting):
    """Вебхук партнёра."""

    address: ClassVar = "/v1/webhooks"
    integration_id: str
    url: str = Field(examples=["https://portal.example.org/technopark/events"])
    types: tuple[str, ...] = Field(examples=[["transfer.event.held.v1"]])
    state: str = Field(examples=["active"])
    reason: str | None = Field(examples=[None], description="Почему остановлен платформой")
    changed_at: datetime
