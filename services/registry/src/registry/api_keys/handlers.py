"""Use cases of API keys. No facts: who may act for an institution is the registry's own business."""

import secrets
from datetime import date
from typing import Annotated

import structlog
from pydantic import Field

from chassis.work import Change, Command, Work
from registry.api_keys import domain
from registry.api_keys.domain import MAY_ADMINISTER, SUBJECT_PREFIX, ApiKey
from registry.api_keys.store import API_KEYS, note_use
from registry.digests import Minted, digest
from registry.institutions.store import INSTITUTIONS
from registry.integrations.store import INTEGRATIONS, in_force
from registry.memberships.domain import InstitutionRole
from registry.oauth import ApiScope, OAuthRefused, granted
from registry.tokens.domain import EXCHANGED_LIFETIME, Grant, Holder
from registry.tokens.handlers import Desk

log = structlog.get_logger("security")
_SECRET_BYTES = 32
_Network = Annotated[str, Field(min_length=1, max_length=49)]


class OpenApiKey(Command):
    """Ключ для системы партнёра."""

    name: str = Field(min_length=1, max_length=100, examples=["Обмен с АИС «Соцзащита»"])
    institution_id: str = Field(min_length=1, max_length=64, examples=["0190a000-0000-7000-8000-000000000101"])
    institution_roles: frozenset[InstitutionRole] = Field(
        default=frozenset(), examples=[["specialist"]], description="Что ключу можно в этом учреждении"
    )
    scopes: frozenset[ApiScope] = Field(min_length=1, examples=[["api.read"]])
    integration_id: str | None = Field(
        default=None,
        min_length=1,
        max_length=64,
        examples=[None],
        description="Подключение, вместе с которым ключ кончается. Если не назвать: с разрешениями обмена — "
        "подключение учреждения, без них ключ от подключений не зависит",
    )
    networks: frozenset[_Network] = Field(
        default=frozenset(), max_length=20, examples=[["192.0.2.0/24"]], description="Откуда; пусто — отовсюду"
    )
    expires_on: date = Field(examples=["2027-01-31"], description="Последний день, не дальше года")


class RevokeApiKey(Command):
    """Отзыв ключа."""


def new_secret() -> str:
    """Return 256 random bits in hexadecimal: a key is copied by a double click."""
    return secrets.token_hex(_SECRET_BYTES)


async def open_api_key(minted: Minted[OpenApiKey], work: Work) -> ApiKey:
    """Let a partner's system act for an institution.

    Raises: NotPermitted, InstitutionUnknown, ExpiryOutOfReach, NetworkRefused, IntegrationUnknown, IntegrationEnded,
    IntegrationNeeded.
    """
    MAY_ADMINISTER.require(work.caller, {})
    command = minted.command
    await INSTITUTIONS.get(work, command.institution_id)
    key = ApiKey(
        id=work.new_id(),
        name=command.name,
        institution_id=command.institution_id,
        integration_id=command.integration_id,
        institution_roles=tuple(sorted(command.institution_roles)),
        scopes=tuple(sorted(command.scopes)),
        networks=tuple(sorted(command.networks)),
        expires_on=command.expires_on,
        secret_hash=digest(minted.secret),
    )
    integrations = await INTEGRATIONS.find(work, {"institution_id": key.institution_id})
    return await API_KEYS.save(work, domain.part_of(domain.open_key(key, today=work.today), integrations))


async def revoke_api_key(change: Change[RevokeApiKey], work: Work) -> ApiKey:
    """End a key. Raises: ApiKeyUnknown, StaleVersion, NotPermitted."""
    MAY_ADMINISTER.require(work.caller, {})
    return await API_KEYS.save(work, domain.revoke(await API_KEYS.load(work, change)))


async def present_api_key(written: str, scope: str | None, desk: Desk) -> tuple[Holder, Grant]:
    """Return whom a key speaks for and what a token for it is good for; note the day.

    An unknown key, a wrong secret, a revoked or expired key, the end of its integration and a foreign address are told
    in the same words.
    Raises: OAuthRefused.
    """
    work, parts = desk.work, domain.read(written)
    found = await work.db[API_KEYS.collection].find_one({"_id": parts[0]}) if parts else None
    if parts is None or found is None:
        raise _refused("unknown", None)
    key = API_KEYS.read(found)
    still = key.integration_id is None or await in_force(work, _id=key.integration_id)
    if reason := domain.unfit(key, parts[1], address=desk.address, today=work.today, in_force=still):
        raise _refused(reason, key.id)
    scopes = granted(scope, allowed=key.scopes)
    await note_use(work, key, work.today)
    subject = SUBJECT_PREFIX + key.id
    memberships = {key.institution_id: key.institution_roles} if key.institution_roles else {}
    holder = Holder(subject=subject, name=key.name, memberships=memberships)
    return holder, Grant(client_id=subject, scope=scopes, lifetime=EXCHANGED_LIFETIME)


def _refused(reason: str, key_id: str | None) -> OAuthRefused:
    log.warning("api key refused", reason=reason, api_key_id=key_id)
    return OAuthRefused("invalid_request", "the API key is not valid")
