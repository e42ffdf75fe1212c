"""An integration: what a partner's system may receive from the platform and tell it, through which broker account."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, ClassVar, Literal

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts import inbound, public
from contracts.registry import IntegrationAmendedV1, IntegrationGrantedV1, IntegrationRevokedV1

State = Literal["granted", "revoked"]
Standing = Literal["in_force", "expired", "revoked"]
What = Literal["granted", "amended", "password_replaced", "revoked"]
"""What may happen to an integration."""

MAY_ADMINISTER = Allow(roles=frozenset({"administrator"}))
MAY_READ = Allow(roles=frozenset({"administrator"}), members=frozenset({"head", "specialist"}))
EVERYTHING = "*"
"""Every public type, those to come included."""
LONGEST = timedelta(days=3 * 366)
KEPT_AFTER_EXPIRY = timedelta(days=30)
"""For how long the queue of an expired integration goes on filling: a late prolongation loses nothing."""
NAME = r"^[a-z][a-z0-9-]{2,40}$"
LEAST_QUEUE_BYTES, MOST_QUEUE_BYTES = 2**20, 2**30


@dataclass(eq=False, kw_only=True)
class IntegrationUnknown(NotFound):
    """No integration has this id, or not for this caller."""

    code: ClassVar = "integration-unknown"
    title: ClassVar = Words("Подключение не найдено", "Integration not found")
    detail: ClassVar = Words("Нет подключения {integration_id}.", "There is no integration {integration_id}.")
    integration_id: str


@dataclass(eq=False, kw_only=True)
class TypesUnknown(RuleBroken):
    """Only what the contracts publish is granted."""

    code: ClassVar = "event-types-unknown"
    title: ClassVar = Words("Таких типов событий нет", "No such event types")
    detail: ClassVar = Words(
        "{types}: получать можно публичные типы или все сразу (*), сообщать — типы partner.….",
        "{types}: public types, or all of them (*), can be received, and types partner.… sent.",
    )
    types: str


@dataclass(eq=False, kw_only=True)
class IntegrationHasNoUse(RuleBroken):
    """Nothing to receive and nothing to send."""

    code: ClassVar = "integration-has-no-use"
    title: ClassVar = Words("Подключение ничего не даёт", "The integration allows nothing")
    detail: ClassVar = Words(
        "Назовите хотя бы один тип, который партнёр получает или сообщает.",
        "Name at least one type that the partner receives or sends.",
    )


@dataclass(eq=False, kw_only=True)
class TermOutOfReach(RuleBroken):
    """An integration ends, within three years."""

    code: ClassVar = "integration-term-out-of-reach"
    title: ClassVar = Words("Срок подключения не подходит", "The integration's term does not fit")
    detail: ClassVar = Words(
        "Последний день подключения — от сегодняшнего до {latest:%d.%m.%Y}. Закончить раньше — отозвать.",
        "An integration's last day is between today and {latest}. To end it earlier, revoke it.",
    )
    latest: date


@dataclass(eq=False, kw_only=True)
class ContactElsewhere(RuleBroken):
    """The contact works for the partner: what it tells is recorded in their name."""

    code: ClassVar = "integration-contact-elsewhere"
    title: ClassVar = Words("Контактное лицо не из этого учреждения", "The contact works elsewhere")
    detail: ClassVar = Words(
        "Контактное лицо сегодня не работает в учреждении партнёра: сначала внесите запись о его работе.",
        "The contact does not work for the partner's institution today: enter their membership first.",
    )


@dataclass(eq=False, kw_only=True)
class InstitutionIsIntegrated(RuleBroken):
    """An institution has one integration at a time."""

    code: ClassVar = "institution-is-integrated"
    title: ClassVar = Words("У учреждения уже есть подключение", "The institution has an integration")
    detail: ClassVar = Words(
        "Учреждение уже подключено под именем {name}: измените это подключение или сначала отзовите его.",
        "The institution is integrated as {name} already: amend that integration or revoke it first.",
    )
    name: str


@dataclass(eq=False, kw_only=True)
class IntegrationEnded(RuleBroken):
    """What is revoked stays revoked."""

    code: ClassVar = "integration-revoked"
    title: ClassVar = Words("Подключение отозвано", "The integration was revoked")
    detail: ClassVar = Words(
        "Подключение {name} отозвано {revoked_on:%d.%m.%Y}. Выдайте новое, под другим именем.",
        "The integration {name} was revoked on {revoked_on}. Grant a new one, under another name.",
    )
    name: str
    revoked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """A partner's system; its name is for ever its own, so that what it told stays attributed to it."""

    id: str
    version: int = 0
    institution_id: str
    name: str
    receives: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()
    contact_person_id: str
    valid_until: date
    """The last day."""
    queue_bytes: int
    password_hash: str = field(repr=False)
    """Salted SHA-256 in the broker's own form: with it the account can be made again after the broker was wiped."""
    state: State = "granted"
    revoked_on: date | None = None


def checked(integration: Integration, *, today: date) -> Integration:
    """Return an integration as it may be granted. Raises: TypesUnknown, IntegrationHasNoUse, TermOutOfReach."""
    receives = (EVERYTHING,) if EVERYTHING in integration.receives else tuple(sorted(set(integration.receives)))
    sends = tuple(sorted(set(integration.sends)))
    unknown = set(receives) - {EVERYTHING} - public.CATALOGUE.keys() | set(sends) - inbound.CATALOGUE.keys()
    if unknown:
        raise TypesUnknown(types=", ".join(sorted(unknown)))
    if not receives and not sends:
        raise IntegrationHasNoUse
    latest = today + LONGEST
    if not today <= integration.valid_until <= latest:
        raise TermOutOfReach(latest=latest)
    return replace(integration, receives=receives, sends=sends)


def grant(
    integration: Integration, others: Iterable[Integration], *, today: date
) -> tuple[Integration, IntegrationGrantedV1]:
    """Grant an integration beside the `others` of its institution.

    Raises what `checked` does, InstitutionIsIntegrated.
    """
    for other in others:
        if other.state == "granted":
            raise InstitutionIsIntegrated(name=other.name)
    granted = checked(integration, today=today)
    return granted, IntegrationGrantedV1(integration_id=granted.id, **_told(granted))


def is_the_same(asked: Integration, granted: Integration, *, today: date) -> bool:
    """Tell whether what is asked for is what somebody has; ids and passwords are made anew for every request."""
    mine = {"id", "version", "password_hash"}
    wanted = checked(asked, today=today)
    return all(getattr(wanted, name) == getattr(granted, name) for name in Integration.__slots__ if name not in mine)


def amend(integration: Integration, *, today: date, **terms: Any) -> tuple[Integration, IntegrationAmendedV1 | None]:
    """Replace the terms; no fact when they are as before. Raises what `checked` does, IntegrationEnded."""
    amended = replace(not_ended(integration), **terms)
    if (amended := checked(amended, today=today)) == integration:
        return integration, None
    return amended, IntegrationAmendedV1(integration_id=amended.id, **_told(amended))


def with_password(integration: Integration, *, password_hash: str) -> Integration:
    """Replace the password; the old one ends at once. Raises: IntegrationEnded."""
    return replace(not_ended(integration), password_hash=password_hash)


def revoke(integration: Integration, *, today: date) -> tuple[Integration, IntegrationRevokedV1]:
    """End an integration for good. Raises: IntegrationEnded."""
    revoked = replace(not_ended(integration), state="revoked", revoked_on=today)
    fact = IntegrationRevokedV1(integration_id=revoked.id, institution_id=revoked.institution_id, revoked_on=today)
    return revoked, fact


def not_ended(integration: Integration) -> Integration:
    """Return an integration that may still change. Raises: IntegrationEnded."""
    if integration.revoked_on is not None:
        raise IntegrationEnded(name=integration.name, revoked_on=integration.revoked_on)
    return integration


def standing(integration: Integration, *, today: date) -> Standing:
    """Tell where an integration stands on a day; the last day is in force."""
    if integration.state == "revoked":
        return "revoked"
    return "in_force" if today <= integration.valid_until else "expired"


def keeps_queue(integration: Integration, *, today: date) -> bool:
    """Tell whether there is a queue: something is received, and the term is not over for longer than 30 days."""
    known = integration.state == "granted" and bool(integration.receives)
    return known and today <= integration.valid_until + KEPT_AFTER_EXPIRY


def _told(integration: Integration) -> Mapping[str, Any]:
    names = ("institution_id", "name", "receives", "sends", "contact_person_id", "valid_until")
    return {name: getattr(integration, name) for name in names}
