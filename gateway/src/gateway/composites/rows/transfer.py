"""Rows of the transfer: practices, packages, the bank, replications, events."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from gateway.composites.rows.linked import Linked, Row


class OfTransfer(Linked):
    """A record of the transfer service."""

    service: ClassVar = "transfer"


class Practice(OfTransfer):
    """Практика."""

    address: ClassVar = "/v1/practices"
    institution_id: str
    title: str
    kind: str
    described_on: date


class Package(OfTransfer):
    """Рабочий текст пакета."""

    address: ClassVar = "/v1/packages"
    title: str
    edition: int
    missing: tuple[str, ...]


class PackageEdition(OfTransfer):
    """Издание пакета."""

    address: ClassVar = "/v1/package-editions"
    title: str
    number: int
    published_on: date


class BankEntryBrief(OfTransfer):
    """Запись регионального банка."""

    address: ClassVar = "/v1/bank-entries"
    practice_id: str
    title: str
    kind: str = Field(examples=["technology"])
    state: str = Field(examples=["active"])
    remarks: tuple[str, ...] = Field(description="Замечания, которые нужно снять")
    nominated_on: date
    activated_on: date | None
    archived_on: date | None


class BankOfYear(Row):
    """Сколько включено в банк за год и сколько в нём на конец года."""

    activated_in_year: int = Field(examples=[2])
    active_at_year_end: int = Field(examples=[4])


class ReplicationReport(Row):
    """A site's report."""

    reported_on: date


class ReplicationBrief(OfTransfer):
    """Внедрение практики на площадке."""

    address: ClassVar = "/v1/replications"
    practice_id: str
    practice_title: str = Field(examples=["Семейная гостиная «Разговор с будущим»"])
    owner_institution_id: str
    owner_name: str
    site_institution_id: str
    site_name: str
    mentor_institution_id: str
    mentor_name: str
    state: str = Field(examples=["running"])
    agreed_on: date
    trained_on: date | None
    started_on: date | None
    described_on: date | None
    stopped_on: date | None


class ReplicationWhole(ReplicationBrief):
    """A replication with its report."""

    report: ReplicationReport | None
    derived_practice_id: str | None
    stopped_because: str | None


class Cluster(OfTransfer):
    """A cluster of sites around a mentor."""

    address: ClassVar = "/v1/clusters"
    formed_on: date


class EventBrief(OfTransfer):
    """Мероприятие."""

    address: ClassVar = "/v1/events"
    kind: str = Field(examples=["workshop"])
    scope: str = Field(examples=["system"])
    title: str
    state: str = Field(examples=["held"])
    planned_on: date | None
    held_on: date | None


class Consultation(OfTransfer):
    """A consultation that was given."""

    address: ClassVar = "/v1/consultations"
    topic: str
    given_on: date


class PublicationContent(Row):
    """What was published."""

    title: str
    outlet: str | None
    released_on: date


class Publication(OfTransfer):
    """A publication."""

    address: ClassVar = "/v1/publications"
    content: PublicationContent


class RefusalBrief(Row):
    """Почему сообщение не принято."""

    code: str = Field(examples=["type-not-granted"])
    field: str | None = Field(examples=["type"])
    title_ru: str
    detail_ru: str


class RefusedBrief(OfTransfer):
    """Сообщение партнёра, которое не принято."""

    address: ClassVar = "/v1/quarantine"
    state: str = Field(examples=["quarantined"])
    reason: RefusalBrief
    event_id: str | None = Field(examples=["c-2023-000117"])
    type: str | None
    last_at: datetime
    times: int = Field(description="Сколько раз приходило")
