"""Rows of the reporting: annual reports."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from pydantic import Field

from gateway.composites.parts import Row
from gateway.composites.rows.linked import Linked


class Stamp(Row):
    """Гриф."""

    person_name: str
    stamped_on: date


class Report(Linked):
    """Годовой отчёт."""

    address: ClassVar = "/v1/reports"
    institution_id: str
    institution_name: str
    year: int = Field(examples=[2023])
    theme: str | None
    state: str = Field(examples=["approved"])
    submitted_on: date | None
    agreement: Stamp | None
    approval: Stamp | None


class Indicator(Row):
    """Показатель отчёта."""

    key: str = Field(examples=["socio.n.consultations"])
    title: str
    nature: str
    text: str = Field(description="Как показатель читается в отчёте", examples=["всего 24 консультации"])
    value: Mapping[str, Any] | None


class Indicators(Row):
    """A report's figures."""

    indicators: tuple[Indicator, ...]


class CountedIn(Row):
    """An indicator that counts something."""

    key: str
    title: str


class CountingReport(Report):
    """A report and its indicators that count what was asked about."""

    indicators: tuple[CountedIn, ...]
