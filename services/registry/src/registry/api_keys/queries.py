"""What administrators see of API keys; never a secret or its hash."""

from datetime import date
from typing import Any

from pydantic import Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from registry.api_keys.domain import MAY_ADMINISTER
from registry.api_keys.store import API_KEYS
from registry.fields import IdFilter
from registry.memberships.domain import InstitutionRole
from registry.oauth import ApiScope


class ApiKeyView(View):
    """Ключ партнёра."""

    name: str
    institution_id: str
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


async def api_key(reads: Reads, api_key_id: str) -> ApiKeyView:
    """Return one key. Raises: ApiKeyUnknown, also when the caller is not an administrator."""
    return ApiKeyView.model_validate(await API_KEYS.document(reads, api_key_id, to=MAY_ADMINISTER))


async def api_keys(reads: Reads, search: ApiKeySearch) -> Page[ApiKeyView]:
    """Return the keys in the order of opening; nothing for others than administrators."""
    where: dict[str, Any] = {"institution_id": search.institution_id} if search.institution_id else {}
    where |= MAY_ADMINISTER.filter(reads.caller)
    return await page(reads.db[API_KEYS.collection], where, search, ApiKeyView.model_validate)
