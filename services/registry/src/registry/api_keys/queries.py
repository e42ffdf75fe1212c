"""What administrators see of API keys; never a secret or its hash."""

from datetime import date
from typing import Any

from pydantic import Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from registry.api_keys.domain import MAY_ADMINISTER
from registry.api_keys.store import API_KEYS
from registry.clients.store import CLIENTS
from registry.fields import IdFilter
from registry.integrations.queries import Door
from registry.memberships.domain import InstitutionRole
from registry.oauth import ApiScope


class ApiKeyView(View):
    """Ключ партнёра."""

    name: str
    institution_id: str
    integration_id: str | None = Field(description="Действует, пока действует это подключение; null — само по себе")
    institution_roles: tuple[InstitutionRole, ...]
    scopes: tuple[ApiScope, ...]
    networks: tuple[str, ...]
    expires_on: date
    last_used_on: date | None
    revoked: bool


class ApiKeyWithSecret(ApiKeyView):
    """Новый ключ партнёра."""

    key: str | None = Field(
        examples=["tp_0190a000-0000-7000-8000-000000000901_…"],
        description="Показывается один раз; null в ответе, повторённом по Idempotency-Key",
    )


class ApiKeySearch(PageRequest):
    """Какие ключи показать."""

    institution_id: IdFilter = Field(default=None, description="Ключи учреждения")
    integration_id: IdFilter = Field(default=None, description="Ключи подключения")


async def api_key(reads: Reads, api_key_id: str) -> ApiKeyView:
    """Return one key. Raises: ApiKeyUnknown, also when the caller is not an administrator."""
    return ApiKeyView.model_validate(await API_KEYS.document(reads, api_key_id, to=MAY_ADMINISTER))


async def doors(reads: Reads, institution_id: str) -> list[Door]:
    """Return the keys and the clients by which systems of an institution may come in today."""
    own = {"institution_id": institution_id}
    keys = [one for one in await API_KEYS.find(reads, own) if not one.revoked and reads.now.date() <= one.expires_on]
    clients = [one for one in await CLIENTS.find(reads, own) if one.service and not one.closed]
    return [Door("key", one.id, one.name, one.integration_id) for one in keys] + [
        Door("client", one.id, one.name, None) for one in clients
    ]


async def api_keys(reads: Reads, search: ApiKeySearch) -> Page[ApiKeyView]:
    """Return the keys in the order of opening; nothing for others than administrators."""
    where: dict[str, Any] = search.model_dump(include={"institution_id", "integration_id"}, exclude_none=True)
    where |= MAY_ADMINISTER.filter(reads.caller)
    return await page(reads.db[API_KEYS.collection], where, search, ApiKeyView.model_validate)
