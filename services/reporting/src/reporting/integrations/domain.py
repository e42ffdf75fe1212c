"""What a partner's system may be told of, and until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from chassis.errors import Forbidden, NotFound, RuleBroken, Words
from contracts.public import CATALOGUE

EVERY_TYPE = "*"
READ_SCOPE, FEED_SCOPE = "api.read", "feed.read"
"""Whoever holds the second alone is a partner's system, whose key was given with an integration."""


@dataclass(eq=False, kw_only=True)
class IntegrationUnknown(NotFound):
    """No integration has this id, or none is the caller's."""

    code: ClassVar = "integration-unknown"
    title: ClassVar = Words("Подключение не найдено", "Integration not found")
    detail: ClassVar = Words(
        "Действующего подключения нет, или оно не одно: укажите integration_id.",
        "There is no integration in force, or several: name one in integration_id.",
    )


@dataclass(eq=False, kw_only=True)
class IntegrationMissing(Forbidden):
    """The caller's key reads for an integration, and none is in force."""

    code: ClassVar = "feed-without-integration"
    title: ClassVar = Words("Подключения нет", "There is no integration")
    detail: ClassVar = Words(
        "У вашего учреждения нет действующего подключения. Только что выданное будет известно через несколько секунд.",
        "Your institution has no integration in force. One granted just now is known here in a few seconds.",
    )


@dataclass(eq=False, kw_only=True)
class IntegrationOver(RuleBroken):
    """The integration was revoked or its term has passed."""

    code: ClassVar = "integration-over"
    title: ClassVar = Words("Подключение не действует", "The integration is not in force")
    detail: ClassVar = Words(
        "Подключение «{name}» отозвано или его срок истёк. Обратитесь к администратору платформы.",
        "The integration {name} was revoked or has expired. Ask the platform's administrator.",
    )
    name: str


@dataclass(eq=False, kw_only=True)
class TypesNotGranted(RuleBroken):
    """A partner is told only of public types that its integration may receive."""

    code: ClassVar = "types-not-granted"
    title: ClassVar = Words("Эти типы событий не разрешены", "These event types are not granted")
    detail: ClassVar = Words("Подключению не разрешено получать: {types}.", "The integration may not receive: {types}.")
    types: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """What this service knows of an integration: whose it is, and what it may be told of until when."""

    id: str
    institution_id: str
    name: str
    receives: tuple[str, ...]
    valid_until: date
    revoked_on: date | None = None

    def in_force(self, today: date) -> bool:
        """Tell whether the integration holds on a day; `valid_until` is its last one."""
        return self.revoked_on is None and today <= self.valid_until


def receivable(*integrations: Integration) -> frozenset[str]:
    """Return the public types that integrations may receive, together."""
    every = frozenset(CATALOGUE)
    received = {event_type for one in integrations for event_type in one.receives}
    return every if EVERY_TYPE in received else every & received


def granted(types: Iterable[str], *integrations: Integration) -> tuple[str, ...]:
    """Return types in their order. Raises: TypesNotGranted for one that is not public or not the integrations'."""
    wanted = sorted(set(types))
    if refused := set(wanted) - receivable(*integrations) - {EVERY_TYPE}:
        raise TypesNotGranted(types=", ".join(sorted(refused)))
    return tuple(wanted)


def readable(
    wanted: Sequence[str], integrations: Sequence[Integration], *, for_integration: bool
) -> tuple[str, ...] | None:
    """Return the types that are read of the feed; None is every one.

    Whoever acts for no integrated institution may read everything: what is public names nobody. `for_integration` tells
    that the caller reads for its integration and else not at all. Raises: IntegrationMissing, TypesNotGranted.
    """
    if not integrations and for_integration:
        raise IntegrationMissing
    may = receivable(*integrations) if integrations else frozenset(CATALOGUE)
    if wanted:
        return granted(wanted, *integrations) if integrations else tuple(wanted)
    return None if may == frozenset(CATALOGUE) else tuple(sorted(may))
