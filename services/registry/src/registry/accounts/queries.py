"""What administrators see of accounts; never a password or its hash."""

from typing import Any

from pydantic import Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from registry.accounts.domain import MAY_ADMINISTER, PlatformRole
from registry.accounts.store import ACCOUNTS
from registry.fields import IdFilter


class AccountView(View):
    """Учётная запись."""

    login: str
    person_id: str
    roles: tuple[PlatformRole, ...]
    blocked: bool


class AccountSearch(PageRequest):
    """Какие учётные записи показать."""

    login: str | None = Field(default=None, max_length=100, description="Логин целиком")
    person_id: IdFilter = None


async def account(reads: Reads, account_id: str) -> AccountView:
    """Return one account. Raises: AccountUnknown, also when the caller is not an administrator."""
    return AccountView.model_validate(await ACCOUNTS.document(reads, account_id, to=MAY_ADMINISTER))


async def accounts(reads: Reads, search: AccountSearch) -> Page[AccountView]:
    """Return the accounts in the order of opening; nothing for others than administrators."""
    exact = {"login": search.login, "person_id": search.person_id}
    where: dict[str, Any] = {name: value for name, value in exact.items() if value}
    where |= MAY_ADMINISTER.filter(reads.caller)
    return await page(reads.db[ACCOUNTS.collection], where, search, AccountView.model_validate)
