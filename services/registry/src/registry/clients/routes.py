"""HTTP doors of clients."""

import json
from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch, RequiredIfMatch
from chassis.pages import Page
from chassis.work import Change
from registry.clients import handlers, queries
from registry.clients.handlers import CloseClient, DescribeClient, RegisterClient, ReopenClient, ReplaceSecret
from registry.clients.queries import ClientSearch, ClientView, ClientWithSecret
from registry.digests import Minted

router = APIRouter(prefix="/v1/clients", tags=["Приложения и ключи"])


def showing_once(answer: Response, name: str, secret: str | None) -> Response:
    """Return an answer with the secret that was made for it.

    The answer that the Idempotency-Key remembers is without it: what is shown once is stored nowhere. So a repeated
    request, whose secret was made anew for nothing, shows none.
    """
    shown = None if "idempotency-replayed" in answer.headers else secret
    body = json.dumps({**json.loads(bytes(answer.body)), name: shown}, ensure_ascii=False)
    passed = {key: value for key, value in answer.headers.items() if key not in ("content-length", "content-type")}
    return Response(body, answer.status_code, passed | {"cache-control": "no-store"}, "application/json")


@router.post("", status_code=201, response_model=ClientWithSecret, summary="Зарегистрировать приложение")
async def register(body: RegisterClient, door: Door) -> Response:
    """Регистрирует администратор. Секрет конфиденциального приложения показан только в этом ответе."""
    secret = handlers.new_secret()
    answer = await door.run(handlers.register_client, Minted(body, secret), ClientView, status=201)
    return showing_once(answer, "client_secret", secret if body.kind == "confidential" else None)


@router.get("", response_model=Page[ClientView], summary="Список приложений")
async def listing(door: Door, search: Annotated[ClientSearch, Query()]) -> Response:
    """Видит администратор."""
    return door.listing(await queries.clients(door.reads, search))


@router.get("/{client_id}", response_model=ClientView, summary="Приложение")
async def show(client_id: Id, door: Door) -> Response:
    """Видит администратор."""
    return door.show(await queries.client(door.reads, client_id))


@router.put("/{client_id}", response_model=ClientView, summary="Описать приложение заново")
async def describe(client_id: Id, body: DescribeClient, door: Door, version: RequiredIfMatch) -> Response:
    """Имя, адреса, scope и права целиком. Вид приложения не меняется."""
    return await door.run(handlers.describe_client, Change(client_id, version, body), ClientView)


@router.post("/{client_id}/secret", response_model=ClientWithSecret, summary="Выдать новый секрет")
async def replace_secret(client_id: Id, door: Door, version: IfMatch) -> Response:
    """Прежний секрет сразу перестаёт действовать. Новый показан только в этом ответе."""
    secret = handlers.new_secret()
    change = Change(client_id, version, Minted(ReplaceSecret(), secret))
    return showing_once(await door.run(handlers.replace_secret, change, ClientView), "client_secret", secret)


@router.post("/{client_id}/closing", response_model=ClientView, summary="Закрыть приложение")
async def close(client_id: Id, door: Door, version: IfMatch) -> Response:
    """Войти и обновить токен через него больше нельзя; выданные токены доступа действуют не дольше 15 минут."""
    return await door.run(handlers.close_client, Change(client_id, version, CloseClient()), ClientView)


@router.post("/{client_id}/reopening", response_model=ClientView, summary="Снова открыть приложение")
async def reopen(client_id: Id, door: Door, version: IfMatch) -> Response:
    """Снимает закрытие."""
    return await door.run(handlers.reopen_client, Change(client_id, version, ReopenClient()), ClientView)
