"""Use cases of webhooks: of whoever acts for the institution of an integration, or of an administrator."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Generic, TypeVar

import structlog
from pydantic import Field

from chassis.work import Change, Command, Work
from reporting.feed.store import head
from reporting.fields import Id
from reporting.integrations.domain import Integration, IntegrationUnknown
from reporting.integrations.store import integration, integrations_of
from reporting.webhooks import domain
from reporting.webhooks.addresses import LONGEST_URL, EgressRules
from reporting.webhooks.domain import MAY_MANAGE, Secret, Webhook
from reporting.webhooks.errors import WebhookUnknown
from reporting.webhooks.store import WEBHOOKS, begin, wake

log = structlog.get_logger("security")
C_co = TypeVar("C_co", covariant=True)
_Url = Annotated[
    str, Field(min_length=1, max_length=LONGEST_URL, examples=["https://portal.example.org/technopark/events"])
]
_Types = Annotated[
    frozenset[Annotated[str, Field(min_length=1, max_length=200)]],
    Field(min_length=1, max_length=100, examples=[["transfer.event.held.v1", "transfer.consultation.given.v1"]]),
]


class RegisterWebhook(Command):
    """Куда сообщать о событиях."""

    url: _Url
    types: Annotated[_Types, Field(description="Открытые типы; * — все, что разрешены подключению")]
    integration_id: Id | None = Field(
        default=None,
        examples=["0190a000-0000-7000-8000-000000000999"],
        description="Подключение; можно не называть, если у учреждения оно одно",
    )


class AmendWebhook(Command):
    """Другой адрес или другие типы; чего нет, то не меняется."""

    url: Annotated[_Url | None, Field(examples=["https://portal.example.org/technopark/events-2"])] = None
    types: Annotated[_Types | None, Field(examples=[["*"]])] = None


class ExchangeSecret(Command):
    """Замена секрета."""

    overlap_hours: int = Field(
        default=24, ge=0, le=168, examples=[24], description="Сколько часов подписывать и прежним секретом"
    )


class ChangeState(Command):
    """Приостановка, возобновление или удаление."""


@dataclass(frozen=True, slots=True)
class Equipped(Generic[C_co]):
    """A command with what the process adds: the rules of egress, and the sealed secret that was made for it."""

    command: C_co
    rules: EgressRules
    sealed: str = ""


async def register_webhook(asked: Equipped[RegisterWebhook], work: Work) -> Webhook:
    """Tell an integration's system of events from now on.

    Raises: IntegrationUnknown, NotPermitted, IntegrationOver, WebhooksEnough, UrlRefused, TypesNotGranted.
    """
    command = asked.command
    owner = await _owner(work, command.integration_id)
    counted = {"integration_id": owner.id, "state": {"$in": ["active", "paused", "suspended"]}}
    webhook = Webhook(
        id=work.new_id(),
        integration_id=owner.id,
        institution_id=owner.institution_id,
        url=command.url,
        types=tuple(command.types),
        changed_at=work.now,
        secrets=(Secret(sealed=asked.sealed),),
    )
    others = len(await WEBHOOKS.find(work, counted))
    registered = domain.register(webhook, owner, asked.rules, others=others, today=work.today)
    await begin(work, registered, (await head(work.db)).position)
    log.info("webhook registered", webhook_id=webhook.id, integration=owner.name, by=work.caller.subject)
    return await WEBHOOKS.save(work, registered)


async def amend_webhook(change: Change[Equipped[AmendWebhook]], work: Work) -> Webhook:
    """Tell elsewhere, or of other types.

    Raises: WebhookUnknown, StaleVersion, WebhookNotInState, UrlRefused, TypesNotGranted.
    """
    webhook, asked = await _managed(change, work), change.command
    owner = await integration(work.db, webhook.integration_id)
    if owner is None:
        raise IntegrationUnknown
    wanted = asked.command
    amended = domain.amend(webhook, owner, asked.rules, url=wanted.url, types=wanted.types)
    return await WEBHOOKS.save(work, amended)


async def pause_webhook(change: Change[ChangeState], work: Work) -> Webhook:
    """Hold deliveries back. Raises: WebhookUnknown, StaleVersion, WebhookNotInState."""
    return await WEBHOOKS.save(work, domain.pause(await _managed(change, work), work.now))


async def resume_webhook(change: Change[ChangeState], work: Work) -> Webhook:
    """Deliver again from where it stopped, with all tries anew.

    Raises: WebhookUnknown, StaleVersion, WebhookNotInState.
    """
    resumed = domain.resume(await _managed(change, work), work.now)
    await wake(work, resumed.id)
    return await WEBHOOKS.save(work, resumed)


async def exchange_secret(change: Change[Equipped[ExchangeSecret]], work: Work) -> Webhook:
    """Sign with a new secret, for a while with both. Raises: WebhookUnknown, StaleVersion, WebhookNotInState."""
    webhook, asked = await _managed(change, work), change.command
    overlap = timedelta(hours=asked.command.overlap_hours)
    log.info("webhook secret exchanged", webhook_id=webhook.id, by=work.caller.subject)
    return await WEBHOOKS.save(work, domain.exchange_secret(webhook, asked.sealed, now=work.now, overlap=overlap))


async def remove_webhook(change: Change[ChangeState], work: Work) -> Webhook:
    """Forget where it leads. Raises: WebhookUnknown, StaleVersion."""
    log.info("webhook removed", webhook_id=change.id, by=work.caller.subject)
    return await WEBHOOKS.save(work, domain.remove(await _managed(change, work), work.now))


async def _managed(change: Change[object], work: Work) -> Webhook:
    webhook = await WEBHOOKS.load(work, change)
    if webhook.state == "removed" or not MAY_MANAGE.permits(work.caller, webhook):
        raise WebhookUnknown(webhook_id=change.id)
    return webhook


async def _owner(work: Work, integration_id: str | None) -> Integration:
    caller = work.caller
    if integration_id is not None:
        found = await integration(work.db, integration_id)
        if found is None or not MAY_MANAGE.permits(caller, found):
            raise IntegrationUnknown
        return found
    MAY_MANAGE.require(caller, {"institution_id": next(iter(caller.memberships), None)})
    own = [one for one in await integrations_of(work, caller.memberships) if MAY_MANAGE.permits(caller, one)]
    if len(own) > 1:  # one of the past beside the one in force is not unclear
        own = [one for one in own if one.in_force(work.today)]
    if len(own) != 1:
        raise IntegrationUnknown
    return own[0]
