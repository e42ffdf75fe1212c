"""HTTP doors of webhooks."""

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from chassis.door import Door, Id, IfMatch, RequiredIfMatch
from chassis.pages import Page
from chassis.work import Change
from reporting.webhooks import handlers, queries
from reporting.webhooks.errors import WebhooksOff
from reporting.webhooks.handlers import AmendWebhook, ChangeState, Equipped, ExchangeSecret, RegisterWebhook
from reporting.webhooks.queries import WebhookSearch, WebhookStanding, WebhookView, WebhookWithSecret
from reporting.webhooks.vault import Vault, new_secret

router = APIRouter(prefix="/v1/webhooks", tags=["Вебхуки"])


@router.post("", status_code=201, response_model=WebhookWithSecret, summary="Зарегистрировать вебхук")
async def register(body: RegisterWebhook, door: Door, request: Request) -> Response:
    """События от этой минуты приходят на адрес подписанными по Standard Webhooks. Секрет показан только здесь.

    Нужны scope `webhooks.manage` и членство в учреждении подключения, или роль администратора.
    """
    secret = new_secret()
    asked = Equipped(body, request.app.state.egress_rules, _vault(request).seal(secret))
    return showing_once(await door.run(handlers.register_webhook, asked, WebhookView, status=201), secret)


@router.get("", response_model=Page[WebhookView], summary="Список вебхуков")
async def listing(door: Door, search: Annotated[WebhookSearch, Query()]) -> Response:
    """Партнёр видит вебхуки своего учреждения, администратор — все."""
    return door.listing(await queries.webhooks(door.reads, search))


@router.get("/{webhook_id}", response_model=WebhookStanding, summary="Вебхук и как у него дела")
async def show(webhook_id: Id, door: Door) -> Response:
    """Состояние, его причина, место в ленте, с какого времени не удаются попытки."""
    return door.show(await queries.webhook(door.reads, webhook_id))


@router.patch("/{webhook_id}", response_model=WebhookView, summary="Изменить адрес или типы")
async def amend(webhook_id: Id, body: AmendWebhook, door: Door, request: Request, version: RequiredIfMatch) -> Response:
    """Чего в запросе нет, то остаётся. Ждущие события уходят уже на новый адрес."""
    change = Change(webhook_id, version, Equipped(body, request.app.state.egress_rules))
    return await door.run(handlers.amend_webhook, change, WebhookView)


@router.post("/{webhook_id}/pause", response_model=WebhookView, summary="Приостановить вебхук")
async def pause(webhook_id: Id, door: Door, version: IfMatch) -> Response:
    """Доставки ждут; место в ленте сохраняется."""
    return await door.run(handlers.pause_webhook, Change(webhook_id, version, ChangeState()), WebhookView)


@router.post("/{webhook_id}/resumption", response_model=WebhookView, summary="Возобновить вебхук")
async def resume(webhook_id: Id, door: Door, version: IfMatch) -> Response:
    """После паузы или приостановки платформой: с того же места, без потерь."""
    return await door.run(handlers.resume_webhook, Change(webhook_id, version, ChangeState()), WebhookView)


@router.post("/{webhook_id}/secret", response_model=WebhookWithSecret, summary="Заменить секрет")
async def exchange(webhook_id: Id, body: ExchangeSecret, door: Door, request: Request, version: IfMatch) -> Response:
    """Новый секрет показан только здесь; до конца перекрытия каждая доставка подписана и прежним."""
    secret = new_secret()
    asked = Equipped(body, request.app.state.egress_rules, _vault(request).seal(secret))
    return showing_once(
        await door.run(handlers.exchange_secret, Change(webhook_id, version, asked), WebhookView), secret
    )


@router.post("/{webhook_id}/removal", response_model=WebhookView, summary="Удалить вебхук")
async def remove(webhook_id: Id, door: Door, version: IfMatch) -> Response:
    """Доставки прекращаются, адрес и секреты стираются."""
    return await door.run(handlers.remove_webhook, Change(webhook_id, version, ChangeState()), WebhookView)


def showing_once(answer: Response, secret: str) -> Response:
    """Return an answer with the secret that was made for it.

    The answer that the Idempotency-Key remembers is without it: what is shown once is stored nowhere. So a repeated
    request, whose secret was made anew for nothing, shows none.
    """
    told = None if "idempotency-replayed" in answer.headers else secret
    body = json.dumps({**json.loads(bytes(answer.body)), "secret": told}, ensure_ascii=False)
    passed = {key: value for key, value in answer.headers.items() if key not in ("content-length", "content-type")}
    return Response(body, answer.status_code, passed | {"cache-control": "no-store"}, "application/json")


def _vault(request: Request) -> Vault:
    vault: Vault | None = request.app.state.vault
    if vault is None:
        raise WebhooksOff
    return vault
