"""HTTP doors of API keys."""

import json
from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch
from chassis.pages import Page
from chassis.work import Change
from registry.api_keys import handlers, queries
from registry.api_keys.domain import written
from registry.api_keys.handlers import OpenApiKey, RevokeApiKey
from registry.api_keys.queries import ApiKeySearch, ApiKeyView, ApiKeyWithSecret
from registry.clients.routes import showing_once
from registry.digests import Minted

router = APIRouter(prefix="/v1/api-keys", tags=["Приложения и ключи"])


@router.post("", status_code=201, response_model=ApiKeyWithSecret, summary="Выдать ключ партнёру")
async def open_key(body: OpenApiKey, door: Door) -> Response:
    """Выдаёт администратор. Ключ показан только в этом ответе; передаётся в заголовке X-Api-Key."""
    secret = handlers.new_secret()
    answer = await door.run(handlers.open_api_key, Minted(body, secret), ApiKeyView, status=201)
    return showing_once(answer, "key", written(json.loads(bytes(answer.body))["id"], secret))


@router.get("", response_model=Page[ApiKeyView], summary="Список ключей")
async def listing(door: Door, search: Annotated[ApiKeySearch, Query()]) -> Response:
    """Видит администратор."""
    return door.listing(await queries.api_keys(door.reads, search))


@router.get("/{api_key_id}", response_model=ApiKeyView, summary="Ключ партнёра")
async def show(api_key_id: Id, door: Door) -> Response:
    """Видит администратор."""
    return door.show(await queries.api_key(door.reads, api_key_id))


@router.post("/{api_key_id}/revocation", response_model=ApiKeyView, summary="Отозвать ключ")
async def revoke(api_key_id: Id, door: Door, version: IfMatch) -> Response:
    """Ключ больше не принимается; выданные по нему токены действуют не дольше минуты."""
    return await door.run(handlers.revoke_api_key, Change(api_key_id, version, RevokeApiKey()), ApiKeyView)
