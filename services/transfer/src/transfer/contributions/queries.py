"""What partners see of what they told and was taken in."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from chassis.moments import Moment
from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from transfer.contributions.domain import MAY_SEE
from transfer.contributions.store import CONTRIBUTIONS
from transfer.fields import IdFilter


class ReceiptView(View):
    """Принятое событие."""

    event_id: str = Field(examples=["c-2023-000117"], description="Номер события, как его дал партнёр")
    type: str = Field(examples=["partner.consultation.given.v1"])
    integration_id: str
    record_id: str = Field(description="Запись, которой стало событие: консультация, публикация или мероприятие")
    outcome: Literal["accepted", "duplicate"] = Field(description="duplicate — это же событие принято раньше")


class ContributionView(View):
    """Событие партнёра, которое принято, и чем оно стало."""

    integration_id: str
    institution_id: str
    event_id: str = Field(examples=["c-2023-000117"], description="Номер события, как его дал партнёр")
    type: str = Field(examples=["partner.consultation.given.v1"])
    record_id: str = Field(description="Запись, которой стало событие: консультация, публикация или мероприятие")
    taken_at: datetime = Field(description="Когда принято")


class ContributionSearch(PageRequest):
    """Какие принятые события показать."""

    institution_id: IdFilter = None
    integration_id: IdFilter = None
    event_id: IdFilter = Field(default=None, description="Номер события, как его дал партнёр: принято ли оно")
    type: IdFilter = Field(default=None, examples=["partner.consultation.given.v1"])
    since: Moment | None = Field(
        default=None, examples=["2026-01-31T09:00:00Z"], description="Принятые с этого момента"
    )


class Outcome(BaseModel):
    """Что стало с одним событием пачки."""

    event_id: str | None = Field(description="Номер события; null, если его не прочесть")
    status: int = Field(examples=[201], description="201 — принято, 200 — принято раньше, иначе отказ")
    outcome: Literal["accepted", "duplicate", "refused"]
    record_id: str | None = None
    code: str | None = Field(default=None, examples=["type-not-granted"], description="Код отказа")
    field: str | None = Field(default=None, description="Атрибут или поле, в котором ошибка")
    title: str | None = None
    detail: str | None = None


class Outcomes(BaseModel):
    """Что стало с каждым событием пачки, в её порядке."""

    items: list[Outcome]


def event_example(**attributes: Any) -> dict[str, Any]:
    """Return an event as partners send it."""
    return {
        "specversion": "1.0",
        "id": "c-2023-000117",
        "source": "/crm",
        "type": "partner.consultation.given.v1",
        "time": "2023-11-20T12:00:00Z",
        "datacontenttype": "application/json",
        **attributes,
    }


async def contributions(reads: Reads, search: ContributionSearch) -> Page[ContributionView]:
    """Return what was taken in of what the caller may see, the latest first. Raises: ScopeMissing."""
    asked = search.model_dump(include={"institution_id", "integration_id", "event_id", "type"}, exclude_none=True)
    asked |= {"taken_at": {"$gte": search.since}} if search.since else {}
    where = {"$and": [MAY_SEE.filter(reads.caller), asked]}
    collection = reads.db[CONTRIBUTIONS.collection]
    return await page(collection, where, search, ContributionView.model_validate, order=("taken_at", -1))
