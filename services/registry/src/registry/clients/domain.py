"""An OAuth client: an application that people sign in to, or a system that acts on its own behalf."""

import re
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal
from urllib.parse import SplitResult, urlsplit

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from registry.digests import is_secret_of
from registry.memberships.domain import InstitutionRole
from registry.oauth import Scope

ClientKind = Literal["public", "confidential"]

MAY_ADMINISTER = Allow(roles=frozenset({"administrator"}))
_VISIBLE = re.compile(r"[\x21-\x7e]+")
_PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_LITERAL = re.compile(r"http://(127\.0\.0\.1|\[::1\])(:[0-9]+)?(?=[/?]|$)")
_UNSAFE = frozenset("\"'<>`{}|\\^;,")
"""Characters that a page, a header or a policy would have to escape; an address can always do without them."""


@dataclass(eq=False, kw_only=True)
class ClientUnknown(NotFound):
    """No client has this id."""

    code: ClassVar = "client-unknown"
    title: ClassVar = Words("Приложение не найдено", "Client not found")
    detail: ClassVar = Words("Нет приложения {client_id}.", "There is no client {client_id}.")
    client_id: str


@dataclass(eq=False, kw_only=True)
class RedirectUriRefused(RuleBroken):
    """A code may only be sent where nobody else reads it."""

    code: ClassVar = "redirect-uri-refused"
    title: ClassVar = Words("Такой адрес возврата небезопасен", "The redirect URI is not safe")
    detail: ClassVar = Words(
        "{uri}: нужен полный адрес https без части после #, http только для 127.0.0.1, [::1] и localhost, "
        "для мобильных приложений — своя схема с точкой (com.example.app:/callback).",
        "{uri}: an absolute https URI without a fragment is needed, http only on the loopback interface, "
        "for native apps a private scheme with a dot (com.example.app:/callback).",
    )
    uri: str


@dataclass(eq=False, kw_only=True)
class ClientHasNoUse(RuleBroken):
    """Neither can a person come back to the client, nor may it act by itself."""

    code: ClassVar = "client-has-no-use"
    title: ClassVar = Words("Приложение ничего не сможет", "The client could do nothing")
    detail: ClassVar = Words(
        "Укажите адрес возврата после входа людей или разрешите приложению действовать от своего имени.",
        "Name a redirect URI for people, or let the client act on its own behalf.",
    )


@dataclass(eq=False, kw_only=True)
class ServiceNeedsSecret(RuleBroken):
    """A public client cannot prove who it is."""

    code: ClassVar = "service-needs-secret"
    title: ClassVar = Words("Нужен секрет", "A secret is needed")
    detail: ClassVar = Words(
        "От своего имени действует и имеет секрет только конфиденциальное приложение.",
        "Only a confidential client acts on its own behalf and has a secret.",
    )


@dataclass(eq=False, kw_only=True)
class RolesWithoutInstitution(RuleBroken):
    """Roles are held in an institution, by a client that acts on its own behalf."""

    code: ClassVar = "roles-without-institution"
    title: ClassVar = Words("Роли без учреждения", "Roles without an institution")
    detail: ClassVar = Words(
        "Роли в учреждении задают вместе с учреждением и только приложению, которое действует от своего имени.",
        "Roles go together with an institution, and only for a client that acts on its own behalf.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A registered client; `id` is the `client_id` and is chosen by the administrator."""

    id: str
    version: int = 0
    name: str
    kind: ClientKind
    secret_hash: str | None = field(default=None, repr=False)
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    scopes: tuple[Scope, ...] = ()
    service: bool = False
    """May act on its own behalf: the grant client_credentials."""
    institution_id: str | None = None
    """Where it acts on its own behalf, and with which roles there."""
    institution_roles: tuple[InstitutionRole, ...] = ()
    closed: bool = False


def checked(client: Client) -> Client:
    """Return a client as it may be registered.

    Raises: RedirectUriRefused, ClientHasNoUse, ServiceNeedsSecret, RolesWithoutInstitution.
    """
    for uri in (*client.redirect_uris, *client.post_logout_redirect_uris):
        if not is_safe_redirect(uri):
            raise RedirectUriRefused(uri=uri)
    if not client.redirect_uris and not client.service:
        raise ClientHasNoUse
    if client.service and client.kind == "public":
        raise ServiceNeedsSecret
    if (client.institution_roles and not client.institution_id) or (client.institution_id and not client.service):
        raise RolesWithoutInstitution
    return client


def with_secret(client: Client, *, secret_hash: str) -> Client:
    """Replace the secret; the old one ends at once. Raises: ServiceNeedsSecret for a public client."""
    if client.kind == "public":
        raise ServiceNeedsSecret
    return replace(client, secret_hash=secret_hash)


def close(client: Client) -> Client:
    """Let nobody sign in through the client and nobody refresh."""
    return replace(client, closed=True)


def reopen(client: Client) -> Client:
    """Let people sign in through the client again."""
    return replace(client, closed=False)


def proves_itself(client: Client, secret: str | None) -> bool:
    """Tell whether a client is who it says: by its secret, or by having none and offering none."""
    if client.closed:
        return False
    if client.kind == "public":
        return secret is None
    return secret is not None and client.secret_hash is not None and is_secret_of(secret, client.secret_hash)


def is_safe_redirect(uri: str) -> bool:
    """Tell whether a code may be sent to an address (RFC 6749 §3.1.2, RFC 8252 §7, §8.4; RFC 9700 §4.1)."""
    if not _VISIBLE.fullmatch(uri) or _UNSAFE & set(uri) or "#" in uri:
        return False
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if "@" in parts.netloc:
        return False
    return _is_web(parts, host) or bool(_PRIVATE_SCHEME.fullmatch(parts.scheme) and not parts.netloc and parts.path)


def may_return_to(client: Client, uri: str) -> bool:
    """Tell whether a code may be sent to an address: a registered one, letter by letter.

    On the loopback interface, named by its number, any port will do: a native app takes one that is free (RFC 8252
    §7.3). `localhost` is no number: who answers to it is decided elsewhere (§8.3).
    """
    if uri in client.redirect_uris:
        return True
    anywhere = _without_port(uri)
    return anywhere is not None and is_safe_redirect(uri) and anywhere in map(_without_port, client.redirect_uris)


def _without_port(uri: str) -> str | None:
    literal = _LITERAL.match(uri)
    return f"http://{literal[1]}{uri[literal.end() :]}" if literal else None


def _is_web(parts: SplitResult, host: str | None) -> bool:
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK))


def origin_of(uri: str) -> str:
    """Return what a content policy calls the place of a safe address: its origin, or a private scheme."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
