"""A webhook: where an integration's system is told of public events, and whether it is told now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from chassis.policy import ScopedAllow
from contracts.reporting import WebhookSuspendedV1
from reporting.integrations.domain import EVERY_TYPE, Integration, IntegrationOver, granted, receivable
from reporting.webhooks.addresses import EgressRules
from reporting.webhooks.errors import (
    FAULTS_RU,
    UrlRefused,
    WebhookNotInState,
    WebhooksEnough,
)

State = Literal["active", "paused", "suspended", "ended", "removed"]
Reason = Literal["failing", "gone"]
MOST_WEBHOOKS = 10
MOST_SECRETS = 3
MAY_MANAGE = ScopedAllow(
    scope="webhooks.manage", roles=frozenset({"administrator"}), members=frozenset({"head", "specialist"})
)
STATES_RU: Mapping[State, str] = {
    "active": "работает",
    "paused": "приостановлен партнёром",
    "suspended": "приостановлен платформой",
    "ended": "закончен получателем",
    "removed": "удалён",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A signing secret, sealed; `until` is when an exchanged one stops to sign."""

    sealed: str = field(repr=False)
    until: datetime | None = None

    def signs(self, now: datetime) -> bool:
        """Tell whether a message of this moment carries its signature."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One endpoint of an integration."""

    id: str
    version: int = 0
    integration_id: str
    institution_id: str
    url: str
    types: tuple[str, ...]
    """Public types, or `*` for all that the integration may receive."""
    state: State = "active"
    reason: Reason | None = None
    """Why the platform stopped it."""
    changed_at: datetime
    """Since when it is in its state."""
    secrets: tuple[Secret, ...]
    """The newest first."""

    @property
    def signatures_until(self) -> tuple[datetime | None, ...]:
        """When each secret stops to sign."""
        return tuple(secret.until for secret in self.secrets)


def register(webhook: Webhook, integration: Integration, rules: EgressRules, *, others: int, today: date) -> Webhook:
    """Return a webhook as it may be registered.

    Raises: IntegrationOver, WebhooksEnough, UrlRefused, TypesNotGranted.
    """
    if not integration.in_force(today):
        raise IntegrationOver(name=integration.name)
    if others >= MOST_WEBHOOKS:
        raise WebhooksEnough(most=MOST_WEBHOOKS)
    return _leading(replace(webhook, types=granted(webhook.types, integration)), rules)


def amend(
    webhook: Webhook, integration: Integration, rules: EgressRules, *, url: str | None, types: Iterable[str] | None
) -> Webhook:
    """Return a webhook with another URL or other types. Raises: WebhookNotInState, UrlRefused, TypesNotGranted."""
    _require(webhook, "active", "paused", "suspended")
    told = webhook.types if types is None else granted(types, integration)
    changed = replace(webhook, url=url or webhook.url, types=told)
    return _leading(changed, rules) if url else changed


def pause(webhook: Webhook, now: datetime) -> Webhook:
    """Hold deliveries back until it is resumed. Raises: WebhookNotInState."""
    _require(webhook, "active")
    return replace(webhook, state="paused", changed_at=now)


def resume(webhook: Webhook, now: datetime) -> Webhook:
    """Deliver again, from where it stopped. Raises: WebhookNotInState."""
    _require(webhook, "paused", "suspended")
    return replace(webhook, state="active", reason=None, changed_at=now)


def exchange_secret(webhook: Webhook, sealed: str, *, now: datetime, overlap: timedelta) -> Webhook:
    """Sign with a new secret; the earlier ones sign beside it until the overlap ends, three in all at most.

    Raises: WebhookNotInState.
    """
    _require(webhook, "active", "paused", "suspended")
    until = now + overlap
    earlier = [replace(one, until=min(one.until or until, until)) for one in webhook.secrets]
    kept = [one for one in earlier if one.signs(now)]
    return replace(webhook, secrets=(Secret(sealed=sealed), *kept)[:MOST_SECRETS])


def remove(webhook: Webhook, now: datetime) -> Webhook:
    """Forget where it leads and its secrets; its id stays taken."""
    return replace(webhook, state="removed", url="", secrets=(), changed_at=now)


def stop(webhook: Webhook, reason: Reason, now: datetime) -> tuple[Webhook, WebhookSuspendedV1]:
    """Stop deliveries by the platform: `gone` for good, `failing` until it is resumed. Raises: WebhookNotInState."""
    _require(webhook, "active")
    stopped = replace(webhook, state="ended" if reason == "gone" else "suspended", reason=reason, changed_at=now)
    return stopped, WebhookSuspendedV1(
        webhook_id=webhook.id,
        institution_id=webhook.institution_id,
        integration_id=webhook.integration_id,
        reason=reason,
        suspended_on=now.date(),
    )


def told_types(webhook: Webhook, integration: Integration) -> frozenset[str]:
    """Return the types that a webhook is told of: those it names, as far as its integration may receive them today."""
    may = receivable(integration)
    return may if EVERY_TYPE in webhook.types else may & frozenset(webhook.types)


def _leading(webhook: Webhook, rules: EgressRules) -> Webhook:
    if fault := rules.url_fault(webhook.url):
        raise UrlRefused(url=webhook.url, fault=fault, fault_ru=FAULTS_RU[fault])
    return webhook


def _require(webhook: Webhook, *states: State) -> None:
    if webhook.state not in states:
        raise WebhookNotInState(state=webhook.state, state_ru=STATES_RU[webhook.state])
