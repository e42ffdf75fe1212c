"""What clients see of what they told over HTTP."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from chassis.pages import View


class ReceiptView(View):
    """Принятое событие."""

    event_id: str = Field(examples=["c-2023-000117"], description="Номер события, как его дал партнёр")
    type: str = Field(examples=["partner.consultation.given.v1"])
    integration_id: str
    record_id: str = Field(description="Запись, которой стало событие: консультация, публикация или мероприятие")
    outcome: Literal["accepted", "duplicate"] = Field(description="duplicate — это же событие принято раньше")


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
