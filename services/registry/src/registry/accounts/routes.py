"""HTTP doors of accounts."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch, RequiredIfMatch
from chassis.pages import Page
from chassis.work import Change
from registry.accounts import handlers, queries
from registry.accounts.handlers import (
    AssignRoles,
    BlockAccount,
    ChangeOwnPassword,
    OpenAccount,
    ReplacePassword,
    UnblockAccount,
)
from registry.accounts.queries import AccountSearch, AccountView
from registry.attempts.routes import Address

router = APIRouter(prefix="/v1/accounts", tags=["Учётные записи"])
me_router = APIRouter(prefix="/v1/me", tags=["Вход"])


@router.post("", status_code=201, response_model=AccountView, summary="Открыть учётную запись")
async def open_account(body: OpenAccount, door: Door) -> Response:
    """Открывает администратор для человека из реестра."""
    return await door.run(handlers.open_account, body, AccountView, status=201)


@router.get("", response_model=Page[AccountView], summary="Список учётных записей")
async def listing(door: Door, search: Annotated[AccountSearch, Query()]) -> Response:
    """Видит администратор."""
    return door.listing(await queries.accounts(door.reads, search))


@router.get("/{account_id}", response_model=AccountView, summary="Учётная запись")
async def show(account_id: Id, door: Door) -> Response:
    """Видит администратор."""
    return door.show(await queries.account(door.reads, account_id))


@router.put("/{account_id}/roles", response_model=AccountView, summary="Назначить роли")
async def assign(account_id: Id, body: AssignRoles, door: Door, version: RequiredIfMatch) -> Response:
    """Роли действуют со следующего токена: при входе или обновлении, не позже чем через 15 минут."""
    return await door.run(handlers.assign_roles, Change(account_id, version, body), AccountView)


@router.put("/{account_id}/password", response_model=AccountView, summary="Задать новый пароль")
async def replace_password(account_id: Id, body: ReplacePassword, door: Door, version: RequiredIfMatch) -> Response:
    """Задаёт администратор. Прежние входы этого человека заканчиваются."""
    return await door.run(handlers.replace_password, Change(account_id, version, body), AccountView)


@router.post("/{account_id}/blocking", response_model=AccountView, summary="Закрыть вход")
async def block(account_id: Id, door: Door, version: IfMatch) -> Response:
    """Обновить токен больше нельзя, выданные токены доступа действуют не дольше 15 минут."""
    return await door.run(handlers.block_account, Change(account_id, version, BlockAccount()), AccountView)


@router.post("/{account_id}/unblocking", response_model=AccountView, summary="Снова открыть вход")
async def unblock(account_id: Id, door: Door, version: IfMatch) -> Response:
    """Снимает блокировку."""
    return await door.run(handlers.unblock_account, Change(account_id, version, UnblockAccount()), AccountView)


@me_router.put("/password", response_model=AccountView, summary="Сменить свой пароль")
async def change_own_password(body: ChangeOwnPassword, door: Door, address: Address) -> Response:
    """Нужен нынешний пароль. Все устройства, кроме уже выданных на 15 минут токенов, должны войти заново."""
    proven = await handlers.prove_password(body, door.reads, address=address)
    return await door.run(handlers.replace_own_password, proven, AccountView)
