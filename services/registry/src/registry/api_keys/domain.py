"""An API key: by which a partner's system acts for an institution, without a person."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from ipaddress import ip_address, ip_network
from typing import ClassVar, Literal

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from registry.digests import is_secret_of
from registry.integrations.domain import Integration, IntegrationUnknown, not_ended
from registry.memberships.domain import InstitutionRole
from registry.oauth import EXCHANGE_SCOPES, ApiScope

MAY_ADMINISTER = Allow(roles=frozenset({"administrator"}))
LONGEST = timedelta(days=366)
SUBJECT_PREFIX = "api-key:"
"""Before the id of a key where a token names its subject: no person has such an id."""

Unfit = Literal["secret", "revoked", "expired", "integration", "address"]
_FORM = re.compile(r"tp_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([0-9a-f]{64})")


@dataclass(eq=False, kw_only=True)
class ApiKeyUnknown(NotFound):
    """No API key has this id."""

    code: ClassVar = "api-key-unknown"
    title: ClassVar = Words("Ключ не найден", "API key not found")
    detail: ClassVar = Words("Нет ключа {api_key_id}.", "There is no API key {api_key_id}.")
    api_key_id: str


@dataclass(eq=False, kw_only=True)
class ExpiryOutOfReach(RuleBroken):
    """A key expires, within a year."""

    code: ClassVar = "expiry-out-of-reach"
    title: ClassVar = Words("Срок ключа не подходит", "The key's term does not fit")
    detail: ClassVar = Words(
        "Последний день ключа — от сегодняшнего до {latest:%d.%m.%Y}.",
        "A key's last day is between today and {latest}.",
    )
    latest: date


@dataclass(eq=False, kw_only=True)
class NetworkRefused(RuleBroken):
    """An allow-list holds networks."""

    code: ClassVar = "network-refused"
    title: ClassVar = Words("Это не сеть", "This is no network")
    detail: ClassVar = Words(
        "{network}: нужен адрес сети в виде 192.0.2.0/24 или 2001:db8::/32.",
        "{network}: a network such as 192.0.2.0/24 or 2001:db8::/32 is needed.",
    )
    network: str


@dataclass(eq=False, kw_only=True)
class IntegrationNeeded(RuleBroken):
    """What is exchanged with partners is for institutions that are integrated."""

    code: ClassVar = "integration-needed"
    title: ClassVar = Words("Учреждение не подключено", "The institution has no integration")
    detail: ClassVar = Words(
        "Разрешения {scopes} даются вместе с подключением: сначала подключите учреждение.",
        "The scopes {scopes} come with an integration: grant one to the institution first.",
    )
    scopes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A partner's key; the secret only as its digest."""

    id: str
    version: int = 0
    name: str
    institution_id: str
    integration_id: str | None = None
    """Of which it is a part: it is good while that is in force. None: it is the institution's own."""
    institution_roles: tuple[InstitutionRole, ...] = ()
    scopes: tuple[ApiScope, ...]
    networks: tuple[str, ...] = ()
    """From where it may be used; from everywhere when empty."""
    expires_on: date
    """The last day."""
    last_used_on: date | None = None
    revoked: bool = False
    secret_hash: str = field(repr=False)


def open_key(key: ApiKey, *, today: date) -> ApiKey:
    """Return a key as it may be opened. Raises: ExpiryOutOfReach, NetworkRefused."""
    latest = today + LONGEST
    if not today <= key.expires_on <= latest:
        raise ExpiryOutOfReach(latest=latest)
    return replace(key, networks=tuple(_network(network) for network in key.networks))


def part_of(key: ApiKey, integrations: Sequence[Integration]) -> ApiKey:
    """Return a key as a part of the integration that it names, of its institution's `integrations`.

    A key with scopes of the exchange that names none is a part of the one that its institution has.
    Raises: IntegrationUnknown, IntegrationEnded, IntegrationNeeded.
    """
    if key.integration_id is not None:
        named = next((one for one in integrations if one.id == key.integration_id), None)
        if named is None:
            raise IntegrationUnknown(integration_id=key.integration_id)
        return replace(key, integration_id=not_ended(named).id)
    if not (exchanged := EXCHANGE_SCOPES.intersection(key.scopes)):
        return key
    granted = next((one for one in integrations if one.state == "granted"), None)
    if granted is None:
        raise IntegrationNeeded(scopes=", ".join(sorted(exchanged)))
    return replace(key, integration_id=granted.id)


def revoke(key: ApiKey) -> ApiKey:
    """End a key; tokens it was exchanged for end within a minute."""
    return replace(key, revoked=True)


def written(key_id: str, secret: str) -> str:
    """Return a key as its partner keeps it."""
    return f"tp_{key_id}_{secret}"


def read(text: str) -> tuple[str, str] | None:
    """Return id and secret of a written key; None for whatever is none."""
    found = _FORM.fullmatch(text)
    return (found[1], found[2]) if found else None


def unfit(key: ApiKey, secret: str, *, address: str, today: date, in_force: bool) -> Unfit | None:
    """Say why a key is not good for a use, None when it is; the reason is for the log, not for the sender.

    `in_force` tells of the integration that it is a part of.
    """
    if not is_secret_of(secret, key.secret_hash):
        return "secret"
    if key.revoked:
        return "revoked"
    if today > key.expires_on:
        return "expired"
    if key.integration_id is not None and not in_force:
        return "integration"
    return None if is_within(address, key.networks) else "address"


def is_within(address: str, networks: Sequence[str]) -> bool:
    """Tell whether an address is in one of the networks; every address is when there are none."""
    if not networks:
        return True
    try:
        asked = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(asked, "ipv4_mapped", None)
    return any((mapped or asked) in ip_network(network) for network in networks)


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError as error:
        raise NetworkRefused(network=text) from error
