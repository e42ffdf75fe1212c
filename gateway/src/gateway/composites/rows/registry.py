"""Rows of the registry: institutions, people, statuses, agreements."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from gateway.composites.rows.linked import Linked, Row


class OfRegistry(Linked):
    """A record of the registry service."""

    service: ClassVar = "registry"


class InstitutionBrief(OfRegistry):
    """Карточка учреждения."""

    address: ClassVar = "/v1/institutions"
    name: str
    short_name: str = Field(examples=["КСЦОН «Веста»"])
    kind: str = Field(examples=["social_service"])
    ownership: str = Field(examples=["state"])
    inn: str
    ogrn: str
    municipality: str = Field(examples=["Ангарский городской округ"])
    region: str = Field(examples=["RU-IRK"])
    member_since: date


class MemberBrief(OfRegistry):
    """Кто работает в учреждении на платформе."""

    address: ClassVar = "/v1/memberships"
    person_id: str
    person_name: str = Field(examples=["Н. Л. Веревокина"])
    roles: tuple[str, ...] = Field(examples=[["head"]])


class AppointmentBrief(OfRegistry):
    """Кто какую должность занимает."""

    address: ClassVar = "/v1/appointments"
    person_id: str
    person_name: str = Field(examples=["Н. Л. Веревокина"])
    office: str = Field(examples=["директор"])
    body: str | None = None
    acting: bool
    since: date
    until: date | None = None


class StatusBrief(OfRegistry):
    """Статус в технопарке."""

    address: ClassVar = "/v1/statuses"
    institution_id: str
    institution_name: str = ""
    kind: str = Field(examples=["rip"])
    theme: str | None = None
    valid_from: date
    last_day: date = Field(description="9999-12-31 у бессрочного")


class AgreementBrief(OfRegistry):
    """Соглашение о сотрудничестве."""

    address: ClassVar = "/v1/agreements"
    number: str
    partner: str
    subject: str
    signed_on: date
    valid_until: date | None = None
    terminated_on: date | None = None


class AgreementsOfYear(Row):
    """Соглашения так, как их считает годовой отчёт."""

    signed: int = Field(examples=[7], description="Заключено за год")
    addenda: int = Field(examples=[1], description="Дополнительных соглашений за год")
    terminated: int = Field(examples=[0], description="Расторгнуто за год")
    total: int = Field(examples=[18], description="Действует на конец года")


class Carried(Row):
    """What has become of an integration on the broker."""

    carried_out: bool = Field(description="Брокер держит выданное")
    lag: str | None = Field(examples=[None], description="Почему ещё нет")


class IntegrationBrief(OfRegistry):
    """Подключение системы партнёра."""

    address: ClassVar = "/v1/integrations"
    institution_id: str
    name: str = Field(examples=["omsk-resource-centre"])
    receives: tuple[str, ...] = Field(examples=[["transfer.event.held.v1"]])
    sends: tuple[str, ...] = Field(examples=[["partner.consultation.given.v1"]])
    valid_until: date
    standing: str = Field(examples=["in_force"])
    broker: Carried


class QueueNow(Row):
    """Что ждёт партнёра на брокере сейчас."""

    name: str | None = Field(examples=["partner.omsk-resource-centre"], description="null — очереди нет")
    messages: int = Field(examples=[12])
    size_bytes: int = Field(examples=[34000])
    limit_bytes: int = Field(examples=[67108864])
    consumers: int = Field(examples=[1])
    oldest_since: datetime | None = Field(description="Самое старое из ждущих пришло не позже")
