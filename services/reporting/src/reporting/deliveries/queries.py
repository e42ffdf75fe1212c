"""What partners see of deliveries."""

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from reporting.deliveries.domain import Kind, State
from reporting.deliveries.store import COLLECTION
from reporting.webhooks.queries import visible_webhook


class AnswerView(BaseModel):
    """Что ответил получатель на последнюю попытку."""

    model_config = ConfigDict(extra="ignore")

    at: AwareDatetime
    status: int | None = Field(examples=[500], description="Код HTTP; null — ответа не было")
    text: str = Field(examples=["соединение не установлено"], description="Начало ответа или что помешало")


class DeliveryView(View):
    """Доставка одного события на вебхук."""

    kind: Kind = Field(description="event — событие ленты, test — проверочное")
    event_id: str = Field(description="Заголовок webhook-id: по нему отбрасывают повторы")
    type: str = Field(examples=["transfer.event.held.v1"])
    subject: str = Field(description="Запись, о которой событие: порядок держится внутри неё")
    position: int = Field(description="Место в ленте; 0 у проверочного")
    state: State = Field(
        description="waiting — ждёт, delivered — принято, failed — попытки кончились, withdrawn — некому или нельзя"
    )
    attempts: int = Field(examples=[1])
    created_at: AwareDatetime
    first_at: AwareDatetime | None = Field(description="Первая попытка")
    next_at: AwareDatetime | None = Field(description="Следующая попытка не раньше")
    done_at: AwareDatetime | None
    answer: AnswerView | None


class DeliverySearch(PageRequest):
    """Какие доставки показать, новейшие первыми."""

    state: State | None = Field(default=None, description="Только в этом состоянии")


async def deliveries(reads: Reads, webhook_id: str, search: DeliverySearch) -> Page[DeliveryView]:
    """Return a webhook's deliveries, the newest first. Raises: WebhookUnknown."""
    await visible_webhook(reads, webhook_id)
    where: dict[str, Any] = {"webhook_id": webhook_id}
    where |= {"state": search.state} if search.state else {}
    return await page(reads.db[COLLECTION], where, search, DeliveryView.model_validate, order=("created_at", -1))
