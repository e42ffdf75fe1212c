"""What administrators see of clients; never a secret or its hash."""

from typing import Any

from pydantic import Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from registry.clients.domain import MAY_ADMINISTER, ClientKind
from registry.clients.store import CLIENTS
from registry.fields import IdFilter
from registry.memberships.domain import InstitutionRole
from registry.oauth import Scope


class ClientView(View):
    """Приложение; id — его client_id."""

    name: str
    kind: ClientKind
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...]
    scopes: tuple[Scope, ...]
    service: bool
    institution_id: str | None
    institution_roles: tuple[InstitutionRole, ...]
    closed: bool


class ClientWithSecret(ClientView):
    """Приложение и его новый секрет."""

    client_secret: str | None = Field(
        description="Показывается один раз; null у приложения без секрета и в ответе, повторённом по Idempotency-Key"
    )


class ClientSearch(PageRequest):
    """Какие приложения показать."""

    institution_id: IdFilter = Field(default=None, description="От имени чьего учреждения действуют")


async def client(reads: Reads, client_id: str) -> ClientView:
    """Return one client. Raises: ClientUnknown, also when the caller is not an administrator."""
    return ClientView.model_validate(await CLIENTS.document(reads, client_id, to=MAY_ADMINISTER))


async def clients(reads: Reads, search: ClientSearch) -> Page[ClientView]:
    """Return the clients by id; nothing for others than administrators."""
    where: dict[str, Any] = {"institution_id": search.institution_id} if search.institution_id else {}
    where |= MAY_ADMINISTER.filter(reads.caller)
    return await page(reads.db[CLIENTS.collection], where, search, ClientView.model_validate)
