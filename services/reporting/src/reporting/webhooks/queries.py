"""What partners and administrators see of webhooks; never a secret."""

from datetime import date
from typing import Any, ClassVar

from pydantic import AwareDatetime, Field

from chassis.documents import Document
from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from reporting.fields import IdFilter
from reporting.integrations.domain import Integration
from reporting.integrations.store import integration
from reporting.webhooks.domain import MAY_MANAGE, Reason, State, Webhook
from reporting.webhooks.errors import WebhookUnknown
from reporting.webhooks.store import CURSORS, WEBHOOKS


class WebhookView(View):
    """Вебхук партнёра."""

    integration_id: str
    institution_id: str
    url: str = Field(examples=["https://portal.example.org/technopark/events"])
    types: tuple[str, ...] = Field(examples=[["transfer.event.held.v1"]])
    state: State = Field(
        description="active — работает, paused — приостановлен вами, suspended — платформой, ended — получатель "
        "ответил 410, removed — удалён"
    )
    reason: Reason | None = Field(description="failing — слишком долго не принимал, gone — ответил 410")
    changed_at: AwareDatetime = Field(description="С какого времени в этом состоянии")
    signatures_until: tuple[AwareDatetime | None, ...] = Field(
        description="До какого времени подписывает каждый секрет, новейший первым; null — бессрочно"
    )


class WebhookWithSecret(WebhookView):
    """Вебхук с новым секретом."""

    secret: str | None = Field(
        examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"],
        description="Показывается один раз; null в ответе, повторённом по Idempotency-Key",
    )


class WebhookStanding(WebhookView):
    """Вебхук и как у него дела."""

    beyond_version: ClassVar[bool] = True
    position: int = Field(description="До какого места ленты события поставлены в очередь")
    failing_since: AwareDatetime | None = Field(description="С какого времени ни одна попытка не удалась")
    held_back: str | None = Field(description="Почему доставки стоят, хотя вебхук работает: подключение не действует")


class WebhookSearch(PageRequest):
    """Какие вебхуки показать."""

    institution_id: IdFilter = Field(default=None, description="Вебхуки учреждения")


def shown(webhook: Webhook | Document) -> WebhookView:
    """Return what is seen of a webhook."""
    return WebhookView.model_validate(webhook if isinstance(webhook, Webhook) else WEBHOOKS.read(webhook))


async def visible_webhook(reads: Reads, webhook_id: str) -> Webhook:
    """Return a webhook that the caller may see. Raises: WebhookUnknown."""
    found = await reads.db[WEBHOOKS.collection].find_one({"_id": webhook_id})
    if found is None or found["state"] == "removed" or not MAY_MANAGE.permits(reads.caller, found):
        raise WebhookUnknown(webhook_id=webhook_id)
    return WEBHOOKS.read(found)


async def webhook(reads: Reads, webhook_id: str) -> WebhookStanding:
    """Return a webhook and how it fares. Raises: WebhookUnknown."""
    found = await visible_webhook(reads, webhook_id)
    cursor = await reads.db[CURSORS].find_one({"_id": webhook_id}) or {}
    standing = {
        "position": cursor.get("position", 0),
        "failing_since": cursor.get("failing_since"),
        "held_back": _held_back(await integration(reads.db, found.integration_id), reads.now.date()),
    }
    return WebhookStanding.model_validate(shown(found).model_dump() | standing)


async def webhooks(reads: Reads, search: WebhookSearch) -> Page[WebhookView]:
    """Return the webhooks in the order of registration: a partner sees its institution's, an administrator all."""
    conditions: list[dict[str, Any]] = [{"state": {"$ne": "removed"}}]
    conditions += [{"institution_id": search.institution_id}] if search.institution_id else []
    conditions += [found for found in (MAY_MANAGE.filter(reads.caller),) if found]
    return await page(reads.db[WEBHOOKS.collection], {"$and": conditions}, search, shown)


def _held_back(owner: Integration | None, today: date) -> str | None:
    if owner is None or owner.in_force(today):
        return None
    return "подключение отозвано" if owner.revoked_on else "срок подключения истёк"
