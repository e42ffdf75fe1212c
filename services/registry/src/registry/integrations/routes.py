"""HTTP doors of integrations: each change is recorded first, then carried out on the broker, then answered."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from chassis.conditional import etag
from chassis.door import Door, Id, IfMatch, Paging, RequiredIfMatch
from chassis.pages import Page
from chassis.work import Change
from registry.digests import Minted
from registry.integrations import handlers, observing, queries
from registry.integrations.handlers import GrantIntegration, Password, ReplacePassword, RevokeIntegration, Terms
from registry.integrations.queries import (
    HistoryEntry,
    IntegrationSearch,
    IntegrationShown,
    IntegrationView,
    IntegrationWithPassword,
    QueueView,
)
from registry.integrations.reconciling import Keeper
from registry.integrations.topology import Place

router = APIRouter(prefix="/v1/integrations", tags=["Партнёры"])


class KeepersDoor:
    """One request's way to the broker, behind the door of all requests."""

    def __init__(self, request: Request, door: Door) -> None:
        self._keeper: Keeper = request.app.state.keeper(request.app.state.mongo)
        self.place: Place = request.app.state.partners_place
        self._reads = door.reads

    async def follow(self, recorded: Response, password: Password | None = None) -> Response:
        """Let the broker follow what was recorded; answer with what has become of it, and with a password once.

        What the Idempotency-Key remembers has no password, and a repeated request made its own for nothing: it is
        shown only where it is the one that holds.
        """
        integration_id: str = json.loads(bytes(recorded.body))["id"]
        await self._keeper.follow(integration_id, self._reads.now)
        shown = await queries.integration(self._reads, integration_id, self.place)
        headers = {name: value for name, value in recorded.headers.items() if name == "idempotency-replayed"}
        headers["ETag"] = etag(shown.version)
        if password:
            holds = await queries.holds(self._reads, integration_id, password.hashed)
            shown = queries.equipped(shown, password.plain if holds else None, self.place)
            headers["Cache-Control"] = "no-store"
        return Response(shown.model_dump_json(), recorded.status_code, headers, "application/json")

    async def queue(self, integration_id: str) -> QueueView:
        """Ask the broker what waits for a partner."""
        return await observing.queue(self._reads, integration_id, self._keeper.broker)


Keeping = Annotated[KeepersDoor, Depends(KeepersDoor)]


@router.post("", status_code=201, response_model=IntegrationWithPassword, summary="Подключить систему партнёра")
async def grant(body: GrantIntegration, door: Door, keeping: Keeping) -> Response:
    """Подключает администратор. Пароль брокера показан только в этом ответе.

    Если брокер не отвечает, подключение записано (`broker.carried_out` — false) и будет выдано, когда он ответит;
    пароль из этого ответа тогда и подойдёт. Повтор того же запроса ничего не меняет.
    """
    password = handlers.new_password()
    command = Minted(body, password.hashed)
    recorded = await door.run(handlers.grant_integration, command, IntegrationView, status=201)
    return await keeping.follow(recorded, password)


@router.get("", response_model=Page[IntegrationShown], summary="Список подключений")
async def listing(door: Door, keeping: Keeping, search: Annotated[IntegrationSearch, Query()]) -> Response:
    """Администратор видит все, партнёр — подключение своего учреждения."""
    return door.listing(await queries.integrations(door.reads, search, keeping.place))


@router.get("/{integration_id}", response_model=IntegrationShown, summary="Подключение партнёра")
async def show(integration_id: Id, door: Door, keeping: Keeping) -> Response:
    """Что разрешено, до какого дня, и где это на брокере."""
    return door.show(await queries.integration(door.reads, integration_id, keeping.place))


@router.get("/{integration_id}/queue", response_model=QueueView, summary="Очередь партнёра на брокере")
async def queue(integration_id: Id, door: Door, keeping: Keeping) -> Response:
    """Сколько событий ждёт и с какого времени; сведения брокера, им до нескольких секунд."""
    return door.listing(await keeping.queue(integration_id))


@router.put("/{integration_id}", response_model=IntegrationShown, summary="Изменить, что разрешено")
async def amend(integration_id: Id, body: Terms, door: Door, keeping: Keeping, version: RequiredIfMatch) -> Response:
    """Типы, контактное лицо, срок и размер очереди целиком.

    Если меняются права на брокере, соединения партнёра закрываются и открываются им заново уже с новыми правами.
    """
    change = Change(integration_id, version, body)
    return await keeping.follow(await door.run(handlers.amend_integration, change, IntegrationView))


@router.post("/{integration_id}/password", response_model=IntegrationWithPassword, summary="Выдать новый пароль")
async def replace_password(integration_id: Id, door: Door, keeping: Keeping, version: IfMatch) -> Response:
    """Прежний пароль сразу перестаёт действовать, соединения закрываются. Новый показан только в этом ответе."""
    password = handlers.new_password()
    change = Change(integration_id, version, Minted(ReplacePassword(), password.hashed))
    return await keeping.follow(await door.run(handlers.replace_password, change, IntegrationView), password)


@router.post("/{integration_id}/revocation", response_model=IntegrationShown, summary="Отозвать подключение")
async def revoke(integration_id: Id, door: Door, keeping: Keeping, version: IfMatch) -> Response:
    """Пользователь брокера удаляется, его соединения закрываются сразу; очередь удаляется со всем, что в ней."""
    change = Change(integration_id, version, RevokeIntegration())
    return await keeping.follow(await door.run(handlers.revoke_integration, change, IntegrationView))


@router.get("/{integration_id}/history", response_model=Page[HistoryEntry], summary="История подключения")
async def history(integration_id: Id, door: Door, paging: Paging) -> Response:
    """Кто, когда и что изменил. Видит администратор."""
    return door.listing(await queries.history(door.reads, integration_id, paging))
