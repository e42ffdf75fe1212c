"""What clients see of the chronicle."""

from datetime import date
from typing import Any

from pydantic import AliasPath, BaseModel, ConfigDict, Field

from chassis.pages import Page, PageRequest, page
from chassis.work import Reads
from reporting.evidence.domain import MAY_SEE
from reporting.evidence.store import COLLECTION
from reporting.fields import Id
from reporting.institutions.store import in_own_regions

ORDER = ("happened_on", 1)


class EvidenceView(BaseModel):
    """Событие, на которое опирается показатель."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    id: str = Field(validation_alias="_id", description="Номер события")
    type: str = Field(examples=["transfer.consultation.given.v1"])
    happened_on: date
    title: str = Field(examples=["Консультация: Как описать результат проекта, 12.10.2023, Zoom"])
    subject: str = Field(description="Запись, о которой событие")
    sequence: int = Field(description="Версия этой записи")
    institution_ids: tuple[str, ...]
    data: dict[str, Any] = Field(description="Что сообщило событие")
    origin: str | None = Field(
        default=None,
        validation_alias=AliasPath("data", "origin"),
        description="Подключение партнёра, чья система это сообщила; null — внесено на платформе",
    )


class Timeline(PageRequest):
    """Какие события показать, по порядку дат."""

    about: list[Id] = Field(default=[], max_length=20, description="Номера записей: событие называет хотя бы одну")
    institution_id: Id | None = Field(default=None, description="Учреждение, которого касается событие")
    type: str | None = Field(default=None, max_length=100)
    year: int | None = Field(default=None, ge=2000, le=2100)


async def timeline(reads: Reads, wanted: Timeline) -> Page[EvidenceView]:
    """Return events in order of date: members see their institution's only, officials those of their regions."""
    caller = await in_own_regions(reads)
    conditions: list[dict[str, Any]] = [found for found in (MAY_SEE.filter(caller),) if found]
    if wanted.about:
        conditions.append({"mentions": {"$in": sorted(wanted.about)}})
    if wanted.institution_id:
        conditions.append({"institution_ids": wanted.institution_id})
    if wanted.type:
        conditions.append({"type": wanted.type})
    if wanted.year:
        conditions.append({"year": wanted.year})
    where = {"$and": conditions} if conditions else {}
    return await page(reads.db[COLLECTION], where, wanted, EvidenceView.model_validate, order=ORDER)
