"""HTTP doors of deliveries."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id
from chassis.pages import Page
from chassis.work import Change
from reporting.deliveries import handlers, queries
from reporting.deliveries.handlers import Redeliver, RedeliverSince, SendTest
from reporting.deliveries.queries import DeliverySearch, DeliveryView
from reporting.webhooks.queries import WebhookView

router = APIRouter(prefix="/v1/webhooks/{webhook_id}", tags=["Вебхуки"])


@router.get("/deliveries", response_model=Page[DeliveryView], summary="Журнал доставок вебхука")
async def listing(webhook_id: Id, door: Door, search: Annotated[DeliverySearch, Query()]) -> Response:
    """Событие, попытки, состояние, следующая попытка, короткий ответ получателя; хранится 90 дней."""
    return door.listing(await queries.deliveries(door.reads, webhook_id, search))


@router.post("/deliveries/{delivery_id}/redelivery", response_model=DeliveryView, summary="Доставить событие ещё раз")
async def redeliver(webhook_id: Id, delivery_id: Id, door: Door) -> Response:
    """С тем же номером события, впереди ждущих событий той же записи."""
    return await door.run(handlers.redeliver, Change(delivery_id, None, Redeliver(webhook_id=webhook_id)), DeliveryView)


@router.post("/redelivery", response_model=WebhookView, summary="Доставить ещё раз, начиная с места")
async def redeliver_since(webhook_id: Id, body: RedeliverSince, door: Door) -> Response:
    """Всё, что вебхук получает, с этого времени или после этого события; лента хранит всё с начала."""
    return await door.run(handlers.redeliver_since, Change(webhook_id, None, body), WebhookView)


@router.post("/test", status_code=201, response_model=DeliveryView, summary="Послать проверочное событие")
async def test(webhook_id: Id, door: Door) -> Response:
    """Тип `reporting.webhook.tested.v1`, тело пустое; подписано и доставляется как все."""
    return await door.run(handlers.send_test, Change(webhook_id, None, SendTest()), DeliveryView, status=201)
