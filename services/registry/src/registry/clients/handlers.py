"""Use cases of clients. No facts: who may sign in, and through what, is the registry's own business."""

import secrets
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from chassis.work import Change, Command, Work
from registry.clients import domain
from registry.clients.domain import MAY_ADMINISTER, Client, ClientKind
from registry.clients.store import CLIENTS
from registry.digests import Minted, digest
from registry.institutions.store import INSTITUTIONS
from registry.memberships.domain import InstitutionRole
from registry.oauth import SCOPES, Scope

_SECRET_BYTES = 32
_Uri = Annotated[str, Field(min_length=1, max_length=400)]
_Uris = Annotated[frozenset[_Uri], Field(max_length=20)]


class DescribeClient(Command):
    """Что за приложение и что ему можно."""

    name: str = Field(min_length=1, max_length=100, examples=["Портал"], description="Видят те, кто входит")
    redirect_uris: _Uris = Field(
        default=frozenset(),
        examples=[["https://portal.example/callback"]],
        description="Куда возвращать после входа; сравнивается целиком",
    )
    post_logout_redirect_uris: _Uris = Field(
        default=frozenset(), examples=[["https://portal.example/"]], description="Куда возвращать после выхода"
    )
    scopes: frozenset[Scope] = Field(
        default=frozenset({"openid", "profile", "api.read", "api.write"}),
        examples=[["openid", "profile", "offline_access", "api.read", "api.write"]],
        description="На что можно просить токен; offline_access — обновлять его без участия человека",
    )
    service: bool = Field(default=False, examples=[False], description="Действует и от своего имени")
    institution_id: str | None = Field(
        default=None, min_length=1, max_length=64, examples=[None], description="Где действует от своего имени"
    )
    institution_roles: frozenset[InstitutionRole] = Field(default=frozenset(), examples=[[]])


class RegisterClient(DescribeClient):
    """Новое приложение."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{2,63}$", examples=["portal"], description="client_id, строчная латиница")
    kind: ClientKind = Field(
        examples=["public"], description="public — в браузере и на телефоне, секрета нет; confidential — на сервере"
    )


class CloseClient(Command):
    """Закрытие приложения."""


class ReopenClient(Command):
    """Открытие приложения снова."""


class ReplaceSecret(Command):
    """Замена секрета."""


def new_secret() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(_SECRET_BYTES)


async def register_client(minted: Minted[RegisterClient], work: Work) -> Client:
    """Let an application ask people to sign in, or sign in itself; a public one gets no secret.

    Raises: NotPermitted, InstitutionUnknown, RedirectUriRefused, ClientHasNoUse, ServiceNeedsSecret,
    RolesWithoutInstitution, AlreadyExists.
    """
    MAY_ADMINISTER.require(work.caller, {})
    command = minted.command
    secret_hash = digest(minted.secret) if command.kind == "confidential" else None
    client = Client(id=command.id, kind=command.kind, secret_hash=secret_hash, **_described(command))
    return await _checked_and_saved(client, work)


async def describe_client(change: Change[DescribeClient], work: Work) -> Client:
    """Replace what a client is told to be. Raises what `register_client` does, ClientUnknown, StaleVersion."""
    client = await _administered(change, work)
    return await _checked_and_saved(replace(client, **_described(change.command)), work)


async def replace_secret(change: Change[Minted[ReplaceSecret]], work: Work) -> Client:
    """Give a confidential client a new secret.

    Raises: ClientUnknown, StaleVersion, NotPermitted, ServiceNeedsSecret.
    """
    client = await _administered(change, work)
    return await CLIENTS.save(work, domain.with_secret(client, secret_hash=digest(change.command.secret)))


async def close_client(change: Change[CloseClient], work: Work) -> Client:
    """End a client: no sign-in, no refresh, no token. Raises: ClientUnknown, StaleVersion, NotPermitted."""
    return await CLIENTS.save(work, domain.close(await _administered(change, work)))


async def reopen_client(change: Change[ReopenClient], work: Work) -> Client:
    """Let a closed client work again. Raises: ClientUnknown, StaleVersion, NotPermitted."""
    return await CLIENTS.save(work, domain.reopen(await _administered(change, work)))


async def _administered(change: Change[Any], work: Work) -> Client:
    MAY_ADMINISTER.require(work.caller, {})
    return await CLIENTS.load(work, change)


async def _checked_and_saved(client: Client, work: Work) -> Client:
    if client.institution_id:
        await INSTITUTIONS.get(work, client.institution_id)
    return await CLIENTS.save(work, domain.checked(client))


def _described(command: DescribeClient) -> dict[str, Any]:
    return {
        "name": command.name,
        "redirect_uris": tuple(sorted(command.redirect_uris)),
        "post_logout_redirect_uris": tuple(sorted(command.post_logout_redirect_uris)),
        "scopes": tuple(scope for scope in SCOPES if scope in command.scopes),
        "service": command.service,
        "institution_id": command.institution_id,
        "institution_roles": tuple(sorted(command.institution_roles)),
    }
